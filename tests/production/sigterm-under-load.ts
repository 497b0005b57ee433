/**
 * SIGTERM in the middle of a load, of several processes behind a balancer that asks for readiness: no call is lost, no
 * change is made twice or left out, streams end as they should, and the process exits.
 */
import { afterAll, expect, test } from "bun:test";
import { callStatus, callTool } from "../harness/timed-calls.ts";
import { startHttp } from "../hosts/start-program.ts";

const SHOP_MS = 30;
const made = new Map<string, number>(); // how often a request for help was made, by its key
const shop = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    await Bun.sleep(SHOP_MS);
    if (request.method === "GET") return Response.json({ status: "shipped", results: [] });
    const key = request.headers.get("idempotency-key") ?? "";
    made.set(key, (made.get(key) ?? 0) + 1);
    return Response.json({ request_id: key.slice(0, 8) }, { status: 201 });
  },
});
afterAll(() => shop.stop(true));
const start = () => startHttp({ DJANGO_API_BASE: shop.url.origin });
type Server = Awaited<ReturnType<typeof start>>;

/** Sends calls to whoever is ready, as balancers do: it asks each now and then. */
function openBalancer(servers: Server[]) {
  let [ready, next, isOpen] = [servers, 0, true];
  const isReady = ({ url }: Server) =>
    fetch(new URL("/readyz", url)).then(
      ({ ok }) => ok,
      () => false,
    );
  const watching = (async () => {
    while (isOpen) {
      const answers = await Promise.all(servers.map(isReady));
      ready = servers.filter((_, nth) => answers[nth]);
      await Bun.sleep(50);
    }
  })();
  return {
    url: () => ready[next++ % ready.length]?.url ?? "",
    close: () => ((isOpen = false), watching),
  };
}
const help = { subject: "A gift", message: "Could you wrap it?" };
/** Writes to the shop's support, and confirms it by its code, perhaps at the other process. */
async function change(address: () => string) {
  const asked = await callTool(address(), "contact_support", help);
  const confirmation = /[\w.-]{60,}/.exec(asked.text)?.[0];
  return callTool(address(), "contact_support", { ...help, confirmation });
}

test("no call is lost when one of two processes is ended, again and again", async () => {
  const servers = [await start(), await start()];
  const balancer = openBalancer(servers);
  let [isLoaded, nth] = [true, 0];
  const lost: string[] = [];
  const work = async (isChange: boolean) => {
    while (isLoaded) {
      const calling = isChange ? change(balancer.url) : callStatus(balancer.url(), ++nth);
      const { isError, text } = await calling.catch((error: unknown) => {
        return { isError: true, text: String(error) };
      });
      if (isError) lost.push(text);
    }
  };
  const load = Array.from({ length: 24 }, (_, worker) => work(worker % 6 === 0));
  for (let round = 0; round < 5; round++) {
    await Bun.sleep(400);
    const [oldest] = servers;
    if (!oldest) throw new Error("no server");
    servers.push(await start());
    const begun = performance.now();
    oldest.child.kill("SIGTERM");
    expect(await oldest.child.exited).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
    servers.shift();
  }
  isLoaded = false;
  await Promise.all([...load, balancer.close()]);
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  expect(lost).toEqual([]);
  expect(nth).toBeGreaterThan(500);
  expect(made.size).toBeGreaterThan(20);
  expect([...made.values()].filter((times) => times !== 1)).toEqual([]);
}, 120_000);
