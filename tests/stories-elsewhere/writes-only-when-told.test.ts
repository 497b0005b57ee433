/** Nothing is changed at a shop of somebody else's but with --write, and after a yes. */
import { expect, test } from "bun:test";
import { CANCEL, openFolder, runStories, serveElsewhere, TRACE } from "./play-elsewhere.ts";

const files = { "cancel.yaml": CANCEL, "trace.yaml": TRACE };
const CANCELLED = ["POST /api/orders/1054/cancel/"];
async function open() {
  const server = serveElsewhere();
  const folder = await openFolder(files);
  const args = ["--url", server.url, "--stories", folder.path];
  return {
    ...server,
    play: (flags: string[], confirm?: (question: string) => Promise<boolean>) =>
      runStories([...args, ...flags], { confirm }),
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

test("without --write a story that may change something is skipped", async () => {
  await using server = await open();
  const { out, code } = await server.play([]);
  expect(out).toContain(
    "– a new order is cancelled: skipped, it calls cancel_order, which may change something (--write)",
  );
  expect(out).toContain("1 of 1 stories passed, 1 skipped.");
  expect({ code, writes: server.writes }).toEqual({ code: 0, writes: [] });
});
test("a story of a tool that the server does not have fails, and is not skipped", async () => {
  await using server = await open();
  using folder = await openFolder({
    "a.yaml": CANCEL.replaceAll("call: cancel_order", "call: drop_order"),
  });
  const { out, code } = await runStories(["--url", server.url, "--stories", folder.path]);
  expect(out).toContain(
    "step 2: the server does not offer drop_order to mia; it offers search_products, ",
  );
  expect(code).toBe(1);
});
test("with --write it says what will be changed and where, and asks", async () => {
  await using server = await open();
  const asked: string[] = [];
  const { out, code } = await server.play(
    ["--write"],
    async (question) => asked.push(question) > 0,
  );
  expect(out).toContain(
    `One story changes something at ${server.url}:\n  a new order is cancelled, as mia: cancel_order\n`,
  );
  expect(asked).toEqual(["These changes are real, and are not taken back. Play them?"]);
  expect(out).toContain("2 of 2 stories passed.");
  expect({ code, writes: server.writes }).toEqual({ code: 0, writes: CANCELLED });
});
test("after a no only those are played that change nothing", async () => {
  await using server = await open();
  const { out, code } = await server.play(["--write"], async () => false);
  expect(out).toContain(
    "– a new order is cancelled: skipped, it may change something, which was not allowed",
  );
  expect(out).toContain("1 of 1 stories passed, 1 skipped.");
  expect({ code, writes: server.writes }).toEqual({ code: 0, writes: [] });
});
test("where nobody can be asked, --yes is needed", async () => {
  await using server = await open();
  const refused = await server.play(["--write"]);
  expect(refused.out).toContain(
    "Nobody can be asked here whether they may. Give --yes if they may",
  );
  expect({ code: refused.code, writes: server.writes }).toEqual({ code: 2, writes: [] });
  const { code } = await server.play(["--write", "--yes"]);
  expect({ code, writes: server.writes }).toEqual({ code: 0, writes: CANCELLED });
});
test("after a change ours are skipped until --reset brings the world back", async () => {
  await using server = await open();
  const ours = [
    "--url",
    server.url,
    "--write",
    "--yes",
    "order-items-can-be-changed-once",
    "a-parcel-is-traced-without-an-order-number",
  ];
  const left = await runStories(ours);
  expect(left.out).toMatch(
    /^– a shipped parcel .*: skipped, the shop is not as mocks\/world.json has it: order 10/m,
  );
  expect(left.out).toContain("1 of 1 stories passed, 1 skipped.");
  const reset = `${process.execPath} -e 'await fetch("${server.shop.url}/__world/reset/", { method: "POST" })'`;
  expect((await runStories(ours)).code).toBe(1); // the shop is still as the first run left it
  await fetch(`${server.shop.url}/__world/reset/`, { method: "POST" });
  const back = await runStories([...ours, "--reset", reset]);
  expect(back.out).toContain("2 of 2 stories passed.");
});
test("what the server remembers of before a story is no failure of it, and no success", async () => {
  await using server = await open();
  const { shop, play } = server;
  expect((await play(["--write", "--yes", "cancel"])).code).toBe(0);
  await fetch(`${shop.url}/__world/reset/`, { method: "POST" });
  const decline = CANCEL.replace("answer: accept", "answer: decline").replace(
    /returns: .*/,
    "fails: /^Not cancelled/",
  );
  const strict = decline
    .replace("question: Cancel", "question: /^Cancel")
    .replace("1054, answer", "1054/, answer");
  using folder = await openFolder({ "decline.yaml": strict });
  const { out, code } = await runStories([
    "--url",
    server.url,
    "--stories",
    folder.path,
    "--write",
    "--yes",
  ]);
  expect(out).toContain(
    "skipped, the server remembers such a change from before: let --reset restart it, too",
  );
  expect(code).toBe(1);
});
test("a --reset that fails ends the run, with what it said", async () => {
  await using server = await open();
  const { out, code } = await server.play([
    "--write",
    "--yes",
    "--reset",
    "echo no database >&2; exit 3",
  ]);
  expect(out).toContain("--reset ended with 3: no database");
  expect(out).toContain("– a parcel is traced: skipped, the place was not reached");
  expect(code).toBe(1);
});
