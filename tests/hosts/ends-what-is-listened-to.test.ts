/** What a host ends is not heard of any more: also where it ends it early, or says something else under the same id. */
import { expect, test } from "bun:test";
import * as mcp from "@modelcontextprotocol/server";
import { acceptSubscriptions, type Updates } from "../../json-rpc/updates.ts";
import { openListening } from "../../stdio/listening.ts";
import { initialize, rpc } from "./start-program.ts";

/** Admits whatever is asked for, once the gate is open; `watched` is what somebody listens to. */
function openUpdates(gate?: Promise<void>) {
  const watched: string[] = [];
  const watchOf = (uri: string) => () => {
    watched.push(uri);
    return () => void watched.splice(watched.indexOf(uri), 1);
  };
  const updates: Updates = {
    async admit(uris) {
      await gate;
      return uris.map((uri) => ({ uri, watch: watchOf(uri) }));
    },
  };
  return { updates, watched };
}

test("who unsubscribes before the answer to the subscription is told of nothing", async () => {
  const gate = Promise.withResolvers<void>();
  const { updates, watched } = openUpdates(gate.promise);
  const server = new mcp.McpServer({ name: "", version: "" }, { capabilities: { resources: {} } });
  acceptSubscriptions(server, updates).open();
  const [host, own] = mcp.InMemoryTransport.createLinkedPair();
  const answered = Promise.withResolvers<void>();
  host.onmessage = (message) => "id" in message && message.id === "b" && answered.resolve();
  await server.connect(own);
  await host.send(initialize() as mcp.JSONRPCRequest); // as it is sent over HTTP
  for (const [id, method, uri] of [
    ["a", "resources/subscribe", "shop://orders/1"],
    ["b", "resources/subscribe", "shop://orders/2"],
    ["c", "resources/unsubscribe", "shop://orders/1"],
  ] as const)
    await host.send(rpc(id, method, { uri }) as mcp.JSONRPCRequest);
  gate.resolve();
  await answered.promise;
  expect(watched).toEqual(["shop://orders/2"]);
  await server.close();
});
test("what a subscription listened to before another took its id is not looked at any more", async () => {
  const { updates, watched } = openUpdates();
  const { admitted, close } = openListening(updates, () => {});
  const listen = (...resourceSubscriptions: string[]) =>
    admitted({
      jsonrpc: "2.0",
      id: 1,
      method: "subscriptions/listen",
      params: { notifications: { resourceSubscriptions } },
    });
  await listen("shop://orders/1", "shop://orders/2");
  await listen("shop://orders/2", "shop://orders/3");
  expect(watched.toSorted()).toEqual(["shop://orders/2", "shop://orders/3"]);
  close();
  expect(watched).toEqual([]);
});
