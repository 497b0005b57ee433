/** A shop that answers every request with the JSON a test gives it, and a host whose calls get that answer. */
import { afterAll, expect } from "bun:test";
import { lanes } from "../harness/lanes.ts";

/** Opens the shop and its host for all tests of a file, and closes them after the last. */
export async function openShopWithOneAnswer() {
  let answer = "";
  const urls: string[] = [];
  const headers = { "Content-Type": "application/json" };
  const django = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ url }) {
      urls.push(url.replace(django.url.origin, ""));
      return new Response(answer, { headers });
    },
  });
  const settings = { django_api_base: django.url.origin, django_api_token: "t", currency: "EUR" };
  const host = await lanes["memory-legacy"](settings);
  afterAll(async () => {
    await host.close();
    await django.stop(true);
  });
  /** What a tool returns when the shop sends this text; it may fail. */
  function callWithText(name: string, args: Record<string, unknown>, text: string) {
    answer = text;
    return host.callTool({ name, arguments: args });
  }
  /** What a tool returns when the shop sends this JSON, or this text of JSON; it may not fail. */
  async function callTool(name: string, args: Record<string, unknown>, json: unknown) {
    const text = typeof json === "string" ? json : JSON.stringify(json);
    const { structuredContent, isError, content } = await callWithText(name, args, text);
    expect(isError, JSON.stringify(content)).toBeUndefined();
    return JSON.parse(JSON.stringify(structuredContent)) as Record<string, unknown>;
  }
  return { host, callTool, callWithText, urls, origin: django.url.origin };
}
