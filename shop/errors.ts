/** From cause to words. */
import { plain } from "./text.ts";

/** A failure that whoever starts the server can mend. Its message is one line, and all they need. */
export class StartError extends Error {}

/** What is wrong with a mapping, and where. */
export class MappingError extends Error {}

export const MAX_LOADS = 60; // of further addresses, for one answer

/** What the words below are made of; `wait` and `timeout` in seconds, 0 and "" for what is not known. */
export const NO_FACTS = {
  what: "",
  path: "",
  id: "",
  detail: "",
  status: 0,
  wait: 0,
  timeout: 0,
  most: MAX_LOADS,
};
export type Facts = typeof NO_FACTS;
/** A sentence with the names of its facts: `` say`within ${"timeout"} s` ``. */
export const say =
  (strings: TemplateStringsArray, ...names: (keyof Facts)[]) =>
  (facts: Facts) =>
    String.raw({ raw: strings }, ...names.map((name) => facts[name]));

/** From cause to words for the model: what happened, whether to try again, what to do instead. */
export const words = {
  unreachable: say`The shop cannot be reached: nothing answers at its address. Try again in a minute; if it stays like this, the operator has to check DJANGO_API_BASE.`,
  too_slow: say`The shop did not answer the ${"what"} within ${"timeout"} s. Try again in a minute, or ask for less at once.`,
  broken_off: say`The connection broke off before the shop's answer to the ${"what"} was whole. Nothing was changed; try again.`,
  unclear: say`It is not known whether the shop made the ${"what"}: no clear answer came. Look first, with get_order or get_customer; where they do not show it, ask the person before it is sent again.`,
  resting: say`The ${"what"} failed several times in a row, so the shop is given a rest. Try again in ${"wait"} s.`,
  http_429: say`The shop has had too many requests. Wait ${"wait"} s or longer, then try again.`,
  http_5xx: say`The shop has a problem of its own with the ${"what"} (HTTP ${"status"}). Try again in a few minutes; if it goes on, tell the person that the shop has trouble.`,
  http_401: say`The shop did not accept this server's token, or wants one. Trying again will not help: the operator has to check DJANGO_API_TOKEN and DJANGO_API_AUTH.`,
  http_403: say`This account may not use the shop's ${"what"} like this${"detail"}. Trying again will not help; the shop's staff can do it.`,
  unknown_id: say`The ${"what"} has nothing under ${"id"}: there is no such id, or it does not belong to this account. Check it with the person, or look it up with a list or search tool.`,
  not_offered: say`This shop has no ${"what"}: there is no ${"path"}. Do without it, or tell the person that this shop cannot answer that here.`,
  unknown_or_not_offered: say`The ${"what"} has nothing under ${"id"}: there is no such id, or this shop has no ${"what"} at all (${"path"}). Check the id; another tool may know it.`,
  bad_cursor: say`This cursor does not fit: it belongs to another request, or is out of date. Make the same call without a cursor, then pass next_cursor on unchanged.`,
  http_409: say`The shop refused the ${"what"}${"detail"}. Nothing was changed. Trying again will not help while this is so: tell the person, and what else is possible.`,
  http_4xx: say`The shop refused the ${"what"} (HTTP ${"status"})${"detail"}. Change the arguments; the same call would be refused again.`,
  http_3xx: say`The shop answered the ${"what"} with a redirect (HTTP ${"status"}), which is not followed. Trying again will not help: the operator has to set DJANGO_API_BASE to the final address.`,
  not_json: say`The shop answered the ${"what"} with something that is not JSON, such as a login page (HTTP ${"status"}). Trying again will not help: the operator has to check DJANGO_API_BASE, and Django's ALLOWED_HOSTS.`,
  wrong_shape: say`The shop answered the ${"what"} in a shape that this server does not know: ${"detail"} is missing or of another type. Trying again will not help: the operator has to compare the shop's serializer with the contract.`,
  too_large: say`The shop's answer to the ${"what"} is larger than 1 MiB and was not read. Ask for less: a smaller limit, or a narrower search.`,
  declined: say`Not ${"what"}: the person declined. Nothing was sent to the shop. Do not ask again unless they want it.`,
  dismissed: say`Not ${"what"}: the person closed the question without an answer. Nothing was sent to the shop. Ask them what they want.`,
  nobody_to_ask: say`Not ${"what"}: this host cannot put a question to the person, and nothing is changed without their answer. They can do it themselves at ${"path"}.`,
  not_possible: say`Nothing was sent: the shop does not allow this now. ${"detail"}`,
  misfit: say`Nothing was sent to the shop: ${"detail"}. Correct this and call again.`,
  not_made: say`The shop did not make the ${"what"}: no answer came, and the order was as before a moment later. Look once more before it is tried again.`,
  bad_mapping: say`The ${"what"} does not work here: this server's mapping of the shop is wrong (${"detail"}). Trying again will not help: the operator has to mend the module given with --shop.`,
  too_linked: say`The ${"what"} leads to more than ${"most"} further addresses of the shop, which is too many for one call. Ask for less: a smaller limit, or one thing only.`,
  bad_arguments: say`${"what"} was not called: ${"detail"}. Correct this and call it again.`,
  internal: say`This server failed in a way it should not. Look at what is there before you try once more; if it fails again, the operator finds the cause in the server's log.`,
};
export type Cause = keyof typeof words;
export const PASSING: Cause[] = [
  "unreachable",
  "too_slow",
  "broken_off",
  "unclear",
  "http_429",
  "http_5xx",
];
/** After one of these nobody knows whether a change was made. */
export const UNCLEAR: Cause[] = [
  "too_slow",
  "broken_off",
  "http_5xx",
  "http_3xx",
  "not_json",
  "wrong_shape",
  "too_large",
];

/** Why there is no answer. The message is the server's own words; nothing of Django's leaks into it. */
export class ShopError extends Error {
  constructor(
    readonly kind: Cause,
    readonly facts: Facts = NO_FACTS,
  ) {
    super(words[kind](facts));
  }
}

/** DRF's reasons, one each: `{"detail"}`, `{field: [..]}`, `non_field_errors`, nested as the body was. */
export function reasonsIn(said: unknown, field = "", depth = 4): string[] {
  if (typeof said === "string") return [field + plain(said, 200).replace(/\.$/, "")];
  if (typeof said !== "object" || said === null || depth === 0) return [];
  return Object.entries(said).flatMap(([name, why]) => {
    const isNameless = Array.isArray(said) || /^(detail|non_field_errors|\d+)$/.test(name);
    if (name === "code" && "detail" in said) return []; // for programs
    return reasonsIn(why, isNameless ? field : `${plain(name, 40)}: `, depth - 1);
  });
}
/** Why Django did not answer. */
export function refusal({ status, headers }: Response, body: unknown, facts: Facts): ShopError {
  const reasons = typeof body === "object" ? reasonsIn(body) : [];
  const after = headers.get("retry-after") ?? (status === 429 ? "60" : "0");
  const seconds = /^\d+$/.test(after) ? +after : Math.ceil((Date.parse(after) - Date.now()) / 1000);
  const wait = Math.min(Math.max(seconds, 0) || 0, 86_400);
  const detail = reasons.length ? `: ${reasons.slice(0, 5).join("; ")}` : "";
  const known = reasons.length ? "unknown_id" : "unknown_or_not_offered";
  const missing = facts.id ? known : reasons.length ? "http_4xx" : "not_offered";
  const kinds = [status === 404 ? missing : `http_${status}`, `http_${Math.floor(status / 100)}xx`];
  const kind = (kinds.find((kind) => kind in words) ?? "internal") as Cause; // a key of `words`
  return new ShopError(kind, { ...facts, status, wait, detail });
}
