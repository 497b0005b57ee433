/** How much of an answer the doctor reads, and how long it waits. */
import { expect, test } from "bun:test";
import { run } from "../../scripts/doctor/doctor.ts";
import type { Runtime } from "../../scripts/doctor/visit.ts";
import { diagnose, mockShop, never, runDoctor, serveSocket } from "./run-doctor.ts";

test("a shop that answers 300 MB is not read to its end", async () => {
  let sent = 0;
  const endless = () =>
    new ReadableStream({
      pull(controller) {
        sent += 65_536;
        if (sent > 300_000_000) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
  using shop = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response(endless()) });
  const { out } = await run(["--django", shop.url.origin, "--token", "t"], {}, { timeout: never });
  expect(out).toContain(
    "red    reachable  every address answers with a body larger than 1 MiB, which is not read → paginate, and honour limit\n",
  );
  expect(sent).toBeLessThan(50_000_000);
});

test("a shop that never answers is given up after 10 s", async () => {
  const late = new AbortController();
  using shop = await serveSocket(() => late.abort());
  const waited: number[] = [];
  const timeout = (ms: number) => {
    waited.push(ms);
    return ms > 10_000 ? never() : late.signal;
  };
  expect(await diagnose(shop.base, { timeout })).toEqual([
    "red no complete answer within 10 s → check whether the shop hangs, or a firewall drops the request",
  ]);
  expect(waited).toEqual([90_000, 10_000]);
});

test("a shop that takes more than 90 s is reported with what is known by then", async () => {
  const over = new AbortController();
  let answered = 0;
  const { runtime } = mockShop({
    change(body) {
      if (++answered === 10) over.abort();
      return body;
    },
  });
  const fetch: Runtime["fetch"] = async (url, init) => {
    init.signal?.throwIfAborted();
    return runtime.fetch(url, init);
  };
  const timeout = (ms: number) => (ms > 10_000 ? over.signal : never());
  const report = await runDoctor({ ...runtime, fetch, timeout });
  expect(report.linesOf("searchProducts")).toEqual(["green 40 answers match, 8 fields"]);
  expect(report.linesOf("shop").join()).toContain("the limit of 90 s for all requests is reached");
  expect(report.code).toBe(1);
});
