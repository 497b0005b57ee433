/** The checks of the shop as a whole. `examine.ts` runs them in order, `suggest-dialect.ts` some of them. */
import { amber, green, red, type Said } from "./check-result.ts";
import { short } from "./observed-fields.ts";
import { ask, ordersOf } from "./read-shop.ts";
import { BASE, isObject, isOk, isRefused, LOGIN, type Reply, troubleOf, where } from "./reply.ts";
import { differs, isMissing } from "./schema.ts";
import {
  bare,
  foundOf,
  type How,
  nothingFound,
  placeOf,
  raise,
  request,
  type Visit,
  WRITES,
} from "./visit.ts";

const isLoopback = (host: string) => /^(localhost|127\.[\d.]+|\[::1\])$/.test(host);
function rowsIn(json: unknown): unknown[] {
  const all: unknown[] = isObject(json) ? Object.values(json) : [json];
  return all.find((one) => Array.isArray(one)) ?? [];
}

/** Follows a redirect, without a token, to what has to be set. */
async function chase(visit: Visit, first: Reply): Promise<Said> {
  const base = visit.settings.django_api_base;
  const seen = [first.url.href];
  let last = first;
  for (let to = where(last); to && /^https?:$/.test(to.protocol); to = where(last)) {
    if (seen.includes(to.href) || seen.length > 5) {
      const rounds = [...seen, to.href].join(" to ");
      return red(
        `a redirect loop: ${rounds} → mend the redirects of Django and of the proxy (SECURE_PROXY_SSL_HEADER)`,
      );
    }
    seen.push(to.href);
    last = await request(visit, to.href, { token: undefined });
    if (last.status < 300 || last.status > 399) break;
  }
  const { origin, pathname, href } = last.url;
  const says = `a redirect (HTTP ${first.status}) to ${href}`;
  const asked = first.url.pathname.slice(bare(new URL(base).pathname).length);
  const found = pathname.endsWith(asked) ? origin + pathname.slice(0, -asked.length) : base;
  if (/log-?in|sign-?in/i.test(pathname)) return red(`${says}, a login page → ${LOGIN}`);
  if (found !== base) return red(`${says} → set DJANGO_API_BASE=${found}`);
  if (bare(pathname) !== bare(first.url.pathname)) return red(`${says} → ${BASE}`);
  const slash = pathname.endsWith("/") ? "with" : "without";
  return red(`${says} → give paths ${slash} a slash at the end, in a dialect: paths: { … }`);
}

const PROBE = { query: { q: "a", limit: "1" } };
export async function reachable(visit: Visit): Promise<Said[]> {
  const { probes } = visit;
  const end = (line: Said) => {
    visit.isOver = true;
    return [line];
  };
  for (const name of ["searchProducts", "shop", "orders"] as const) {
    const place = placeOf(visit, name, name === "shop" ? {} : PROBE);
    const reply = place && (await request(visit, place.address));
    if (reply) probes.push(reply);
    const trouble = reply?.code && reply.code !== "TOO_LARGE" && troubleOf(reply);
    if (trouble) return end(trouble);
  }
  const [first] = probes;
  if (!first) return end(red("the dialect has neither search, shop nor orders → map one of them"));
  const trouble = troubleOf(first);
  const isEach = (is: (reply: Reply) => boolean) => probes.every(is);
  if (isEach(({ status }) => status >= 300 && status < 400)) return end(await chase(visit, first));
  if (isEach(({ status }) => status === 404)) {
    const paths = probes.map(({ url }) => url.pathname).join(", ");
    return end(
      red(`none of ${paths} is there (HTTP 404) → correct DJANGO_API_BASE, or --suggest a dialect`),
    );
  }
  if (trouble && !isRefused(first) && isEach((reply) => troubleOf(reply)?.says === trouble.says))
    return end({ ...trouble, says: `every address answers with ${trouble.says}` });
  if (probes.length > 1 && isEach((reply) => isOk(reply) && reply.body === first.body))
    return end(red(`another service: every address answers ${short(first.json)} → ${BASE}`));
  return [green(`${first.url.origin} answers`)];
}

export function tls({ settings }: Visit): Said[] {
  const { protocol, hostname, host } = new URL(settings.django_api_base);
  if (protocol === "https:") return [green("the certificate holds")];
  if (isLoopback(hostname)) return [green("none, which loopback does not need")];
  return [amber(`none: token and orders travel readable → set DJANGO_API_BASE=https://${host}`)];
}

export async function authentication(visit: Visit): Promise<Said[]> {
  const { settings, scheme } = visit;
  if (!settings.django_api_token)
    return [amber("no token is given: the catalog only → give --token, or DJANGO_API_TOKEN")];
  const me = { ids: { customer_id: "me" } };
  for (const name of ["orders", "customer", "searchProducts"] as const) {
    const at = placeOf(visit, name, name === "customer" ? me : PROBE);
    if (!at) continue;
    const asked = (how: How) => request(visit, at.address, how);
    const [reply, nobody] = [await asked({}), await asked({ token: undefined })];
    if (isOk(reply) && isRefused(nobody))
      return [green(`${scheme} is accepted; without a token HTTP ${nobody.status}`)];
    if (isOk(reply) && name === "orders" && rowsIn(nobody.json).length)
      return [red(`${at.path} shows orders to anybody → permission_classes = [IsAuthenticated]`)];
    if (!isRefused(reply)) continue;
    const detail = troubleOf(reply)?.says.replace(/^[^(]*/, "") ?? "";
    const other = scheme === "Token" ? "Bearer" : "Token";
    if (isOk(await asked({ scheme: other }))) {
      visit.scheme = other;
      return [red(`not as ${scheme}, but as ${other} → set DJANGO_API_AUTH=${other}`)];
    }
    if (reply.status === 401)
      return [red(`neither as Token nor as Bearer ${detail} → manage.py drf_create_token USER`)];
    const wrong = await asked({ token: "no-such-token" });
    const why =
      wrong.status === 401
        ? `the token holds, but its account may not ${detail} → give it the permission, or another token`
        : `as for a wrong token ${detail} → give one that holds; TokenAuthentication first makes it a 401`;
    return [red(why)];
  }
  return [amber("nothing asks for a token, so that none can be proven")];
}

export async function redirects(visit: Visit): Promise<Said[]> {
  const url = visit.probes.find(isOk)?.url;
  const lines: Said[] = [];
  if (url?.pathname.endsWith("/")) {
    const reply = await request(visit, url.origin + bare(url.pathname) + url.search);
    const isLed = where(reply)?.pathname === url.pathname;
    const so = isLed ? "redirected to it" : isOk(reply) ? "answered as well" : "not there";
    lines.push(green(`a path without the slash at its end is ${so}; the server always sends it`));
  }
  if (url?.protocol === "https:" && !url.port && !isLoopback(url.hostname)) {
    const reply = await request(visit, url.href.replace("https", "http"), { token: undefined });
    const so = where(reply)?.protocol === "https:" ? "leads to https" : "is not answered";
    const isOpen = amber("http is answered as well → redirect it: SECURE_SSL_REDIRECT = True");
    lines.push(isOk(reply) ? isOpen : green(`http ${so}`));
  }
  return lines.length ? lines : [green("none seen")];
}

const STYLES: Record<string, string> = {
  cursor: "pages by cursor",
  offset: "pages by limit and offset",
  page: "pages by number",
};
export async function pages(visit: Visit): Promise<Said[]> {
  const at = placeOf(visit, "searchProducts", PROBE);
  const reply = at && (await request(visit, at.address));
  if (!reply || !isOk(reply)) return [amber("not tried: product search gives no list")];
  const { json } = reply;
  const next = isObject(json) ? String(json.next) : "";
  const [, parameter = ""] = /[?&](cursor|offset|page)=/.exec(next) ?? [];
  const style = Array.isArray(json) ? "a bare list" : (STYLES[parameter] ?? "pages");
  const [one, all] = [rowsIn(json).length, foundOf(visit, "searchProducts").told.rows.length];
  if (one > 1) return [amber(`${style}; search ignores limit: ${one} rows for 1 → honour it`)];
  if (all < 2) return [amber(`${style}; too few products to tell whether search honours limit`)];
  return [green(`${style}; search honours limit`)];
}

export function currency({ found }: Visit): Said[] {
  const all = new Set(Object.values(found).flatMap(({ told }) => [...told.currencies]));
  if (all.has("XXX"))
    return [amber("prices come without one → set SHOP_MCP_CURRENCY=EUR, or whichever it is")];
  return [all.size ? green([...all].join(", ")) : amber("no price was seen")];
}

export function idempotency(visit: Visit): Said[] {
  const { dialect, document } = visit;
  if (dialect?.idempotency === false)
    return [green("none, and the dialect says so: no change is sent twice")];
  if (dialect?.idempotency) return [green("honoured, as the dialect says")];
  const writes = WRITES.filter((name) => !differs(visit, name, isMissing));
  if (!document || !writes.length)
    return [amber("unknown, without a schema → give --schema, or idempotency in a dialect")];
  const lacking = writes.filter((name) =>
    differs(visit, name, ({ pointer }) => pointer === "Idempotency-Key"),
  );
  if (!lacking.length)
    return [green(`its schema has Idempotency-Key in all ${writes.length} writes`)];
  const what = `its schema has no Idempotency-Key in ${lacking.join(", ")}`;
  return [amber(`${what} → honour it, or say idempotency: false in a dialect`)];
}

/** Whether a search looks at its words: nothing is called what is asked for here. */
export async function search(visit: Visit): Promise<Said[]> {
  const found = nothingFound().searchProducts ?? raise("no search");
  const reply = await ask(visit, "searchProducts", { query: { q: "zzqxv", limit: "5" } }, found);
  if (!reply || !isOk(reply)) return [];
  const says = "finds products for a word that none of them has";
  return found.told.rows.length
    ? [amber(`${says} → filter by the words, or name its parameter: query: { q: "search" }`)]
    : [green("finds nothing for a word that no product has")];
}
export async function privacy(visit: Visit): Promise<Said[]> {
  const { second: token, settings } = visit;
  if (!token) return [amber("not tried → give --second-token, of another customer")];
  if (token === settings.django_api_token) return [amber("not tried: both tokens are the same")];
  const theirs = nothingFound().orders ?? raise("no orders");
  const reply = await ask(visit, "orders", { query: { limit: "50" } }, theirs, { token });
  if (reply && isRefused(reply))
    return [amber(`not tried: the second token is not accepted (HTTP ${reply.status})`)];
  const own = new Set(theirs.told.rows.map((row) => String(row.order_id)));
  const [other, known] = [ordersOf(visit).find((one) => !own.has(one)), ordersOf(visit)[0]];
  const order_id = other ?? known;
  if (!order_id)
    return [amber("not tried: no order was found → give the first customer's by --order")];
  for (const name of ["order", "orderStatus"] as const) {
    const at = placeOf(visit, name, { ids: { order_id } });
    const reply = at && (await request(visit, at.address, { token }));
    if (reply && isOk(reply)) {
      const says = `the second token reads order ${order_id} of the first (${name})`;
      return [red(`${says} → filter the queryset by request.user; expected of staff only`)];
    }
  }
  return [green(`the second token does not see order ${order_id} of the first`)];
}

export function clock({ probes, outside }: Visit): Said[] {
  const dates = probes.map(({ headers }) => Date.parse(headers.get("date") ?? ""));
  const seconds = Math.round(((dates.at(-1) ?? NaN) - outside.now()) / 1000);
  if (Number.isNaN(seconds)) return [amber("no Date header, so that it cannot be compared")];
  if (Math.abs(seconds) < 3) return [green("the same as this machine's")];
  const says = `${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead of"} this machine's`;
  return [Math.abs(seconds) > 60 ? amber(`${says} → set both by NTP`) : green(says)];
}

export function speed({ found }: Visit): Said[] {
  const median = (replies: Reply[]) =>
    replies.map(({ ms }) => ms).toSorted((a, b) => a - b)[Math.floor(replies.length / 2)] ?? 0;
  const spoken = (ms: number) =>
    ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
  const all = Object.values(found).flatMap(({ replies }) => replies);
  const each = Object.entries(found).map(([name, { replies }]) => ({ name, ms: median(replies) }));
  const { name, ms } = each.toSorted((a, b) => b.ms - a.ms)[0] ?? { name: "", ms: 0 };
  const says = `median ${spoken(median(all))} of ${all.length}; slowest is ${name} with ${spoken(ms)}`;
  if (ms > 3000) return [red(`${says} → make it faster: the server gives up after 3 s`)];
  return [ms > 1000 ? amber(`${says} → make it faster: select_related, an index`) : green(says)];
}
