/** What does not start: a server that strangers would use, and settings that lack another. */
import { describe, expect, test } from "bun:test";
import { accessOf, openShop, readSettings, serveHttp, settingsSchema } from "../../server.ts";
import { ConfigError } from "../../shop/config-error.ts";
import { runOnLines } from "../hosts/start-program.ts";

const KEY = "k".repeat(32);
const access = (env: Record<string, string>) =>
  accessOf(readSettings(["--http"], { DJANGO_API_BASE: "https://shop.example", ...env }));
const FAR = { SHOP_MCP_HOST: "0.0.0.0" };
const ISSUER = { SHOP_MCP_OAUTH_ISSUER: "https://login.example" };
const SIGNS = { SHOP_MCP_ASSERTION_KEY: "{}" };
const PUBLIC = { SHOP_MCP_PUBLIC_URL: "https://mcp.example", CONFIRMATION_KEY: KEY };

describe("is refused", () => {
  const refused: [string, Record<string, string>, why: RegExp][] = [
    [
      "every address of this machine, without OAuth",
      FAR,
      /as 0\.0\.0\.0 would act with its own account/,
    ],
    ["an address of its own", { SHOP_MCP_HOST: "10.0.0.7" }, /as 10\.0\.0\.7 would act/],
    ["every IPv6 address", { SHOP_MCP_HOST: "::" }, /as :: would act/],
    ["a name to listen at", { SHOP_MCP_HOST: "127.0.0.1.example" }, /must be an IP address/],
    ["a public address before loopback", PUBLIC, /as mcp\.example would act/],
    [
      "another name",
      { SHOP_MCP_ALLOWED_HOSTS: "localhost, shop.example" },
      /as shop\.example would act/,
    ],
    [
      "another name with a scheme",
      { SHOP_MCP_ALLOWED_HOSTS: "http://mcp.internal" },
      /SHOP_MCP_ALLOWED_HOSTS .* must be names without scheme, port or path/,
    ],
    [
      "OAuth without a public address",
      { ...FAR, ...ISSUER, CONFIRMATION_KEY: KEY },
      /SHOP_MCP_PUBLIC_URL/,
    ],
    [
      "OAuth without CONFIRMATION_KEY",
      { ...ISSUER, SHOP_MCP_PUBLIC_URL: "https://mcp.example" },
      /CONFIRMATION_KEY must be set/,
    ],
    [
      "tokens in the clear",
      { ...ISSUER, ...PUBLIC, SHOP_MCP_PUBLIC_URL: "http://mcp.example" },
      /https address/,
    ],
    [
      "an issuer in the clear",
      { SHOP_MCP_OAUTH_ISSUER: "http://login.example" },
      /must be an https address/,
    ],
    [
      "an issuer with a query",
      { SHOP_MCP_OAUTH_ISSUER: "https://login.example?a" },
      /without credentials or query/,
    ],
    [
      "keys without an issuer",
      { SHOP_MCP_OAUTH_JWKS_URL: "https://login.example/keys" },
      /SHOP_MCP_OAUTH_ISSUER/,
    ],
    [
      "introspection without a secret",
      { ...ISSUER, SHOP_MCP_OAUTH_INTROSPECTION_URL: "https://login.example/i" },
      /belong together/,
    ],
    [
      "a secret without introspection",
      { ...ISSUER, SHOP_MCP_OAUTH_CLIENT_SECRET: KEY },
      /belong together/,
    ],
    [
      "OAuth without a key to say to Django who calls",
      ISSUER,
      /SHOP_MCP_ASSERTION_KEY must be set/,
    ],
    ["such a key without OAuth", SIGNS, /SHOP_MCP_OAUTH_ISSUER/],
    [
      "OAuth at an address that Django cannot know",
      { ...ISSUER, ...SIGNS, SHOP_MCP_PORT: "0" },
      /SHOP_MCP_PUBLIC_URL \(--public-url\) must be set with SHOP_MCP_PORT/,
    ],
    [
      "an origin with a path",
      { SHOP_MCP_ALLOWED_ORIGINS: "https://shop.example/" },
      /origins, as https/,
    ],
    [
      "a short secret of the shop's webhooks",
      { SHOP_MCP_WEBHOOK_SECRET: "k".repeat(31) },
      /^SHOP_MCP_WEBHOOK_SECRET must be a secret of at least 32 characters\.$/,
    ],
    ["every origin", { SHOP_MCP_ALLOWED_ORIGINS: "*" }, /origins, as https/],
    ["the origin null", { SHOP_MCP_ALLOWED_ORIGINS: "null" }, /origins, as https/],
  ];
  test.each(refused)("%s", (_, env, why) => {
    expect(() => access(env)).toThrow(why);
  });
  test("the client secret is not shown", () => {
    const secret = "s3cret with spaces";
    expect(() => access({ ...ISSUER, SHOP_MCP_OAUTH_CLIENT_SECRET: secret })).toThrow(
      /^SHOP_MCP_OAUTH_CLIENT_SECRET must be one word of printable ASCII characters\.$/,
    );
  });
  test("an address that is not of this machine", () => {
    const shop = openShop(settingsSchema.parse({ django_api_base: "https://shop.example" }));
    expect(() => serveHttp(shop, 0, { access: { host: "192.0.2.1" } })).toThrow(
      new ConfigError(
        'SHOP_MCP_HOST (--host) must be an address of this machine; got "192.0.2.1".',
      ),
    );
  });
  test("webhooks over stdio", () => {
    const env = { DJANGO_API_BASE: "https://shop.example", SHOP_MCP_WEBHOOK_SECRET: KEY };
    expect(() => accessOf(readSettings([], env))).toThrow(/^SHOP_MCP_WEBHOOK_SECRET needs/);
  });
  test("OAuth over stdio, by the program too", async () => {
    const { code, err } = await runOnLines([], ISSUER);
    expect({ code, err }).toEqual({
      code: 2,
      err: "django-shop-mcp: SHOP_MCP_OAUTH_ISSUER (--oauth-issuer) needs SHOP_MCP_HTTP (--http): over stdio there is one caller.\n",
    });
  });
});

describe("starts", () => {
  test("on loopback, for its own machine alone", () => {
    expect(access({})).toMatchObject({
      host: "127.0.0.1",
      hosts: ["localhost", "127.0.0.1", "[::1]"],
      isProxied: false,
      origins: undefined,
      oauth: undefined,
    });
  });
  test("beyond loopback with OAuth, for its public name and the pages that are named", () => {
    const env = {
      ...FAR,
      ...ISSUER,
      ...PUBLIC,
      ...SIGNS,
      SHOP_MCP_ALLOWED_ORIGINS: "https://shop.example",
    };
    expect(access(env)).toEqual({
      host: "0.0.0.0",
      publicUrl: "https://mcp.example/mcp",
      hosts: ["mcp.example"],
      origins: ["https://shop.example"],
      isProxied: true,
      oauth: {
        issuer: "https://login.example",
        jwksUrl: undefined,
        audience: undefined,
        introspection: undefined,
      },
      webhookSecret: undefined,
      signer: { key: "{}", issuer: "https://mcp.example", audience: "https://shop.example" },
    });
  });
  test("with one account for all, where that is said by name", () => {
    const env = { ...FAR, ...PUBLIC, SHOP_MCP_SHARE_ACCOUNT: "true" };
    expect(access(env)).toMatchObject({ hosts: ["mcp.example"], origins: [], oauth: undefined });
  });
  test.each([
    ["https://mcp.example", "https://mcp.example/mcp"],
    ["https://mcp.example/", "https://mcp.example/mcp"],
    ["https://shop.example/ai/", "https://shop.example/ai"],
    ["https://shop.example:8443/ai/mcp", "https://shop.example:8443/ai/mcp"],
  ])("%s is the endpoint %s", (given, publicUrl) => {
    const env = { ...FAR, ...ISSUER, ...PUBLIC, ...SIGNS, SHOP_MCP_PUBLIC_URL: given };
    expect(access(env)).toMatchObject({ publicUrl });
  });
});
