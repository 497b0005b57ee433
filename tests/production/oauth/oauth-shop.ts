/**
 * A shop with OAuth, whole and real: Django with django-oauth-toolkit as its authorization server, and the MCP server
 * in front of it, on loopback. Clients publish their metadata at `CLIENT_URL`, and are sent back to `REDIRECT_URL`.
 *
 * @module
 */
import { generateKeyPairSync } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import { installOAuthToolkit, makeVenv, serveDjango } from "../../../scripts/django.ts";
import { accessOf, openShop, serveHttp, settingsSchema } from "../../../server.ts";
import { openSigner, type Signer } from "../../../shop/assertion.ts";

export const CLIENT_URL = "https://client.example/oauth/metadata.json";
export const REDIRECT_URL = "http://127.0.0.1/callback";
export const CLIENT_METADATA = {
  client_name: "A test client",
  redirect_uris: [REDIRECT_URL],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  token_endpoint_auth_method: "none",
};
const INTROSPECTION = { id: "shop-mcp", secret: "for introspection: 100% secret" };
export const passwordOf = (user: string) => `password of ${user}`;
const SET_PASSWORDS = `
from django.contrib.auth.models import User
for user in User.objects.all():
    user.set_password(f"password of {user.username}")
    user.save()
`;

export async function openOAuthShop() {
  await makeVenv();
  await installOAuthToolkit();
  /** What has reached Django. */
  const reached: { method: string; path: string; authorization: string }[] = [];
  let target = "";
  const front = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      reached.push({ method, path: pathname, authorization: headers.get("authorization") ?? "" });
      const body = method === "GET" ? null : await request.arrayBuffer();
      const sent = { method, headers, body, redirect: "manual" } as const;
      return fetch(target + pathname + search, sent);
    },
  });
  const { origin } = front.url;
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const key = JSON.stringify(await exportJWK(privateKey));
  const settings = settingsSchema.parse({
    django_api_base: origin,
    http: "true",
    oauth_issuer: origin,
    oauth_introspection_url: `${origin}/o/introspect/`,
    oauth_client_id: INTROSPECTION.id,
    oauth_client_secret: encodeURIComponent(INTROSPECTION.secret),
    oauth_jwks_url: `${origin}/api/mcp/keys/`,
    assertion_key: key,
    confirmation_key: crypto.randomUUID(),
  });
  let signer: Signer | undefined; // once the server's own address is known
  const signed = () => signer ?? Promise.reject(new Error("not yet"));
  const shop = openShop(settings, {
    assertionFor: (caller) => async (request) => (await signed()).assertionFor(caller)(request),
  });
  const documents = { "/.well-known/jwks.json": () => signer?.publicKeys ?? {} };
  const http = serveHttp(shop, 0, { access: { ...accessOf(settings), documents } });
  const issuer = new URL(http.url).origin;
  signer = await openSigner({ key, issuer, audience: origin });

  const tokenKey = generateKeyPairSync("ed25519").privateKey;
  const world = new URL("../../../mocks/world.json", import.meta.url).pathname;
  const django = await serveDjango(world, {
    env: {
      DJANGO_SETTINGS_MODULE: "proof_settings",
      PYTHONPATH: import.meta.dir,
      CLIENT_DOCUMENTS: JSON.stringify({ [CLIENT_URL]: CLIENT_METADATA }),
      DJANGO_SECRET_KEY: crypto.randomUUID(),
      TOKEN_ISSUER: origin,
      TOKEN_AUDIENCE: http.url,
      TOKEN_KEY: tokenKey.export({ type: "pkcs8", format: "pem" }).toString(),
      ASSERTION_ISSUER: issuer,
      ASSERTION_AUDIENCE: origin,
    },
  });
  target = django.url;
  await django.manage("shell", "-c", SET_PASSWORDS);
  const asClient = [
    "--client-id",
    INTROSPECTION.id,
    "--client-secret",
    settings.oauth_client_secret ?? "",
  ];
  await django.manage("createapplication", "confidential", "client-credentials", ...asClient);
  return {
    /** Of the MCP server, and of the shop with its authorization server. */
    url: http.url,
    origin,
    reached,
    world: django.world,
    /** A JWT of the shop's own for a user, by simplejwt. */
    ownJwt: async (user: string) => {
      const make = `from django.contrib.auth.models import User; from rest_framework_simplejwt.tokens import AccessToken; print(AccessToken.for_user(User.objects.get(username="${user}")))`;
      return (await django.manage("shell", "-v", "0", "-c", make)).trim();
    },
    /** Lets a user in, or no more. */
    setActive: (user: string, isActive: boolean) =>
      django.manage(
        "shell",
        "-c",
        `from django.contrib.auth.models import User; User.objects.filter(username="${user}").update(is_active=${isActive ? "True" : "False"})`,
      ),
    async stop() {
      await http.stop();
      await front.stop(true);
      await django.stop();
    },
  };
}
