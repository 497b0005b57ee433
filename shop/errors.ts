/**
 * Errors, from cause to words.
 *
 * ```
 * ConfigError    the server cannot start with these settings; for the operator, on stderr
 * MappingError   a dialect is wrong; for its author
 * ShopError      a call has no answer; its message is a sentence of `errorMessages`, for the model
 * ```
 *
 * `errorFor` decides what a status of Django's means, a 404 for instance.
 *
 * @module
 */
import { toPlainText } from "./text.ts";

/** A class of errors known by name, not by identity: a dialect may load a second copy of this module. */
const errorNamed = (brand: string) =>
  class extends Error {
    override readonly name = brand;
    static override [Symbol.hasInstance](value: unknown): boolean {
      return Error.prototype.isPrototypeOf(Object(value)) && Object(value).name === brand;
    }
  };

/** Something that whoever starts the server can fix. The message is one line. */
export class ConfigError extends errorNamed("ConfigError") {}
/** What is wrong in a dialect, and where: `fields.product.price threw TypeError: …`. */
export class MappingError extends errorNamed("MappingError") {}

export const MAX_LOADS = 60; // of further requests, for one answer

/** What a message is made of: `wait` and `timeout` in seconds; 0 and "" for what is not known. */
const NO_CONTEXT = {
  what: "",
  path: "",
  id: "",
  detail: "",
  status: 0,
  wait: 0,
  timeout: 0,
  most: MAX_LOADS,
};
type WholeContext = typeof NO_CONTEXT;
export type ErrorContext = Partial<WholeContext>;
/** A sentence with the names of what it needs: `` sentence`within ${"timeout"} s` ``. Its template is for docs. */
function sentence(strings: TemplateStringsArray, ...names: (keyof WholeContext)[]) {
  const fillWith = (parts: unknown[]) => String.raw({ raw: strings }, ...parts);
  const message = (context: WholeContext) => fillWith(names.map((name) => context[name]));
  return Object.assign(message, { template: fillWith(names.map((name) => `<${name}>`)) });
}

/** What the model reads: what happened, whether to try again, what to do instead. */
export const errorMessages = {
  unreachable: sentence`The shop cannot be reached: nothing answers at its address. Try again in a minute; if it goes on, the operator has to check DJANGO_API_BASE.`,
  too_slow: sentence`The shop did not answer the ${"what"} within ${"timeout"} s. Try again in a minute, or ask for less at once.`,
  broken_off: sentence`The connection broke off before the shop's answer to the ${"what"} was complete. Nothing was changed; try again.`,
  unclear: sentence`It is not known whether the shop made the ${"what"}: no clear answer came. Check first, with get_order or get_customer; if they do not show it, ask the user before you send it again.`,
  resting: sentence`The ${"what"} failed several times in a row, so requests for it are paused. Try again in ${"wait"} s.`,
  http_429: sentence`The shop has received too many requests. Wait at least ${"wait"} s, then try again.`,
  http_5xx: sentence`The shop failed to answer the ${"what"} (HTTP ${"status"}). Try again in a few minutes; if it goes on, tell the user that the shop has a problem.`,
  http_401: sentence`The shop rejected this server's token, or requires one. Trying again will not help: the operator has to check DJANGO_API_TOKEN and DJANGO_API_AUTH.`,
  http_403: sentence`This account is not allowed to use the shop's ${"what"} like this${"detail"}. Trying again will not help; the shop's staff may be able to do it.`,
  unknown_id: sentence`Nothing was found under ${"id"} (${"what"}): the id does not exist, or it does not belong to this account. Check it with the user, or look it up with a list or search tool.`,
  not_offered: sentence`This shop has no ${"what"}: there is no ${"path"}. Do without it, or tell the user that this shop does not offer it here.`,
  unknown_or_not_offered: sentence`Nothing was found under ${"id"} (${"what"}): the id does not exist, or this shop has no ${"what"} at all (${"path"}). Check the id; another tool may know it.`,
  bad_cursor: sentence`This cursor is not valid here: it belongs to another request, or has expired. Make the same call without a cursor, then pass next_cursor on unchanged.`,
  http_409: sentence`The shop refused the ${"what"}${"detail"}. Nothing was changed. Trying again will not help while this is so: tell the user, and say what else is possible.`,
  http_4xx: sentence`The shop refused the ${"what"} (HTTP ${"status"})${"detail"}. Change the arguments; the same call would be refused again.`,
  http_3xx: sentence`The shop answered the ${"what"} with a redirect (HTTP ${"status"}), which is not followed. Trying again will not help: the operator has to set DJANGO_API_BASE to the final address.`,
  not_json: sentence`The shop answered the ${"what"} with something other than JSON, such as a login page (HTTP ${"status"}). Trying again will not help: the operator has to check DJANGO_API_BASE, and Django's ALLOWED_HOSTS.`,
  wrong_shape: sentence`The shop answered the ${"what"} in an unexpected shape: ${"detail"} is missing or has another type. Trying again will not help: the operator has to compare the shop's serializer with the contract.`,
  too_large: sentence`The shop's answer to the ${"what"} exceeds 1 MiB and was not read. Ask for less: a smaller limit, or a narrower search.`,
  declined: sentence`Not ${"what"}: the user declined. Nothing was sent to the shop. Do not ask again unless they want it.`,
  dismissed: sentence`Not ${"what"}: the user closed the question without an answer. Nothing was sent to the shop. Ask them what they want.`,
  nobody_to_ask: sentence`Not ${"what"}: this host cannot put a question to the user, and nothing is changed without their answer. They can do it themselves at ${"path"}.`,
  not_possible: sentence`Nothing was sent: the shop does not allow this now. ${"detail"}`,
  misfit: sentence`Nothing was sent to the shop: ${"detail"}. Correct this and call again.`,
  not_made: sentence`The shop did not make the ${"what"}: no answer came, and the order was as before a moment later. Look once more before it is tried again.`,
  bad_mapping: sentence`The ${"what"} does not work here: this server's mapping of the shop is wrong (${"detail"}). Trying again will not help: the operator has to fix the module given with --shop.`,
  too_linked: sentence`The ${"what"} needs more than ${"most"} further requests to the shop, which is too many for one call. Ask for less: a smaller limit, or one thing only.`,
  bad_arguments: sentence`${"what"} was not called: ${"detail"}. Correct this and call it again.`,
  internal: sentence`This server failed unexpectedly. Check what is there before you try once more; if it fails again, the operator finds the cause in the server's log.`,
};
export type ErrorCode = keyof typeof errorMessages;
/** Another attempt may have an answer. */
export const RETRYABLE: ErrorCode[] = [
  "unreachable",
  "too_slow",
  "broken_off",
  "unclear",
  "http_429",
  "http_5xx",
];
/** A change that ends like this may have been made, or not. */
export const OUTCOME_UNKNOWN: ErrorCode[] = [
  "too_slow",
  "broken_off",
  "http_5xx",
  "http_3xx",
  "not_json",
  "wrong_shape",
  "too_large",
];

/** Why a call has no answer. The message is the server's own; of Django's words only its reasons are in it. */
export class ShopError extends errorNamed("ShopError") {
  readonly context: WholeContext;
  constructor(
    readonly code: ErrorCode,
    context: ErrorContext = {},
  ) {
    const known = { ...NO_CONTEXT, ...context };
    super(errorMessages[code](known));
    this.context = known;
  }
}

/** DRF's reasons, one each: `{"detail"}`, `{field: [..]}`, `non_field_errors`, nested as the body was. */
function reasonsIn(body: unknown, field = "", depth = 4): string[] {
  if (typeof body === "string") return [field + toPlainText(body, 200).replace(/\.$/, "")];
  if (typeof body !== "object" || body === null || depth === 0) return [];
  return Object.entries(body).flatMap(([name, reason]) => {
    const isNameless = Array.isArray(body) || /^(detail|non_field_errors|\d+)$/.test(name);
    if (name === "code" && "detail" in body) return []; // for programs
    return reasonsIn(reason, isNameless ? field : `${toPlainText(name, 40)}: `, depth - 1);
  });
}

/** `Retry-After` in seconds, from a number or a date; at most a day. */
function secondsToWait({ status, headers }: Response): number {
  const after = headers.get("retry-after") ?? (status === 429 ? "60" : "0");
  const seconds = /^\d+$/.test(after) ? +after : Math.ceil((Date.parse(after) - Date.now()) / 1000);
  return Math.min(Math.max(seconds, 0) || 0, 86_400);
}

/**
 * The error that a refusal of Django's is: by its status, and by whether Django gave a reason.
 * A 404 with a reason means that the id is unknown; one without, that the endpoint may not exist at all.
 */
export function errorFor(response: Response, body: unknown, context: ErrorContext): ShopError {
  const { status } = response;
  const reasons = typeof body === "object" ? reasonsIn(body) : [];
  const detail = reasons.length ? `: ${reasons.slice(0, 5).join("; ")}` : "";
  const unknown = reasons.length ? "unknown_id" : "unknown_or_not_offered";
  const missing = context.id ? unknown : reasons.length ? "http_4xx" : "not_offered";
  const codes = [status === 404 ? missing : `http_${status}`, `http_${Math.floor(status / 100)}xx`];
  const code = (codes.find((code) => code in errorMessages) ?? "internal") as ErrorCode; // a key
  return new ShopError(code, { ...context, status, wait: secondsToWait(response), detail });
}
