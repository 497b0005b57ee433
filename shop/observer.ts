/**
 * What whoever observes a shop is told: see `Observer` in tool.ts, which telemetry/ implements. Where nobody observes,
 * nothing is called.
 *
 * @module
 */
/** A request to the shop, before it is sent. */
export interface SentRequest {
  method: string;
  url: string;
  /** `GET /api/orders/{order_id}/`; of a shop with another API, the path as it is sent, without its query. */
  path: string;
  /** What is set here is sent, too. */
  headers: Headers;
}
/** Sends a request, and hears of its end: the answer when it was read to its end, or the error. */
export type ObserveRequest = <Answer extends { response: Response }>(
  request: SentRequest,
  send: () => Promise<Answer>,
) => Promise<Answer>;

/** The MCP request that a call came in: as it was sent, or as the SDK gives it. */
export interface CallMessage {
  id?: string | number;
  method?: string;
  params?: { _meta?: object };
  _meta?: object;
  /** What a modern request says of itself, where the SDK has taken it out of `_meta`. */
  envelope?: object;
}

/** What the audit log has of a change. Nothing of it is secret, and all of it is the customer's. */
export type AuditEntry = {
  /** What is changed: `cancellation`. */
  change: string;
  /** The question that it is about, by the nonce of its confirmation; undefined for a foreign confirmation. */
  question: string | undefined;
  /** Who asks for it; undefined for the account that this server has itself. */
  caller: object | undefined;
} & (Asked | Answered | Ended);
interface Asked {
  event: "asked";
  /** `elicitation`, or `code`: then nothing proves that a person has read it. */
  via: string;
  /** What the user was asked, word for word. */
  text: string;
  arguments: object;
  /** The order or customer, and its version. */
  of: string;
  version: string | undefined;
  until: string;
}
interface Answered {
  event: "answered";
  answer: string;
  /** Whether it was acted on. */
  counts: boolean;
  /** Why it was not. */
  reason?: string;
  /** The idempotency key under which the change is sent next. */
  key?: string;
}
interface Ended {
  event: "ended";
  key: string;
  receipt?: object;
  failure?: { code: string; message: string };
}
/** Writes an entry. @throws {ShopError} where it cannot be written and nothing is done yet: then nothing is done */
export type Audit = (entry: AuditEntry) => void;
