/** The program with OAuth, as an operator sets it up: it publishes its keys, and signs for its callers. */
import { expect, test } from "bun:test";
import { decodeJwt, exportJWK, generateKeyPair, importJWK, jwtVerify } from "jose";
import { makeKey, serveIssuer } from "../gate/authorization-server.ts";
import { POST, rpc, runOnLines } from "../hosts/start-program.ts";

const newKey = async () =>
  exportJWK((await generateKeyPair("EdDSA", { extractable: true })).privateKey);
const program = new URL("../../server.ts", import.meta.url).pathname;

/** Starts it, and waits for its address: its port is a free one, found by having had it. */
async function startProgram(env: Record<string, string>) {
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = probe;
  await probe.stop(true);
  const child = Bun.spawn([process.execPath, program, "--http", "--port", `${port}`], {
    env,
    stdout: "ignore",
    stderr: "pipe",
  });
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  /** What it has printed, once this is among it, or at its end. */
  async function printedUpTo(words: string) {
    for (let isDone = false; !isDone && !printed.includes(words);) {
      const { value = "", done } = await reader.read();
      printed += value;
      isDone = done;
    }
    return printed;
  }
  await printedUpTo("over http");
  const stop = async () => void (child.kill("SIGKILL"), await child.exited);
  return { origin: `http://127.0.0.1:${port}`, printedUpTo, [Symbol.asyncDispose]: stop };
}

test("says to Django for whom it asks, signed with a key that it publishes", async () => {
  const authorizations: (string | null)[] = [];
  using django = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      authorizations.push(request.headers.get("authorization"));
      return Response.json({ order_id: "1", status: "shipped" });
    },
  });
  await using issuer = await serveIssuer();
  const key = await newKey();
  const base = django.url.origin;
  await using server = await startProgram({
    DJANGO_API_BASE: `${base}/api/`,
    SHOP_MCP_OAUTH_ISSUER: issuer.issuer,
    SHOP_MCP_ASSERTION_KEY: JSON.stringify(key),
  });
  const token = await issuer.sign({ aud: `${server.origin}/mcp`, sub: "mia" });
  const response = await fetch(`${server.origin}/mcp`, {
    ...POST,
    headers: { ...POST.headers, Authorization: `Bearer ${token}` },
    body: JSON.stringify(
      rpc(1, "tools/call", { name: "get_order_status", arguments: { order_id: "1" } }),
    ),
  });
  expect(await response.text()).toContain("Order 1 is shipped.");
  const jwt = authorizations.find(Boolean)?.replace("Bearer ", "") ?? ""; // its start has sent none
  const published = await fetch(`${server.origin}/.well-known/jwks.json`);
  const { keys } = (await published.json()) as { keys: [Record<string, string>] };
  expect(keys).toHaveLength(1);
  expect(keys[0]["d"]).toBeUndefined();
  const how = { issuer: server.origin, audience: base };
  const { payload } = await jwtVerify(jwt, await importJWK(keys[0]), how);
  expect(payload).toMatchObject({
    sub_id: { format: "iss_sub", iss: issuer.issuer, sub: "mia" },
    method: "GET",
    path: "/api/orders/1/status/",
  });
  expect(decodeJwt(jwt)["scope"]).toBe("shop:read shop:write");
});

test.each([
  ["no JSON", "-----BEGIN PRIVATE KEY-----"],
  ["a key of another kind", JSON.stringify((await makeKey("one")).publicJwk)],
])("does not start with %s for a key, and does not show it", async (_, key) => {
  const env = { SHOP_MCP_OAUTH_ISSUER: "https://login.example", SHOP_MCP_ASSERTION_KEY: key };
  const { code, err } = await runOnLines([], env, ["--http"]);
  expect(code).toBe(2);
  expect(err).toStartWith(
    "django-shop-mcp: SHOP_MCP_ASSERTION_KEY must be a private Ed25519 key as a JWK",
  );
  expect(err).not.toContain(key);
});

test("tells the operator where it is, what is not used, and what is wrong, as lines of the log", async () => {
  await using issuer = await serveIssuer();
  issuer.state.outage = 404;
  await using server = await startProgram({
    DJANGO_API_BASE: "http://127.0.0.1:9",
    DJANGO_API_TOKEN: "t",
    SHOP_MCP_LOG: "calls",
    SHOP_MCP_OAUTH_ISSUER: issuer.issuer,
    SHOP_MCP_ASSERTION_KEY: JSON.stringify(await newKey()),
    SHOP_MCP_PUBLIC_URL: "https://mcp.example",
    CONFIRMATION_KEY: "k".repeat(32),
  });
  const headers = { ...POST.headers, Authorization: `Bearer ${await issuer.sign({})}` };
  const body = JSON.stringify(rpc(1, "tools/list"));
  await fetch(`${server.origin}/mcp`, { method: "POST", headers, body });
  const printed = await server.printedUpTo("names its keys");
  const lines = printed
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const told = lines.map(({ level, msg }) => `${level}: ${msg}`);
  expect(told[0]).toEndWith(`over https://mcp.example/mcp at ${server.origin}/`);
  expect(told[1]).toStartWith("warn: DJANGO_API_TOKEN is not used for calls");
  expect(told.at(-1)).toStartWith(`error: no metadata of "${issuer.issuer}" names its keys`);
});
