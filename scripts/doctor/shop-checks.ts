/**
 * The checks of the shop as a whole, in the order in which `examine.ts` runs them. Each takes the visit and
 * returns its results. `suggest-dialect.ts` runs some of them for what they learn.
 */
import { isLoopback } from "../../settings.ts";
import { SCHEMES } from "../../shop/login.ts";
import type { Difference } from "../contract/compare.ts";
import { amber, type CheckResult, green, red } from "./check-result.ts";
import { excerpt } from "./observed-fields.ts";
import { orderIdsOf, readEndpoint } from "./read-shop.ts";
import {
  FIX_BASE,
  FIX_LOGIN,
  isDenied,
  isObject,
  isOk,
  problemOf,
  redirectTarget,
  type Reply,
} from "./reply.ts";
import { adviseToken, describeExpired } from "./token.ts";
import { hasDifference, isMissingOperation } from "./schema.ts";
import {
  CHANGE_NAMES,
  createRecord,
  locate,
  recordFor,
  request,
  type RequestOptions,
  type Visit,
  withoutTrailingSlash,
} from "./visit.ts";

const PROBE = { query: { q: "a", limit: "1" } };
/** The first list in an answer, whatever its name. */
function rowsIn(json: unknown): unknown[] {
  const candidates: unknown[] = isObject(json) ? Object.values(json) : [json];
  return candidates.find((candidate) => Array.isArray(candidate)) ?? [];
}

// ── Reachability ────────────────────────────────────────────────────────────────────────────────

/** Whether a shop answers at the address at all. If not, the visit is over. */
export async function checkReachability(visit: Visit): Promise<CheckResult[]> {
  const { probes } = visit;
  const giveUp = (result: CheckResult) => {
    visit.isOver = true;
    return [result];
  };
  for (const name of ["searchProducts", "shop", "orders"] as const) {
    const location = locate(visit, name, name === "shop" ? {} : PROBE);
    const reply = location && (await request(visit, location.address));
    if (reply) probes.push(reply);
    const problem = reply?.code && reply.code !== "TOO_LARGE" && problemOf(reply);
    if (problem) return giveUp(problem);
  }
  const [first] = probes;
  if (!first)
    return giveUp(red("the dialect has neither product search, shop nor orders → map one of them"));
  if (probes.every(({ status }) => status >= 300 && status < 400))
    return giveUp(await diagnoseRedirect(visit, first));
  if (probes.every(({ status }) => status === 404)) {
    const says = `none of ${probes.map(({ url }) => url.pathname).join(", ")} was found (HTTP 404)`;
    return giveUp(red(`${says} → correct DJANGO_API_BASE, or write a dialect with --suggest`));
  }
  const problem = problemOf(first);
  const isSame = (reply: Reply) => problemOf(reply)?.says === problem?.says;
  if (problem && !isDenied(first) && probes.every(isSame))
    return giveUp({ ...problem, says: `every address answers with ${problem.says}` });
  if (probes.length > 1 && probes.every((reply) => isOk(reply) && reply.body === first.body)) {
    const says = `not a shop: every address answers ${excerpt(first.json)}`;
    return giveUp(red(`${says} → ${FIX_BASE}`));
  }
  return [green(`${first.url.origin} answers`)];
}

/** Follows a redirect, without the token, to find out which setting leads there directly. */
async function diagnoseRedirect(visit: Visit, first: Reply): Promise<CheckResult> {
  const base = visit.settings.django_api_base;
  const visited = [first.url.href];
  let last = first;
  for (
    let target = redirectTarget(last);
    target && /^https?:$/.test(target.protocol);
    target = redirectTarget(last)
  ) {
    if (visited.includes(target.href) || visited.length > 5) {
      const says = `a redirect loop: ${[...visited, target.href].join(" to ")}`;
      return red(
        `${says} → correct the redirects of Django and of the proxy (SECURE_PROXY_SSL_HEADER)`,
      );
    }
    visited.push(target.href);
    last = await request(visit, target.href, { token: undefined });
    if (last.status < 300 || last.status > 399) break;
  }
  const { origin, pathname, href } = last.url;
  const says = `a redirect (HTTP ${first.status}) to ${href}`;
  if (/log-?in|sign-?in/i.test(pathname)) return red(`${says}, a login page → ${FIX_LOGIN}`);
  const basePath = withoutTrailingSlash(new URL(base).pathname);
  const path = first.url.pathname.slice(basePath.length);
  const newBase = pathname.endsWith(path) ? origin + pathname.slice(0, -path.length) : base;
  if (newBase !== base) return red(`${says} → set DJANGO_API_BASE=${newBase}`);
  if (withoutTrailingSlash(pathname) !== withoutTrailingSlash(first.url.pathname))
    return red(`${says} → ${FIX_BASE}`);
  const slash = pathname.endsWith("/") ? "with" : "without";
  return red(`${says} → write paths ${slash} a trailing slash in a dialect: paths: { … }`);
}

export function checkTls({ settings }: Visit): CheckResult[] {
  const { protocol, hostname, host } = new URL(settings.django_api_base);
  if (protocol === "https:") return [green("the certificate is valid")];
  if (isLoopback(hostname)) return [green("none, and loopback needs none")];
  return [
    amber(
      `none: the token and the orders are sent unencrypted → set DJANGO_API_BASE=https://${host}`,
    ),
  ];
}

// ── Accounts ────────────────────────────────────────────────────────────────────────────────────

/** Whether the token is accepted and needed. If only the other scheme works, the visit goes on with it. */
export async function checkAuthentication(visit: Visit): Promise<CheckResult[]> {
  const { settings, authScheme } = visit;
  if (!settings.django_api_token)
    return [
      amber("no token: only the catalog can be used → give --token, or set DJANGO_API_TOKEN"),
    ];
  const expired = describeExpired(visit);
  if (expired) return [red(`${expired} → ${await adviseToken(visit, "Bearer")}`)];
  const me = { ids: { customer_id: "me" } };
  for (const name of ["orders", "customer", "searchProducts"] as const) {
    const location = locate(visit, name, name === "customer" ? me : PROBE);
    if (!location) continue;
    const { address, path } = location;
    const send = (options: RequestOptions) => request(visit, address, options);
    const [reply, anonymous] = [await send({}), await send({ token: undefined })];
    if (isOk(reply) && isDenied(anonymous))
      return [green(`${authScheme} is accepted; without a token, HTTP ${anonymous.status}`)];
    if (isOk(reply) && name === "orders" && rowsIn(anonymous.json).length)
      return [
        red(`${path} shows orders without a token → set permission_classes = [IsAuthenticated]`),
      ];
    if (!isDenied(reply)) continue;
    const reason = problemOf(reply)?.says.replace(/^[^(]*/, "") ?? "";
    for (const other of SCHEMES.filter((scheme) => scheme !== authScheme)) {
      if (!isOk(await send({ authScheme: other }))) continue;
      visit.authScheme = other;
      return [red(`accepted as ${other}, not as ${authScheme} → set DJANGO_API_AUTH=${other}`)];
    }
    if (reply.status === 401)
      return [
        red(
          `not accepted as Token, Bearer or JWT ${reason} → ${await adviseToken(visit, anonymous.headers.get("www-authenticate") ?? "")}`,
        ),
      ];
    const withWrongToken = await send({ token: "no-such-token" });
    const why =
      withWrongToken.status === 401
        ? `the token is valid, but its account has no access ${reason} → give it the permission, or use another token`
        : `refused like a wrong token ${reason} → give a valid one; with TokenAuthentication first, a wrong one is a 401`;
    return [red(why)];
  }
  return [amber("no endpoint needs a token, so it could not be checked")];
}

/** Whether the second token, another customer's, sees an order of the first. */
export async function checkPrivacy(visit: Visit): Promise<CheckResult[]> {
  const { secondToken: token, settings } = visit;
  if (!token) return [amber("not checked → give another customer's token with --second-token")];
  if (token === settings.django_api_token) return [amber("not checked: both tokens are the same")];
  const record = createRecord();
  const args = { query: { limit: "50" } };
  const list = await readEndpoint(visit, "orders", { args, record, request: { token } });
  if (list && isDenied(list))
    return [amber(`not checked: the second token is not accepted (HTTP ${list.status})`)];
  const own = new Set(record.answers.rows.map((row) => String(row.order_id)));
  const ids = orderIdsOf(visit);
  const order_id = ids.find((id) => !own.has(id)) ?? ids[0];
  if (!order_id)
    return [
      amber("not checked: no order was found → give one of the first customer's with --order"),
    ];
  for (const name of ["order", "orderStatus"] as const) {
    const location = locate(visit, name, { ids: { order_id } });
    const reply = location && (await request(visit, location.address, { token }));
    if (reply && isOk(reply)) {
      const says = `the second token can read order ${order_id} of the first (${name})`;
      return [red(`${says} → filter the queryset by request.user; only staff should see it`)];
    }
  }
  return [green(`the second token cannot read order ${order_id} of the first`)];
}

// ── Habits of the API ───────────────────────────────────────────────────────────────────────────

/** What happens to a path without its slash, and to http where the shop has https. */
export async function checkRedirects(visit: Visit): Promise<CheckResult[]> {
  const url = visit.probes.find(isOk)?.url;
  const results: CheckResult[] = [];
  if (url?.pathname.endsWith("/")) {
    const address = url.origin + withoutTrailingSlash(url.pathname) + url.search;
    const reply = await request(visit, address);
    const isRedirected = redirectTarget(reply)?.pathname === url.pathname;
    const what = isRedirected ? "redirected" : isOk(reply) ? "answered as well" : "not found";
    results.push(
      green(`a path without its trailing slash is ${what}; the server always sends the slash`),
    );
  }
  if (url?.protocol === "https:" && !url.port && !isLoopback(url.hostname)) {
    const reply = await request(visit, url.href.replace("https", "http"), { token: undefined });
    const isRedirected = redirectTarget(reply)?.protocol === "https:";
    results.push(
      isOk(reply)
        ? amber("http is answered as well → redirect it to https: SECURE_SSL_REDIRECT = True")
        : green(`http ${isRedirected ? "is redirected to https" : "is not answered"}`),
    );
  }
  return results.length ? results : [green("none found")];
}

const PAGINATION_STYLES: Record<string, string> = {
  cursor: "pages by cursor",
  offset: "pages by limit and offset",
  page: "pages by number",
};
/** How search is paginated, and whether it honours `limit`. */
export async function checkPagination(visit: Visit): Promise<CheckResult[]> {
  const location = locate(visit, "searchProducts", PROBE);
  const reply = location && (await request(visit, location.address));
  if (!reply || !isOk(reply)) return [amber("not checked: product search returned no list")];
  const { json } = reply;
  const next = isObject(json) ? String(json.next) : "";
  const [, parameter = ""] = /[?&](cursor|offset|page)=/.exec(next) ?? [];
  const style = Array.isArray(json) ? "a bare list" : (PAGINATION_STYLES[parameter] ?? "pages");
  if (await repeatsPages(visit, reply))
    return [
      red(
        `${style}; page 2 of the search is page 1 again → let its cache tell addresses apart by their query, or correct its pages`,
      ),
    ];
  const limited = rowsIn(json).length;
  const known = recordFor(visit, "searchProducts").answers.rows.length;
  if (limited > 1 && !sends(visit, "limit"))
    return [
      green(`${style}; the module sends no limit, so what the shop gives is taken as it comes`),
    ];
  if (limited > 1)
    return [amber(`${style}; search ignores limit: ${limited} rows for limit=1 → honour it`)];
  if (known < 2) return [amber(`${style}; too few products to see whether search honours limit`)];
  return [green(`${style}; search honours limit`)];
}

/** Whether the next page, by the list's own link, has the rows of this one. */
async function repeatsPages(visit: Visit, { json, url }: Reply): Promise<boolean> {
  const next = nextLink(json);
  const to = next === undefined ? undefined : URL.parse(next, url.href);
  const rows = rowsIn(json);
  if (!to || to.pathname !== url.pathname || !rows.length) return false;
  const more = await request(visit, url.origin + to.pathname + to.search);
  return isOk(more) && Bun.deepEquals(rowsIn(more.json), rows);
}
/** The link to the next page, at most two levels deep: `meta.pagination.next`. */
export function nextLink(json: unknown, depth = 2): string | undefined {
  if (!isObject(json)) return undefined;
  if (typeof json.next === "string" && /[/?]/.test(json.next)) return json.next;
  const parts = depth ? Object.values(json).filter(isObject) : [];
  return parts.map((part) => nextLink(part, depth - 1)).find((link) => link !== undefined);
}

/** Whether a parameter of the search reaches the shop; a module may leave it out. */
const sends = (visit: Visit, name: "q" | "limit") =>
  locate(visit, "searchProducts", PROBE)?.path !==
  locate(visit, "searchProducts", { query: { ...PROBE.query, [name]: "7" } })?.path;

/** Whether search filters: it is given a word that no product has. */
export async function checkSearch(visit: Visit): Promise<CheckResult[]> {
  if (locate(visit, "searchProducts", PROBE) && !sends(visit, "q"))
    return [green("the module sends no words: the server looks for them in the rows")];
  const record = createRecord();
  const args = { query: { q: "zzqxv", limit: "5" } };
  const reply = await readEndpoint(visit, "searchProducts", { args, record });
  if (!reply || !isOk(reply)) return [];
  if (!record.answers.rows.length) return [green("finds nothing for a word that no product has")];
  const says = "finds products for a word that none of them has";
  return [
    amber(
      `${says} → filter by the query, or name its parameter in a dialect: query: { q: "search" }`,
    ),
  ];
}

export function checkCurrency({ records }: Visit): CheckResult[] {
  const currencies = new Set(
    Object.values(records).flatMap(({ answers }) => [...answers.currencies]),
  );
  if (currencies.has("XXX"))
    return [amber("prices have no currency → set it, as in SHOP_MCP_CURRENCY=EUR")];
  return [currencies.size ? green([...currencies].join(", ")) : amber("no price was found")];
}

/** Whether changes take an Idempotency-Key, as the dialect or the shop's document says. None is sent. */
export function checkIdempotency(visit: Visit): CheckResult[] {
  const { dialect, document } = visit;
  if (dialect?.idempotency === false)
    return [green("not honoured, as the dialect says: no change is sent twice")];
  if (dialect?.idempotency) return [green("honoured, as the dialect says")];
  const changes = CHANGE_NAMES.filter((name) => !hasDifference(visit, name, isMissingOperation));
  if (!document || !changes.length)
    return [amber("unknown without a schema → give --schema, or set idempotency in a dialect")];
  const isOfKey = ({ pointer }: Difference) => pointer === "Idempotency-Key";
  const lacking = changes.filter((name) => hasDifference(visit, name, isOfKey));
  if (!lacking.length)
    return [green(`the schema has Idempotency-Key for all ${changes.length} changes`)];
  const says = `the schema has no Idempotency-Key for ${lacking.join(", ")}`;
  return [amber(`${says} → honour it, or set idempotency: false in a dialect`)];
}

// ── Time ────────────────────────────────────────────────────────────────────────────────────────

/**
 * How far the shop's clock is from this machine's, by the Date header. It counts whole seconds, and was written at
 * some time between request and answer: only what is beyond that is a difference.
 */
export function checkClock({ probes }: Visit): CheckResult[] {
  const off = probes.flatMap(({ headers, at, ms }) => {
    const date = Date.parse(headers.get("date") ?? "");
    const [least, most] = [date - (at + ms), date + 1000 - at];
    return Number.isNaN(date) ? [] : [least > 0 ? least : Math.min(most, 0)];
  });
  if (!off.length) return [amber("unknown without a Date header")];
  const seconds = Math.round(Math.min(...off.map(Math.abs)) / 1000) * Math.sign(off[0] ?? 0);
  if (Math.abs(seconds) < 3) return [green("the same as this machine's")];
  const says = `${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead of"} this machine's`;
  return [Math.abs(seconds) > 60 ? amber(`${says} → synchronize both with NTP`) : green(says)];
}

/** How fast the shop answered, by the median of each endpoint. */
export function checkSpeed({ records }: Visit): CheckResult[] {
  const medianOf = (replies: Reply[]) =>
    replies.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(replies.length / 2)] ?? 0;
  const formatDuration = (ms: number) =>
    ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
  const all = Object.values(records).flatMap(({ replies }) => replies);
  const medians = Object.entries(records).map(([name, { replies }]) => ({
    name,
    ms: medianOf(replies),
  }));
  const [slowest = { name: "", ms: 0 }] = medians.toSorted((a, b) => b.ms - a.ms);
  const median = `median of ${all.length} requests: ${formatDuration(medianOf(all))}`;
  const says = `${median}; slowest: ${slowest.name} with ${formatDuration(slowest.ms)}`;
  if (slowest.ms > 3000) return [red(`${says} → make it faster: the server gives up after 3 s`)];
  if (slowest.ms > 1000)
    return [amber(`${says} → make it faster: try select_related, or an index`)];
  return [green(says)];
}
