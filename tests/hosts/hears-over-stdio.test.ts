/** Over stdio a host hears of what it listens to, in both eras, and is told why it may not listen to something. */
import { expect, test } from "bun:test";
import { serveShop } from "../../scripts/shop.ts";
import { initialize, rpc } from "./start-program.ts";

const program = new URL("../../server.ts", import.meta.url).pathname;
const ORDER = "shop://orders/1054"; // mia's
const OTHER = "shop://orders/1049"; // hers, too
const _meta = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};
const SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";

/** What these tests read of a message. */
interface Said {
  id?: number | string;
  method?: string;
  params?: { uri?: string; notifications?: object; _meta?: Record<string, unknown> };
  result?: { capabilities?: { resources?: object }; resultType?: string };
  error?: { code: number; message: string };
}
/** The program before the mock shop, as mia; it looks for changes all the time. */
function start(env: object = { SHOP_MCP_POLL: "0.02" }) {
  const shop = serveShop();
  const child = Bun.spawn([process.execPath, program], {
    env: { DJANGO_API_BASE: shop.url, DJANGO_API_TOKEN: "demo-mia", ...env },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
  });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  /** The next message; undefined at the end. */
  async function next(): Promise<Said | undefined> {
    while (!text.includes("\n")) {
      const { value } = await reader.read();
      if (value === undefined) return undefined;
      text += value;
    }
    const line = text.slice(0, text.indexOf("\n"));
    text = text.slice(line.length + 1);
    return JSON.parse(line);
  }
  function send(message: object) {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    void child.stdin.flush();
  }
  /** The answer to a request. */
  async function ask(method: string, params?: object, id: number | string = method) {
    send(method === "initialize" ? initialize() : rpc(id, method, params));
    return next();
  }
  const listen = (id: number, uris: string[]) =>
    ask("subscriptions/listen", { notifications: { resourceSubscriptions: uris }, _meta }, id);
  /** Its staff ship an order. */
  async function ship(id: string) {
    const { status } = await fetch(`${shop.url}/__world/orders/${id}/ship/`, { method: "POST" });
    expect(status).toBe(200);
  }
  /** Ends stdin; gives back what is said until the end. */
  async function end() {
    child.stdin.end();
    const rest: Said[] = [];
    for (let said = await next(); said; said = await next()) rest.push(said);
    return { rest, code: await child.exited };
  }
  const stop = async () => {
    child.kill("SIGKILL");
    await child.exited;
    await shop.stop();
  };
  return { next, send, ask, listen, ship, end, [Symbol.asyncDispose]: stop };
}

test("in the handshake era it subscribes, hears, and does not once it has unsubscribed", async () => {
  await using host = start();
  const { result } = (await host.ask("initialize")) ?? {};
  expect(result?.capabilities?.resources).toEqual({ listChanged: false, subscribe: true });
  host.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  const refused = await host.ask("resources/subscribe", { uri: "shop://orders/1001" });
  expect(refused?.error).toEqual({
    code: -32_602,
    message: expect.stringMatching(/^Nothing was found under 1001/),
  });
  expect((await host.ask("resources/subscribe", { uri: ORDER }))?.result).toEqual({});
  await host.ship("1054");
  expect(await host.next()).toEqual({
    jsonrpc: "2.0",
    method: "notifications/resources/updated",
    params: { uri: ORDER },
  } as Said);
  expect((await host.ask("resources/unsubscribe", { uri: ORDER }))?.result).toEqual({});
  expect(await host.end()).toEqual({ rest: [], code: 0 });
});

test("in the modern era it listens, hears once for each subscription, and no more of one that it has ended", async () => {
  await using host = start();
  const discovered = await host.ask("server/discover", { _meta });
  expect(discovered?.result?.capabilities?.resources).toEqual({
    listChanged: false,
    subscribe: true,
  });
  const refused = await host.listen(1, ["shop://orders/1001"]);
  expect(refused).toMatchObject({ id: 1, error: { code: -32_602 } });
  expect(refused?.error?.message).toMatch(/^Nothing was found under 1001/);
  const acknowledged = await host.listen(2, ["shop://orders/1001", ORDER, OTHER]);
  expect(acknowledged?.method).toBe("notifications/subscriptions/acknowledged");
  expect(acknowledged?.params?.notifications).toEqual({ resourceSubscriptions: [ORDER, OTHER] });
  await host.listen(3, [ORDER, OTHER]);
  await host.ship("1054");
  const heard = [await host.next(), await host.next()];
  expect(heard.map((said) => said?.params?.uri)).toEqual([ORDER, ORDER]);
  expect(heard.map((said) => said?.params?._meta?.[SUBSCRIPTION])).toEqual([2, 3]);
  host.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 2 } });
  await host.ship("1049");
  const last = await host.next();
  expect([last?.params?.uri, last?.params?._meta?.[SUBSCRIPTION]]).toEqual([OTHER, 3]);
  const { rest, code } = await host.end();
  expect(rest.map(({ id, result }) => [id, result?.resultType])).toEqual([[3, "complete"]]);
  expect(code).toBe(0);
});

test("where there is nothing to be heard, it is not said that there is", async () => {
  await using host = start({ SHOP_MCP_POLL: "0" });
  const { result } = (await host.ask("initialize")) ?? {};
  expect(result?.capabilities?.resources).toEqual({ listChanged: false });
  expect((await host.ask("resources/subscribe", { uri: ORDER }))?.error?.code).toBe(-32_601);
  expect((await host.end()).code).toBe(0);
});

test("a host holds twenty subscriptions, and a request that asks for too much is refused", async () => {
  await using host = start();
  await host.ask("server/discover", { _meta });
  for (let id = 1; id <= 20; id++) await host.listen(id, [ORDER]);
  expect((await host.listen(21, [ORDER]))?.error?.message).toMatch(/holds 20 subscriptions/);
  host.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
  expect((await host.listen(22, [ORDER]))?.method).toBe("notifications/subscriptions/acknowledged");
  const unfit = { notifications: { resourceSubscriptions: "shop://orders/1054" }, _meta };
  expect((await host.ask("subscriptions/listen", unfit, 23))?.error?.code).toBe(-32_602);
});
