/** A shop that answers every request with the JSON a test gives it, and a host whose calls get that answer. */
import { afterAll, expect } from "bun:test";
import { lanes } from "../harness/lanes.ts";

/** Opens the shop and its host for all tests of a file, and closes them after the last. */
export async function openShopWithOneAnswer() {
  let answer: unknown;
  const django = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json(answer) });
  const settings = { django_api_base: django.url.origin, django_api_token: "t", currency: "EUR" };
  const host = await lanes["memory-legacy"](settings);
  afterAll(async () => {
    await host.close();
    await django.stop(true);
  });
  /** What a tool returns when the shop sends this JSON; it may not fail. */
  async function callTool(name: string, args: Record<string, unknown>, json: unknown) {
    answer = json;
    const { structuredContent, isError, content } = await host.callTool({ name, arguments: args });
    expect(isError, JSON.stringify(content)).toBeUndefined();
    return structuredContent as Record<string, unknown>;
  }
  return { host, callTool };
}
