/**
 * What deploy/compose.yaml describes, started without containers from Debian's packages: two servers, Django with its
 * authorization server, PostgreSQL, Redis and nginx, with the compose file's settings, at other addresses.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import { installOAuthToolkit, makeVenv, serveDjango } from "../../scripts/django.ts";
import { hear, listening } from "../hosts/listening.ts";
import { initialize, rpc, startHttp } from "../hosts/start-program.ts";
import { exampleValues, nginxSite, readCompose } from "./parts/compose.ts";
import { NGINX, startNginx } from "./parts/nginx.ts";
import { HAS_POSTGRES, startPostgres } from "./parts/postgres.ts";
import { callTool } from "./parts/processes.ts";
import { freePort, HAS_REDIS, startRedis } from "./parts/redis.ts";

const [MIA, BRAM] = ["mia-lindqvist", "bram-de-wilde"];
/** Tokens as the authorization server would give them to these two. */
const mintTokens = (audience: string) => `
from datetime import timedelta
from django.contrib.auth.models import User
from django.utils.timezone import now
from oauth2_provider.models import AccessToken, Application
for name in ${JSON.stringify([MIA, BRAM])}:
    AccessToken.objects.create(user=User.objects.get(username=name), token=f"token of {name}".replace(" ", "-"),
        application=Application.objects.get(), expires=now() + timedelta(hours=1), scope="shop:read shop:write",
        resource=["${audience}"])
`;
const as = (name: string) => ({ Authorization: `Bearer token-of-${name}` });

const stack = new AsyncDisposableStack();
async function startAll() {
  await makeVenv();
  await installOAuthToolkit();
  const listen = await freePort();
  const origin = `http://127.0.0.1:${listen}`;
  const ports = { "mcp-0": await freePort(), "mcp-1": await freePort() };
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const secrets = Object.keys(await exampleValues()).map((name) => [name, crypto.randomUUID()]);
  const values: Record<string, string> = {
    ...Object.fromEntries(secrets),
    ORIGIN: origin,
    HOST: "127.0.0.1",
  };
  const { services, text } = await readCompose(values);
  expect(text).toContain("valkey-server");
  const environmentOf = (name: string) => services[name]?.environment ?? {};

  const redis = stack.use(await startRedis({ more: services["valkey"]?.command?.slice(1) ?? [] }));
  const postgres = stack.use(await startPostgres());
  const django = await serveDjango(new URL("../../mocks/world.json", import.meta.url).pathname, {
    env: {
      ...environmentOf("django"),
      DATABASE_URL: postgres.url,
      TOKEN_KEY: generateKeyPairSync("ed25519")
        .privateKey.export({ type: "pkcs8", format: "pem" })
        .toString(),
      ASSERTION_AUDIENCE: origin,
      ASSERTION_KEYS: `${origin}/.well-known/jwks.json`,
      WEBHOOK_URL: `${origin}/hooks/shop`,
    },
  });
  stack.defer(django.stop);
  const { ASSERTION_AUDIENCE = "", ASSERTION_KEYS = "" } = environmentOf("django");
  await django.check({ ASSERTION_AUDIENCE, ASSERTION_KEYS }); // where they are in the compose file
  const client = [
    "--client-id",
    "shop-mcp",
    "--client-secret",
    values["OAUTH_CLIENT_SECRET"] ?? "",
  ];
  await django.manage("createapplication", "confidential", "client-credentials", ...client);
  await django.manage("shell", "-c", mintTokens(`${origin}/mcp`));

  const start = async (name: "mcp-0" | "mcp-1") => {
    const { SHOP_MCP_PORT, ...environment } = environmentOf(name);
    expect(SHOP_MCP_PORT).toBe("3000");
    const password = values["VALKEY_PASSWORD"];
    const moved = {
      SHOP_MCP_HOST: "127.0.0.1",
      SHOP_MCP_OAUTH_JWKS_URL: `${django.url}/api/mcp/keys/`,
      SHOP_MCP_OAUTH_INTROSPECTION_URL: `${django.url}/o/introspect/`,
      SHOP_MCP_ASSERTION_KEY: JSON.stringify(await exportJWK(privateKey)),
      DJANGO_API_BASE: origin, // Django's own address is known too late for ASSERTION_AUDIENCE
      REDIS_URL: redis.url.replace("//", `//:${password}@`),
    };
    return stack.use(
      await startHttp({ ...environment, DJANGO_API_TOKEN: "", ...moved }, ports[name]),
    );
  };
  const servers = { "mcp-0": await start("mcp-0"), "mcp-1": await start("mcp-1") };
  const site = await nginxSite(
    {
      LISTEN: `127.0.0.1:${listen}`,
      RESOLVER: "127.0.0.1",
      MCP_0: `127.0.0.1:${ports["mcp-0"]}`,
      MCP_1: `127.0.0.1:${ports["mcp-1"]}`,
      DJANGO: new URL(django.url).host,
    },
    false,
  );
  stack.use(await startNginx(site, origin));
  return { origin, url: `${origin}/mcp`, servers, start, postgres, django };
}

describe.skipIf(!HAS_REDIS || !HAS_POSTGRES || !NGINX)("the deployment", () => {
  let all: Awaited<ReturnType<typeof startAll>>;
  beforeAll(async () => void (all = await startAll()), 300_000);
  afterAll(() => stack.disposeAsync());

  const send = (headers: object, message?: object) =>
    fetch(all.url, {
      method: "POST",
      headers: {
        Accept: "application/json, text/event-stream",
        "Content-Type": "application/json",
        "MCP-Protocol-Version": "2025-11-25",
        ...headers,
      },
      body: JSON.stringify(message),
    });
  /** Begins a session of a host that puts questions to its user. */
  async function begin(name: string) {
    const answer = await send(as(name), initialize({ elicitation: {} }));
    await answer.text();
    const session = answer.headers.get("mcp-session-id") ?? "";
    const headers = { ...as(name), "Mcp-Session-Id": session };
    await (await send(headers, { jsonrpc: "2.0", method: "notifications/initialized" })).text();
    return { headers, instance: session.split(".", 1)[0] };
  }

  test("sends a stranger to the shop's authorization server", async () => {
    const refused = await send({}, rpc(1, "tools/list"));
    expect(refused.status).toBe(401);
    const [, address = ""] =
      /resource_metadata="([^"]+)"/.exec(refused.headers.get("www-authenticate") ?? "") ?? [];
    const resource = await (await fetch(address)).json();
    expect(resource).toMatchObject({ resource: all.url, authorization_servers: [all.origin] });
    const metadata = await fetch(`${all.origin}/.well-known/oauth-authorization-server`);
    expect(await metadata.json()).toMatchObject({ issuer: all.origin });
  });

  test("shows each caller their own orders, from PostgreSQL", async () => {
    for (const [name, own] of [
      [MIA, true],
      [BRAM, false],
    ] as const) {
      const { isError, text } = await callTool(
        all.url,
        "get_order",
        { order_id: "1054" },
        as(name),
      );
      expect([name, !isError, text.includes("1054")]).toEqual([name, own, true]);
    }
  });

  test("keeps each session with its process, and a question reaches its user at once", async () => {
    const sessions = await Promise.all(Array.from({ length: 12 }, () => begin(MIA)));
    expect(new Set(sessions.map(({ instance }) => instance))).toEqual(new Set(["mcp-0", "mcp-1"]));
    for (const { headers } of [...sessions, ...sessions])
      expect((await send(headers, rpc(2, "ping"))).status).toBe(200);
    for (const { headers } of sessions.slice(0, 4)) {
      const call = rpc(3, "tools/call", {
        name: "cancel_order",
        arguments: { order_id: "1054", reason: "no_longer_needed" },
      });
      const stream = (await send(headers, call)).body
        ?.pipeThrough(new TextDecoderStream())
        .getReader();
      let heard = "";
      while (!heard.includes("elicitation/create")) heard += (await stream?.read())?.value ?? "";
      const [, id] =
        /^data: .*"id":(\d+|"[^"]+").*elicitation|elicitation.*"id":(\d+|"[^"]+")/m
          .exec(heard)
          ?.filter(Boolean) ?? [];
      await send(headers, {
        jsonrpc: "2.0",
        id: JSON.parse(id ?? "null"),
        result: { action: "decline" },
      });
      while (!heard.includes("Not cancelled")) heard += (await stream?.read())?.value ?? "";
    }
    expect(
      (await all.postgres.query("select status from shop_order where order_id = '1054'")).trim(),
    ).toBe("pending");
  });

  test("tells listeners of both processes of an order that is shipped, and no other customer", async () => {
    const { body, headers } = listening(["shop://orders/1054", "shop://products/linen-apron"]);
    const listen = async (name: string) => hear(await send({ ...headers, ...as(name) }, body));
    const mine = await Promise.all(Array.from({ length: 6 }, () => listen(MIA)));
    const theirs = await listen(BRAM);
    expect(mine[0]?.acknowledged).toHaveLength(2);
    expect(theirs.acknowledged).toEqual(["shop://products/linen-apron"]);
    const change = `
from shop.changes import ship_order
from shop.models import Item
ship_order("1050")
Item.objects.filter(product="linen-apron").first().save()`;
    await all.django.manage("shell", "-c", change);
    for (const { heard } of [...mine, theirs])
      expect(await heard()).toBe("shop://products/linen-apron");
    const unsent = 'Event.objects.create(type="order.changed", subject="1054")';
    await all.django.manage("shell", "-c", `from shop_mcp.models import Event; ${unsent}`);
    const worker = all.django.spawn("send_events"); // as the service `events` does
    for (const { heard, end } of mine) {
      expect(await heard()).toBe("shop://orders/1054");
      await end();
    }
    await theirs.end();
    worker.kill("SIGTERM");
    expect(await worker.exited).toBe(0);
  });

  test("makes a change once, by whichever process its answers come", async () => {
    const count = async () =>
      Number(await all.postgres.query("select count(*) from shop_supportrequest"));
    const before = await count();
    const args = { subject: "A gift", message: "Could you wrap it?", order_id: "1054" };
    const { confirmation } = await callTool(all.url, "contact_support", args, as(MIA));
    const confirmed = { ...args, confirmation };
    const receipts = await Promise.all(
      Array.from({ length: 8 }, () => callTool(all.url, "contact_support", confirmed, as(MIA))),
    );
    expect(receipts[0]?.outcome).toBe("done");
    for (const receipt of receipts) expect(receipt).toEqual(receipts[0] ?? receipt);
    expect(await count()).toBe(before + 1);
    expect((await callTool(all.url, "contact_support", confirmed, as(BRAM))).outcome).not.toBe(
      "done",
    );
  });

  test("goes on when a process is killed; its sessions are said to be lost, and begin anew elsewhere", async () => {
    let session = await begin(MIA);
    while (session.instance !== "mcp-0") session = await begin(MIA);
    all.servers["mcp-0"].child.kill("SIGKILL");
    await all.servers["mcp-0"].child.exited;
    const lost = await send(session.headers, rpc(2, "ping"));
    expect(lost.status).toBe(404);
    expect(await lost.text()).toContain("Connect again, with initialize.");
    expect((await begin(MIA)).instance).toBe("mcp-1");
    for (let nth = 0; nth < 10; nth++)
      expect(
        (await callTool(all.url, "get_order_status", { order_id: "1054" }, as(MIA))).isError,
      ).toBe(false);
    all.servers["mcp-0"] = await all.start("mcp-0");
    while ((await begin(MIA)).instance !== "mcp-0"); // nginx tries it again after 2 s
  });

  test("shows nobody outside whether its processes are ready", async () => {
    for (const path of ["/healthz", "/readyz", "/metrics"])
      expect((await fetch(all.origin + path)).status).toBe(404);
  });
});
