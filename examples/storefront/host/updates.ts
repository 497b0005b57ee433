/**
 * Orders that report themselves: a connection of its own listens to them, since the AI SDK's client cannot.
 *
 * @module
 */
import { Client, type McpSubscription, type Transport } from "@modelcontextprotocol/client";

const MOST = 50; // addresses, as the server allows
const AGAIN_MS = 1000;

/**
 * Begins to follow orders.
 * @param hear is told of each that has changed, or may have while nobody listened
 */
export function followOrders(transport: Transport, hear: (order_id: string) => void) {
  const client = new Client(
    { name: "storefront", version: "1" },
    { versionNegotiation: { mode: "auto" } },
  );
  client.setNotificationHandler("notifications/resources/updated", ({ params }) =>
    hear(decodeURIComponent(params.uri.split("/").at(-1) ?? "")),
  );
  const connected = client.connect(transport);
  connected.catch(() => {}); // a server that tells nothing is read when somebody looks
  let subscription: McpSubscription | undefined;
  let isClosed = false;

  /** Follows these orders, the last ones of too many, and no others. @throws where the server tells nothing */
  async function follow(ids: string[]): Promise<void> {
    await connected;
    const followed = ids.slice(-MOST);
    if (isClosed || !followed.length) return;
    const resourceSubscriptions = followed.map((id) => `shop://orders/${encodeURIComponent(id)}`);
    const next = await client.listen({ resourceSubscriptions });
    void subscription?.close();
    subscription = next;
    void next.closed.then((why) => {
      if (why !== "local" && subscription === next) setTimeout(followAgain, AGAIN_MS, ids);
    });
  }
  function followAgain(ids: string[]): void {
    if (isClosed) return;
    follow(ids).then(
      () => ids.forEach(hear),
      () => setTimeout(followAgain, AGAIN_MS, ids),
    );
  }
  return {
    follow,
    async close(): Promise<void> {
      isClosed = true;
      await client.close();
    },
  };
}
