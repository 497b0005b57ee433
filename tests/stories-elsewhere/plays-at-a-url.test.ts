/** Stories at the address of a server that somebody else runs: what plays, what is skipped aloud, and whose token it is. */
import { expect, test } from "bun:test";
import { seed } from "../../mocks/world.ts";
import { masking } from "../../scripts/stories/callers.ts";
import { serveIssuer } from "../gate/authorization-server.ts";
import { PUBLIC_URL, serveGuarded } from "../gate/guarded-server.ts";
import { openFolder, runStories, serveElsewhere, TRACE } from "./play-elsewhere.ts";

test.each(["http-modern", "http-legacy"])(
  "a project's own stories are played: %s",
  async (lane) => {
    await using server = serveElsewhere();
    using folder = await openFolder({ "trace.yaml": TRACE });
    const played = await runStories([
      "--url",
      server.url,
      "--stories",
      folder.path,
      "--lane",
      lane,
    ]);
    expect(played.out).toMatch(/^✓ a parcel is traced \(\d+\.\d s\)\n1 of 1 stories passed\.\n/);
    expect(played.out).toContain("`sends` was not checked");
    expect(played.code).toBe(0);
  },
);

test("a story that goes otherwise fails, with the step and the command that plays it alone", async () => {
  await using server = serveElsewhere();
  const wrong = TRACE.replace("status: shipped, tracking", "status: delivered, tracking");
  using folder = await openFolder({ "trace.yaml": wrong });
  const { out, code } = await runStories(["--url", server.url, "--stories", folder.path]);
  expect(out).toContain("✗ a parcel is traced");
  expect(out).toContain("step 3 of 3: call get_order_status");
  expect(out).toContain('$.status: expected "delivered", got "shipped"');
  expect(out).not.toContain("requests of this step");
  expect(out).toContain(
    `bun run stories --url ${server.url} --stories ${folder.path} "a parcel is traced"`,
  );
  expect(out).toContain("0 of 1 stories passed.");
  expect(code).toBe(1);
});

test("our own stories are played where the shop holds our world, and the server's caller is one of it", async () => {
  await using server = serveElsewhere();
  const { out, code } = await runStories(["--url", server.url]);
  const passed = out.match(/^✓ .*/gm) ?? [];
  expect(passed.length).toBeGreaterThanOrEqual(12);
  expect(passed.join()).toContain("a shipped parcel is traced without an order number");
  expect(out).toContain(`${passed.length} of ${passed.length} stories passed, `);
  expect(out).toMatch(
    /^– staff list the orders of one customer, or of all: skipped, no token for staff/m,
  );
  expect(out).toMatch(
    /^– an order is cancelled only after the user confirms: skipped, it calls cancel_order, which may/m,
  );
  expect(out).toMatch(
    /^– a 503 is retried, then reported: skipped, it needs a shop that fails on demand/m,
  );
  expect(out).toMatch(
    /^– without a token .*: skipped, the server acts for somebody, even for callers without a token$/m,
  );
  expect(server.writes).toEqual([]);
  expect(code).toBe(0);
});

test.each([
  [
    "has another name",
    { ...seed, shop: seed.shop && { ...seed.shop, name: "Elsewhere" } },
    'the shop is "Elsewhere"',
  ],
  [
    "has other orders",
    { ...seed, orders: seed.orders.filter(({ order_id }) => order_id !== "1054") },
    "order 1054 is absent, and was pending",
  ],
  [
    "has an order that was changed",
    {
      ...seed,
      orders: seed.orders.map((one) =>
        one.order_id === "1054" ? { ...one, status: "processing" as const } : one,
      ),
    },
    "order 1054 is processing, and was pending",
  ],
  [
    "has another product",
    { ...seed, products: seed.products.map((one, n) => (n ? one : { ...one, name: "A Thing" })) },
    "is A Thing, and was ",
  ],
])("none of ours is played, and so none passes, where the shop %s", async (_, world, reason) => {
  await using server = serveElsewhere({ world });
  const { out, code } = await runStories([
    "--url",
    server.url,
    "a-parcel-is-traced-without-an-order-number",
  ]);
  expect(out).toMatch(/^– a shipped parcel is traced without an order number: skipped, /);
  expect(out).toMatch(reason);
  expect(out).toContain("No story was played, 1 skipped: that proves nothing.");
  expect(code).toBe(1);
});

test("callers are who their tokens say, and no token is ever written", async () => {
  await using issuer = await serveIssuer();
  await using server = serveGuarded({ oauth: { issuer: issuer.issuer } });
  const [mia, staff] = [
    await issuer.sign({ aud: PUBLIC_URL, sub: "mia" }),
    await issuer.sign({ aud: PUBLIC_URL, sub: "staff" }),
  ];
  const names = ["a-parcel-is-traced-without-an-order-number", "staff-list-one-customers-orders"];
  using folder = await openFolder({ "tokens.json": JSON.stringify({ mia, staff }) });
  const report = `${folder.path}/out/stories.xml`;

  const one = await runStories(["--url", server.url, ...names], { env: { SHOP_MCP_TOKEN: mia } });
  expect(one.out).toContain(
    "skipped, no token for staff was given (--tokens FILE); the caller here is mia",
  );
  expect(one.out).toContain("1 of 1 stories passed, 1 skipped.");
  const both = await runStories([
    "--url",
    server.url,
    ...names,
    "--tokens",
    `${folder.path}/tokens.json`,
    "--report",
    report,
  ]);
  expect(both.out).toContain("2 of 2 stories passed.");
  const wrong = await runStories(["--url", server.url, ...names, "--as", "staff", "--token", mia]);
  expect(wrong.out).toContain("✗ staff list the orders");
  expect(wrong.code).toBe(1);
  for (const text of [
    one.out,
    both.out,
    wrong.out,
    await folder.read("out/stories.xml"),
    await folder.read("out/stories.html"),
  ]) {
    expect(text).not.toContain(mia);
    expect(text).not.toContain(staff);
  }
});
test("a token that a shop repeats is a mark in output and report, however it is spelt", async () => {
  const token = `Quince&Lantern"<>`;
  await using server = serveElsewhere();
  const repeats = `title: says ${JSON.stringify(token).slice(1, -1)}\nas: mia\nsteps:\n  - say: ${JSON.stringify(token)}\n  - call: get_shop_info\n`;
  using folder = await openFolder({ "a.yaml": repeats });
  const report = `${folder.path}/r.xml`;
  const { out } = await runStories([
    "--url",
    server.url,
    "--stories",
    folder.path,
    "--token",
    token,
    "--report",
    report,
  ]);
  expect(out).not.toContain("Quince&Lantern");
  expect(`${await folder.read("r.xml")}${await folder.read("r.html")}`).not.toMatch(
    /Quince.{1,6}Lantern/,
  );
});
test("of tokens that begin alike none leaves its end, and a short one is masked as a word alone", () => {
  const byUser = new Map([
    ["mia", "tok-12345"],
    ["leo", "tok-12345-leo"],
    ["eve", "eve"],
  ]);
  const mask = masking({ one: undefined, as: undefined, byUser });
  expect(mask("tok-12345 tok-12345-leo eve, every")).toBe("… … …, every");
});
test("a story of several users needs to know whose the one token is", async () => {
  await using server = serveElsewhere();
  using folder = await openFolder({
    "a.yaml": TRACE,
    "b.yaml": TRACE.replace("as: mia", "as: leo"),
  });
  const args = ["--url", server.url, "--stories", folder.path];
  const { out, code } = await runStories(args);
  expect(out).toContain("The stories have several users, mia, leo: say by --as whose token it is");
  expect(code).toBe(2);
  const known = await runStories([...args, "--as", "mia"]);
  expect(known.out).toContain("1 of 1 stories passed, 1 skipped.");
});
