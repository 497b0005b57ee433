/**
 * OAuth from discovery to tool call, by real parts: django-oauth-toolkit vouches for the shop's users, clients find it
 * by themselves, users sign in and agree, and each call is made as the user it is for.
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import {
  Client,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import { Client as LegacyClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as LegacyTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { decodeProtectedHeader } from "jose";
import { install } from "../../scripts/django.ts";
import { type Consent, openBrowser } from "./oauth/browser.ts";
import {
  CLIENT_METADATA,
  CLIENT_URL,
  openOAuthShop,
  passwordOf,
  REDIRECT_URL,
} from "./oauth/oauth-shop.ts";

setDefaultTimeout(60_000); // a command of manage.py takes seconds on a busy machine
const [MIA, BRAM] = ["mia-lindqvist", "bram-de-wilde"];
let shop: Awaited<ReturnType<typeof openOAuthShop>>;
beforeAll(async () => {
  shop = await openOAuthShop();
}, 300_000);
afterAll(() => shop.stop());

/** The 2.x client of a user, who is not signed in yet. */
function openClient(user: string) {
  const browser = openBrowser(user, passwordOf(user));
  const seen: { links: URL[]; tokens: StoredOAuthTokens[]; verifier: string } = {
    links: [],
    tokens: [],
    verifier: "",
  };
  const kept: { client?: StoredOAuthClientInformation; discovery?: OAuthDiscoveryState } = {};
  const provider: OAuthClientProvider = {
    redirectUrl: REDIRECT_URL,
    clientMetadataUrl: CLIENT_URL,
    clientMetadata: CLIENT_METADATA,
    clientInformation: () => kept.client,
    saveClientInformation: (client) => void (kept.client = client),
    discoveryState: () => kept.discovery,
    saveDiscoveryState: (discovery) => void (kept.discovery = discovery),
    tokens: () => seen.tokens.at(-1),
    saveTokens: (tokens) => void seen.tokens.push(tokens),
    redirectToAuthorization: (link) => void seen.links.push(link),
    saveCodeVerifier: (verifier) => void (seen.verifier = verifier),
    codeVerifier: () => seen.verifier,
  };
  const open = () =>
    new StreamableHTTPClientTransport(new URL(shop.url), { authProvider: provider });
  let transport = open();
  const client = new Client(
    { name: "test", version: "1.0.0" },
    { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  /** Lets the user agree to what the client has asked for last. */
  async function agree(): Promise<Consent> {
    const consent = await browser.authorize(seen.links.at(-1) as URL, REDIRECT_URL); // it has asked
    await transport.finishAuth(consent.callback.searchParams);
    return consent;
  }
  async function connect(): Promise<Consent> {
    await expect(client.connect(transport)).rejects.toBeInstanceOf(UnauthorizedError);
    const consent = await agree();
    transport = open();
    await client.connect(transport);
    return consent;
  }
  return { client, connect, agree, seen, browser, provider };
}
type Orders = { orders: { order_id: string }[] };
const list = { name: "list_orders", arguments: { limit: 50 } };
const idsOf = (result: { structuredContent?: unknown }) =>
  (result.structuredContent as Orders).orders.map(({ order_id }) => order_id); // as its schema says

test("the 2.x client finds the authorization server, and its user has what is theirs", async () => {
  const [mia, bram] = [openClient(MIA), openClient(BRAM)];
  const consents = await Promise.all([mia.connect(), bram.connect()]);
  expect(consents[0].asked).toEqual(["See your orders, your address and how you pay"]);
  expect(mia.seen.links[0]?.searchParams.get("client_id")).toBe(CLIENT_URL);
  expect(mia.seen.links[0]?.searchParams.get("resource")).toBe(shop.url);
  const answers = await Promise.all([mia, bram].map(({ client }) => client.callTool(list)));
  const [mine = [], theirs = []] = answers.map(idsOf);
  expect(mine.length).toBeGreaterThan(1);
  expect(theirs.length).toBeGreaterThan(0);
  expect(mine.filter((id) => theirs.includes(id))).toEqual([]);
  await Promise.all([mia.client.close(), bram.client.close()]);
});

test("a change asks the user for more, once, and is theirs", async () => {
  const { client, connect, agree, seen } = openClient(MIA);
  await connect();
  const address = { line1: "1 Quay", city: "Ghent", postcode: "9000", country: "BE" };
  const call = (more: object = {}) =>
    client.callTool({ name: "change_customer_address", arguments: { ...address, ...more } });
  await expect(call()).rejects.toBeInstanceOf(UnauthorizedError);
  expect(seen.links.at(-1)?.searchParams.get("scope")?.split(" ").toSorted()).toEqual([
    "shop:read",
    "shop:write",
  ]);
  expect((await agree()).asked).toHaveLength(2);
  const asked = (await call()).structuredContent as { outcome: string; confirmation: string };
  expect(asked.outcome).toBe("confirmation_needed");
  const { structuredContent } = await call({ confirmation: asked.confirmation });
  expect(structuredContent).toMatchObject({ outcome: "done" });
  await client.close();
  const { customers } = (await shop.world()) as {
    customers: { customer_id: string; address: object }[];
  };
  const moved = customers.filter((one) => "line1" in one.address && one.address.line1 === "1 Quay");
  expect(moved.map(({ customer_id }) => customer_id)).toEqual([MIA]);
});

test("no token of a caller reaches the shop: each of its requests has an assertion of its own", async () => {
  const { client, connect, seen } = openClient(MIA);
  await connect();
  await client.callTool(list);
  await client.close();
  const sent = shop.reached.filter(({ path }) => /^\/api\/(?!mcp\/)/.test(path));
  const tokens = sent.map(({ authorization }) => authorization.replace("Bearer ", ""));
  expect(tokens.length).toBeGreaterThan(0);
  expect(new Set(tokens).size).toBe(tokens.length);
  for (const token of tokens) expect(decodeProtectedHeader(token).typ).toBe("shop-assertion+jwt");
  expect(tokens).not.toContain(seen.tokens[0]?.access_token ?? "");
});

/** What a `tools/call` is answered with, to a token that no SDK holds. */
async function callWith(token: string, params: object = list) {
  const response = await fetch(shop.url, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": "2025-11-25",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  const text = await response.text();
  const { result } = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? (text || "{}"));
  return { status: response.status, challenge: response.headers.get("www-authenticate"), result };
}

test("a refreshed token keeps what its user was asked", async () => {
  const { client, connect, agree, seen } = openClient(MIA);
  await connect();
  const address = { line1: "2 Quay", city: "Ghent", postcode: "9000", country: "BE" };
  const call = { name: "change_customer_address", arguments: address };
  await expect(client.callTool(call)).rejects.toBeInstanceOf(UnauthorizedError);
  await agree();
  const { structuredContent } = await client.callTool(call);
  const { confirmation } = structuredContent as { confirmation: string }; // as its schema says
  await client.close();
  const granted = await fetch(`${shop.origin}/o/token/`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: seen.tokens.at(-1)?.refresh_token ?? "",
      client_id: CLIENT_URL,
      resource: shop.url,
    }),
  });
  const { access_token } = (await granted.json()) as { access_token: string };
  expect(access_token).not.toBe(seen.tokens.at(-1)?.access_token);
  const confirmed = { ...call, arguments: { ...address, confirmation } };
  const { result } = await callWith(access_token, confirmed);
  expect(result.structuredContent).toMatchObject({ outcome: "done" });
});

test("a user whom the shop has locked out has nothing more, whatever their token says", async () => {
  const { client, connect } = openClient(BRAM);
  await connect();
  await client.callTool(list);
  await shop.setActive(BRAM, false);
  try {
    const { isError, content } = await client.callTool(list);
    expect(isError).toBe(true);
    expect(JSON.stringify(content)).toContain("no active account that belongs to this sign-in");
  } finally {
    await shop.setActive(BRAM, true);
    await client.close();
  }
});

test.each([
  ["for another resource", "https://other.example/mcp"],
  ["for no resource", undefined],
])("a token that was granted %s is refused", async (_, resource) => {
  const { client, connect, seen, browser } = openClient(MIA);
  await connect();
  await client.close();
  const link = new URL(seen.links[0] as URL); // it has asked
  if (resource) link.searchParams.set("resource", resource);
  else link.searchParams.delete("resource");
  const verifier = "v".repeat(64);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  link.searchParams.set("code_challenge", Buffer.from(digest).toString("base64url"));
  const { callback } = await browser.authorize(link, REDIRECT_URL);
  const granted = await fetch(`${shop.origin}/o/token/`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: callback.searchParams.get("code") ?? "",
      client_id: CLIENT_URL,
      redirect_uri: REDIRECT_URL,
      code_verifier: verifier,
    }),
  });
  const { access_token } = (await granted.json()) as { access_token: string };
  expect(access_token).toBeString();
  const { status, challenge } = await callWith(access_token);
  expect(status).toBe(401);
  expect(challenge).toContain("its audience is not this one");
});

test("a shopper who is signed in to the shop talks from its page, by a token that the shop mints", async () => {
  const { browser, client, connect } = openClient(MIA);
  await connect();
  const mine = idsOf(await client.callTool(list));
  await client.close();
  const mint = (body: object) =>
    browser.send(`${shop.origin}/api/mcp/token/`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": browser.cookies.get("csrftoken") ?? "",
      },
      body: JSON.stringify(body),
    });
  const minted = (await (await mint({})).json()) as { access_token: string };
  const { status, result } = await callWith(minted.access_token);
  expect([status, idsOf(result)]).toEqual([200, mine]);
  const session = browser.cookies.get("sessionid") ?? "";
  expect(session).not.toBe("");
  expect((await callWith(session)).status).toBe(401);
  browser.cookies.delete("sessionid");
  expect((await mint({})).status).toBe(403);
});

test("a shopper with a JWT of the shop's own gets another for the server, which does not take the shop's", async () => {
  const own = await shop.ownJwt(BRAM);
  expect((await callWith(own)).status).toBe(401);
  const minted = await fetch(`${shop.origin}/api/mcp/token/`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${own}` },
    body: JSON.stringify({ scope: "shop:read" }),
  });
  const { access_token, scope } = (await minted.json()) as Record<string, string>;
  expect(scope).toBe("shop:read");
  const { status, result } = await callWith(access_token ?? "");
  expect(status).toBe(200);
  const { client, connect } = openClient(BRAM);
  await connect();
  expect(idsOf(result)).toEqual(idsOf(await client.callTool(list)));
  await client.close();
  const address = { line1: "3 Quay", city: "Ghent", postcode: "9000", country: "BE" };
  const change = { name: "change_customer_address", arguments: address };
  expect((await callWith(access_token ?? "", change)).status).toBe(403);
  const again = await fetch(`${shop.origin}/api/mcp/token/`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${access_token}` },
    body: JSON.stringify({ scope: "shop:write" }),
  });
  expect(again.ok).toBe(false); // a token for the server is none of the shop's
});

test("the 1.x client, which most hosts are built on, finds its way as well", async () => {
  const { provider, browser, seen } = openClient(MIA);
  const open = () => new LegacyTransport(new URL(shop.url), { authProvider: provider });
  const client = new LegacyClient({ name: "test", version: "1.0.0" });
  const transport = open();
  await expect(client.connect(transport as Transport)).rejects.toThrow("Unauthorized");
  const { callback } = await browser.authorize(seen.links.at(-1) as URL, REDIRECT_URL); // it has asked
  await transport.finishAuth(callback.searchParams.get("code") ?? "");
  await client.connect(open() as Transport);
  const result = await client.callTool(list);
  expect(idsOf({ structuredContent: result["structuredContent"] }).length).toBeGreaterThan(1);
  await client.close();
});

test("the Python SDK finds its way as well", async () => {
  const python = await install({
    title: "the Python SDK",
    file: `${import.meta.dir}/oauth/requirements.txt`,
    venv: `${import.meta.dir}/../../.venvs/mcp`,
  });
  const program = Bun.spawn(
    [python, "python_client.py", shop.url, CLIENT_URL, JSON.stringify(CLIENT_METADATA)],
    { cwd: `${import.meta.dir}/oauth`, stdin: "pipe", stdout: "pipe", stderr: "pipe" },
  );
  const browser = openBrowser(BRAM, passwordOf(BRAM));
  const said: { authorize?: string; orders?: string[]; read_only?: string }[] = [];
  let rest = "";
  for await (const chunk of program.stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const message = JSON.parse(line);
      said.push(message);
      if (!message.authorize) continue;
      const { callback } = await browser.authorize(new URL(message.authorize), REDIRECT_URL);
      program.stdin.write(`${callback}\n`);
      await program.stdin.flush();
    }
  }
  expect(await program.exited, await program.stderr.text()).toBe(0);
  const [asked, answered] = said;
  expect(new URL(asked?.authorize ?? "").searchParams.get("client_id")).toBe(CLIENT_URL);
  const { client, connect } = openClient(BRAM);
  await connect();
  expect(answered?.orders).toEqual(idsOf(await client.callTool(list)));
  await client.close();
}, 300_000);
