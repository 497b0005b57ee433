/** The settings of a login: what is refused, what is offered, and what does not change with its tokens. */
import { describe, expect, test } from "bun:test";
import { openShop, readSettings, settingRows, tools } from "../../server.ts";
import { ConfigError } from "../../shop/errors.ts";
import { connect, json, jwt, SHOP_TIME, simplejwtShop } from "./shop-with-login.ts";

const LOGIN = { DJANGO_LOGIN: "/api/token/", DJANGO_USER: "mia", DJANGO_PASSWORD: "pass word 1" };
const env = { DJANGO_API_BASE: "https://shop.example/de", ...LOGIN };
const open = (more: Record<string, string> = {}, args: string[] = []) =>
  openShop(readSettings(args, { ...env, ...more }));

describe("refused, in one line", () => {
  const name = "DJANGO_LOGIN (--django-login)";
  const together = `${name}, DJANGO_USER (--django-user) and DJANGO_PASSWORD belong together: set all three, or none.`;
  const where = `${name} must be a path such as /api/token/, or an address at https://shop.example.`;
  test.each<[string, Record<string, string>, string]>([
    ["no password", { DJANGO_PASSWORD: "" }, together],
    ["no user", { DJANGO_USER: "" }, together],
    ["no login", { DJANGO_LOGIN: "" }, together],
    [
      "a token as well",
      { DJANGO_API_TOKEN: "t" },
      `${name} and DJANGO_API_TOKEN are both set: keep one of them.`,
    ],
    ["another host", { DJANGO_LOGIN: "https://evil.example/api/token/" }, where],
    ["another port", { DJANGO_LOGIN: "https://shop.example:8443/api/token/" }, where],
    ["another scheme", { DJANGO_LOGIN: "http://shop.example/api/token/" }, where],
    ["a host that begins alike", { DJANGO_LOGIN: "https://shop.example.evil.example/" }, where],
    ["a user in it", { DJANGO_LOGIN: "https://mia:pw@shop.example/api/token/" }, where],
    ["no path", { DJANGO_LOGIN: "api/token/" }, where],
    ["a host in disguise", { DJANGO_LOGIN: "@evil.example/" }, where],
  ])("%s", (_, more, line) => {
    expect(() => open(more)).toThrow(new ConfigError(line));
  });
  test("a password on the command line", () => {
    expect(settingRows.find(({ key }) => key === "django_password")?.flag).toBe("");
    expect(() => open({}, ["--django-password", "x"])).toThrow(
      "Unknown option '--django-password'",
    );
  });
});

test.each([
  ["/api/token/", "https://shop.example/de/api/token/"],
  ["//evil.example/", "https://shop.example/de//evil.example/"],
  ["https://shop.example/api/token/", "https://shop.example/api/token/"],
])("%s is asked at %s", async (given, address) => {
  const asked: string[] = [];
  const shop = openShop(readSettings(["--django-login", given], env), {
    async fetch(url) {
      asked.push(url);
      return json({ token: "abcdef", status: "shipped" });
    },
  });
  const { endpoints } = await import("../../shop/contract.ts");
  await shop.request(endpoints.orderStatus, { ids: { order_id: "1" } });
  expect(asked[0]).toBe(address);
});

test("with a login all tools are offered", () => {
  expect([...open().offered.keys()]).toEqual(Object.keys(tools));
});

describe("a confirmation", () => {
  const question = async (shop: ReturnType<typeof open>) =>
    (await shop.confirmations.issue(["cancel"], "Cancel?", [])).token;
  const counts = async (shop: ReturnType<typeof open>, token: Promise<string>) =>
    (await shop.confirmations.verify(await token, ["cancel"])).question !== undefined;
  test("counts in another process with the same login", async () => {
    expect(await counts(open(), question(open()))).toBe(true);
  });
  test.each<Record<string, string>>([
    { DJANGO_PASSWORD: "other" },
    { DJANGO_USER: "leo" },
    { DJANGO_LOGIN: "/login/" },
  ])("does not count with %p", async (more) =>
    expect(await counts(open(more), question(open()))).toBe(false),
  );
  test.each<Record<string, string>>([{ DJANGO_PASSWORD: "other" }, { DJANGO_USER: "leo" }])(
    "does not count with %p under one CONFIRMATION_KEY",
    async (more) => {
      const key = { CONFIRMATION_KEY: "k".repeat(32) };
      expect(await counts(open({ ...key, ...more }), question(open(key)))).toBe(false);
    },
  );
  test("counts after the tokens were renewed, and a cursor is sealed alike", async () => {
    const played = simplejwtShop();
    const { shop, order, wait } = connect(played.play, { confirmation_key: undefined });
    const key = Buffer.from(shop.cursorKey).toString("hex");
    const token = question(shop);
    await order();
    wait(280);
    played.at = SHOP_TIME + 280_000;
    await order();
    expect(await counts(shop, token)).toBe(true);
    expect(Buffer.from(shop.cursorKey).toString("hex")).toBe(key);
  });
});

describe("the program", () => {
  const program = new URL("../../server.ts", import.meta.url).pathname;
  /** Starts it, and gives back its stderr once this is there. */
  async function stderrOf(base: string, until: string, more: Record<string, string> = {}) {
    const child = Bun.spawn([process.execPath, program], {
      env: { DJANGO_API_BASE: base, ...LOGIN, ...more },
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    let err = "";
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
      err += chunk;
      if (err.includes(until)) void child.stdin.end();
    }
    return { err, code: await child.exited };
  }
  test("says on stderr that its login is refused, and goes on; the catalog is public", async () => {
    const token = jwt({ sub: 1 });
    using django = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ method }) =>
        method === "POST"
          ? json({ detail: `No account for pass word 1 or ${token}.` }, 401)
          : json([{ id: 1, name: "Cup" }]),
    });
    const { err, code } = await stderrOf(String(django.url), "restart this server");
    expect(code).toBe(0);
    expect(err).toContain("The shop refused this server's login: No account for … or");
    expect(err).not.toContain("pass word 1");
    expect(err.split("\n")).toHaveLength(3);
  });
  test("warns where the password would be sent unencrypted", async () => {
    const { err } = await stderrOf("http://0.0.0.0:9", "cannot be reached");
    expect(err).toContain(
      "django-shop-mcp: the password is sent unencrypted: set DJANGO_API_BASE to an address with https\n",
    );
  });
});
