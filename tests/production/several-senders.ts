/** Several `manage.py send_events` on one PostgreSQL send each event once, also after its connections were cut. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { openHooks } from "../../http/guards/hooks.ts";
import { makeVenv, serveDjango } from "../../scripts/django.ts";
import { SECRET } from "../gate/signed-events.ts";
import { HAS_POSTGRES, startPostgres } from "./parts/postgres.ts";

setDefaultTimeout(180_000); // a command of manage.py takes seconds on a busy machine
const WORLD = new URL("../../mocks/world.json", import.meta.url).pathname;

/** What takes events as the server does, and who is told of how many there were. */
function receive() {
  const taken: string[] = [];
  let wake = () => {};
  const hooks = openHooks({
    secret: SECRET,
    now: Date.now,
    async take(event) {
      taken.push(String(Object(event).order_id));
      wake();
      return "told";
    },
  });
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: hooks });
  return {
    url: new URL("/hooks/shop", server.url).href,
    taken,
    async until(count: number) {
      while (taken.length < count) await new Promise<void>((resolve) => (wake = resolve));
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

describe.skipIf(!HAS_POSTGRES)("three senders", () => {
  test("send each event once, and go on when PostgreSQL cuts their connections", async () => {
    await makeVenv();
    await using stack = new AsyncDisposableStack();
    const [postgres, server] = [stack.use(await startPostgres()), stack.use(receive())];
    const django = await serveDjango(WORLD, {
      env: { DATABASE_URL: postgres.url, WEBHOOK_URL: server.url, WEBHOOK_SECRET: SECRET },
    });
    stack.defer(django.stop);
    const workers = Array.from({ length: 3 }, () => django.spawn("send_events"));
    stack.defer(() => workers.forEach((worker) => worker.kill("SIGKILL")));
    /** Writes events that no thread of their own process sends. */
    const write = (first: number, count: number) =>
      django.manage(
        "shell",
        "-c",
        `from shop_mcp.models import Event; Event.objects.bulk_create(Event(type="order.changed", subject=str(n)) for n in range(${first}, ${first + count}))`,
      );
    const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
    const sent = () => server.taken.map(Number).toSorted((a, b) => a - b);

    await write(0, 300);
    await server.until(300);
    expect(sent()).toEqual(numbers(300));
    const unsettled = "select count(*) from shop_mcp_event where due_at is not null";
    while (Number(await postgres.query(unsettled))); // the answer to the last one is on its way
    const cut =
      "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = 'shop' and pid <> pg_backend_pid()";
    expect(Number(await postgres.query(cut))).toBeGreaterThan(0);
    await write(300, 50);
    await server.until(350);

    for (const worker of workers) worker.kill("SIGTERM");
    const ends = workers.map(async (worker) => [await worker.exited, await worker.stderr.text()]);
    for (const [code, said] of await Promise.all(ends)) {
      expect(code).toBe(0);
      expect(said).toStartWith("Sending events. Ctrl-C ends it.\n");
      expect(said).not.toContain("Traceback");
    }
    expect(sent()).toEqual(numbers(350));
    const left = "select count(*) from shop_mcp_event where due_at is not null or attempts <> 1";
    expect(Number(await postgres.query(left))).toBe(0);
  });
});
