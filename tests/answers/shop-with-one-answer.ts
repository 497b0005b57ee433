/** A shop that answers everything with the same JSON, and a host that calls its tools. */
import { afterAll, expect } from "bun:test";
import { lanes } from "../harness/lanes.ts";

export async function openShopWithOneAnswer() {
  let body: unknown;
  const django = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json(body) });
  const given = { django_api_base: django.url.origin, django_api_token: "t", currency: "EUR" };
  const host = await lanes["memory-legacy"](given);
  afterAll(async () => {
    await host.close();
    await django.stop(true);
  });
  async function told(name: string, args: Record<string, unknown>, sent: unknown) {
    body = sent;
    const { structuredContent, isError, content } = await host.callTool({ name, arguments: args });
    expect(isError, JSON.stringify(content)).toBeUndefined();
    return structuredContent as Record<string, unknown>;
  }
  return { host, told };
}
