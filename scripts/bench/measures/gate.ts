/**
 * The gate: what a call costs more where each caller brings a token. A known token is looked up by its digest; and
 * every request to the shop carries an assertion, which is signed for it alone.
 *
 * @module
 */
import * as jose from "jose";
import { ours } from "../contenders.ts";
import { load } from "../load.ts";
import { freePort } from "../../free-port.ts";
import { start, startShop } from "../processes.ts";
import { OPERATIONS, type Operation } from "../protocol.ts";
import { count, median, ratio, table, times } from "../statistics.ts";

const LOAD = { concurrency: 16 };

/** CPU per call in microseconds, without and with a token. */
export type GateResult = { operation: Operation; open: number[]; guarded: number[] }[];

/** An authorization server that has nothing but keys, and a token of its. */
async function serveKeys(audience: string) {
  const { privateKey, publicKey } = await jose.generateKeyPair("ES256");
  const keys = [{ ...(await jose.exportJWK(publicKey)), alg: "ES256" }];
  const fetch = () => Response.json({ keys });
  const http = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch });
  const token = await new jose.SignJWT({ scope: "shop:read shop:write" })
    .setProtectedHeader({ alg: "ES256" })
    .setIssuer(http.url.origin)
    .setAudience(audience)
    .setSubject("mia")
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(privateKey);
  return { issuer: http.url.origin, token, stop: () => http.stop(true) };
}
async function makeAssertionKey(): Promise<string> {
  const { privateKey } = await jose.generateKeyPair("EdDSA", { extractable: true });
  return JSON.stringify(await jose.exportJWK(privateKey));
}

export async function measureGate({ rounds = 5, seconds = 2 }): Promise<GateResult> {
  const port = freePort();
  const { issuer, token, stop } = await serveKeys(`http://127.0.0.1:${port}/mcp`);
  const env = {
    SHOP_MCP_OAUTH_ISSUER: issuer,
    SHOP_MCP_OAUTH_JWKS_URL: `${issuer}/keys`,
    SHOP_MCP_ASSERTION_KEY: await makeAssertionKey(),
    SHOP_MCP_RATE_LIMIT: "0",
  };
  const shop = await startShop();
  const open = await start(ours, shop.url);
  const headers = { Authorization: `Bearer ${token}` };
  const guarded = await start(ours, shop.url, { env, port, headers });
  const result: GateResult = [];
  try {
    for (const operation of OPERATIONS) {
      const row = { operation, open: [] as number[], guarded: [] as number[] };
      for (const server of [open, guarded]) await load(server, { ...LOAD, operation, seconds: 1 });
      for (let round = 0; round < rounds; round++)
        for (const [name, server] of Object.entries({ open, guarded })) {
          const { cpu, errors } = await load(server, { ...LOAD, operation, seconds });
          if (errors) throw new Error(`${operation}: ${errors} errors`);
          row[name as "open" | "guarded"].push(cpu); // as they stand above
        }
      result.push(row);
    }
  } finally {
    for (const one of [open, guarded, shop]) await one.stop();
    await stop();
  }
  return result;
}

export function reportGate(result: GateResult): string {
  const rows = result.map(({ operation, open, guarded }) => [
    `\`${operation}\``,
    count(median(open), 1),
    count(median(guarded), 1),
    times(ratio(guarded, open)),
  ]);
  return table(["CPU, µs/call", "on loopback", "with a token and assertions", "ratio"], rows);
}
