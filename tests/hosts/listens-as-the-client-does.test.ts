/** The SDK's own client listens to an order: from the webhook to its handler, and what it is told when it may not. */
import { expect, test } from "bun:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { serveShop } from "../../scripts/shop.ts";
import { openShop, serveHttp, settingsSchema } from "../../server.ts";
import { orderChanged, SECRET, sendEvent } from "../gate/signed-events.ts";

const ORDER = "shop://orders/1054"; // mia's

/** A client of the modern era, and what it hears. */
async function connect(url: string) {
  const versionNegotiation = { mode: { pin: "2026-07-28" } } as const;
  const client = new Client({ name: "t", version: "1" }, { versionNegotiation });
  const heard: string[] = [];
  let wake: (() => void) | undefined;
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
    heard.push(params.uri);
    wake?.();
  });
  const next = async () => {
    while (!heard.length) await new Promise<void>((resolve) => void (wake = resolve));
    return heard.shift();
  };
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return { client, next };
}
async function serve() {
  const shop = serveShop();
  const settings = { django_api_base: shop.url, django_api_token: "demo-mia" };
  const opened = openShop(settingsSchema.parse(settings));
  const http = serveHttp(opened, 0, { access: { webhookSecret: SECRET } });
  const stop = async () => {
    await http.stop();
    await shop.stop();
  };
  return { url: http.url, stop, [Symbol.asyncDispose]: stop };
}

test("it hears of an order until it, or the server, ends that", async () => {
  await using server = await serve();
  const { client, next } = await connect(server.url);
  expect(client.getServerCapabilities()?.resources).toEqual({
    listChanged: false,
    subscribe: true,
  });
  const resourceSubscriptions = [ORDER, "shop://orders/9999"];
  const subscription = await client.listen({ resourceSubscriptions });
  expect(subscription.honoredFilter).toEqual({ resourceSubscriptions: [ORDER] });
  await sendEvent(server.url, orderChanged("1054"));
  expect(await next()).toBe(ORDER);
  await subscription.close();
  expect(await subscription.closed).toBe("local");
  const again = await client.listen({ resourceSubscriptions });
  await server.stop();
  expect(await again.closed).toBe("graceful");
  await client.close();
});
test("it is told why it may not listen", async () => {
  await using server = await serve();
  const { client } = await connect(server.url);
  const listening = client.listen({ resourceSubscriptions: ["shop://orders/9999"] });
  expect(await listening.catch((error: unknown) => error)).toMatchObject({
    code: -32_602,
    message: expect.stringMatching(/Nothing was found under 9999/),
  });
  await client.close();
});
