/** A shop with a login, played by a function, and a server for it whose clock the test sets. */
import { openShop, type Settings, settingsSchema } from "../../server.ts";
import { type Dialect, endpoints } from "../../shop/contract.ts";
import { Notes } from "../../shop/notes.ts";

export const BASE = "https://shop.example";
export const PASSWORD = "correct-horse-battery";
export const TOKEN_PATH = "/api/token/";
export const REFRESH_PATH = "/api/token/refresh/";
export const STATUS_PATH = "/api/orders/1036/status/";
/** The shop's clock at the beginning; this machine's is years behind it. */
export const SHOP_TIME = Date.UTC(2031, 0, 1);

export interface Asked {
  path: string;
  /** The value of `Authorization`, or "". */
  as: string;
  body: Record<string, unknown>;
  headers: Headers;
  signal: AbortSignal | null | undefined;
}
export type Play = (asked: Asked) => Response | Promise<Response>;

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });
/** A JWT of these claims, signed by nobody. */
export const jwt = (claims: object): string =>
  ["{}", JSON.stringify(claims), "x"]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
export const refusal = (scheme = "Bearer") =>
  json({ detail: "Given token not valid for any token type", code: "token_not_valid" }, 401, {
    "WWW-Authenticate": `${scheme} realm="api"`,
  });

/** Connects a server. @param play how the shop answers; its `Date` is set by the clock */
export function connect(play: Play, given: Partial<Settings> = {}, dialect?: Dialect) {
  let ms = 0;
  const asked: Asked[] = [];
  const account = given.django_api_token
    ? {}
    : { django_login: TOKEN_PATH, django_user: "mia", django_password: PASSWORD };
  const confirmation_key = "k".repeat(32); // without one it is made of the password, slowly
  const common = { django_api_base: BASE, confirmation_key };
  const settings = settingsSchema.parse({ ...common, ...account, ...given });
  const shop = openShop(settings, {
    dialect,
    now: () => new Date(ms),
    async fetch(address, { headers, body, signal }) {
      const all = new Headers(headers);
      const request = {
        path: new URL(address).pathname,
        as: all.get("authorization") ?? "",
        body: typeof body === "string" ? JSON.parse(body) : {},
        headers: all,
        signal,
      };
      asked.push(request);
      const answer = await play(request);
      if (!answer.headers.has("date"))
        answer.headers.set("date", new Date(SHOP_TIME + ms).toUTCString());
      return answer;
    },
  });
  const notes = new Notes();
  return {
    shop,
    asked,
    /** How often a path was asked. */
    count: (path: string) => asked.filter((one) => one.path === path).length,
    wait: (seconds: number) => (ms += seconds * 1000),
    /** The status of an order, or the words of the failure. */
    order: () =>
      shop.request(endpoints.orderStatus, { ids: { order_id: "1036" } }).then(
        ({ status }) => status,
        (error: Error) => error.message,
      ),
    /** Cancels it. */
    cancel: (key: string) =>
      shop
        .request(endpoints.cancelOrder, {
          ids: { order_id: "1036" },
          change: { key, body: { reason: "no_longer_needed" } },
        })
        .then(
          ({ status }) => status,
          (error: Error) => error.message,
        ),
    /** The names found, then the notes; or the words of the failure. */
    search: () =>
      shop.request(endpoints.searchProducts, { query: { q: "cup" }, notes }).then(
        ({ results }) => [...results.map(({ name }) => name), ...notes.list()],
        (error: Error) => [error.message],
      ),
  };
}
/** A shop of simplejwt's habits: an access token for `minutes`, rotated refresh tokens, a public catalog. */
export function simplejwtShop({ minutes = 5, scheme = "Bearer", isPublic = true } = {}) {
  let [nth, valid, refresh] = [0, "", ""];
  const give = (at: number) => {
    valid = jwt({ exp: at / 1000 + minutes * 60, token_type: "access", jti: ++nth });
    refresh = `refresh-${nth}`;
    return json({ access: valid, refresh });
  };
  const shop = {
    /** Makes the tokens that are out invalid. */
    revoke() {
      valid = "revoked";
    },
    revokeRefresh() {
      refresh = "revoked";
    },
    at: SHOP_TIME,
    play({ path, as, body }: Asked): Response {
      if (path === TOKEN_PATH)
        return body["password"] === PASSWORD
          ? give(shop.at)
          : json({ detail: "No active account found with the given credentials" }, 401);
      if (path === REFRESH_PATH) return body["refresh"] === refresh ? give(shop.at) : refusal();
      const isKnown = as === `${scheme} ${valid}`;
      if (as.startsWith(scheme) && !isKnown) return refusal(scheme);
      if (path === "/api/products/search/" && (isPublic || isKnown))
        return json([{ id: 1, name: isKnown ? "Cup for mia" : "Cup for everybody" }]);
      if (!isKnown)
        return json({ detail: "Authentication credentials were not provided." }, 401, {
          "WWW-Authenticate": `${scheme} realm="api"`,
        });
      return json({ order_id: "1036", status: path.endsWith("cancel/") ? "cancelled" : "shipped" });
    },
  };
  return shop;
}
