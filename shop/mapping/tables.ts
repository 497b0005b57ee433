/**
 * What the module of a shop that speaks otherwise may say: a few tables, all of which may be left out. What no
 * table names is taken as the contract in `server.ts` has it. How to write one: README.md here.
 *
 * @module
 */
import type * as z from "zod";
import { type EndpointName, type endpoints, schemas, type STATUSES } from "../contract.ts";

/** The things that a shop tells of, with every field that the contract knows of them. */
export const THINGS = {
  product: schemas.productRow.extend(schemas.product.shape),
  order: schemas.orderStatus.extend(schemas.orderRow.shape).extend(schemas.order.shape),
  customer: schemas.customerRow.extend(schemas.customer.shape),
  shop: schemas.shopInfo,
  supportRequest: schemas.supportRequest,
};
export type Thing = keyof typeof THINGS;

/** What a shop sends, of a type that nobody here knows: what `JSON.parse` gives. */
type Sent = ReturnType<typeof JSON.parse>;
/** Works a value out of a row, or of all that the shop answered. JSON in, JSON out, never a promise. */
export type Work = (row: Sent, answer: Sent) => unknown;
/** Where a value is: the shop's name for it (`title`, `price.incl_tax`, `images.0`), a function, or null: nowhere. */
export type Source<T = unknown> = string | Work | Part<T> | null;
export interface Part<T = unknown> {
  from: string | Work;
  /** What is there is a hyperlink, or a list of them: take what it leads to. Rows of a list do without, unless it says `rows`. */
  load?: boolean | "rows";
  /** In a list: how often each counts, as a `quantity` does. The contract has one line for each piece. */
  times?: string | Work;
  /** What to take of what is there, or of each one in a list: a source, or a table of fields. */
  each?: Source<One<T>> | Fields<One<T>>;
}
type One<T> = T extends readonly (infer Item)[] ? Item : T;
/** The contract's fields; `currency` may stand beside every price. */
type Fields<T> = T extends object
  ? { [Name in keyof T]?: Source<NonNullable<T[Name]>> } & { currency?: Source }
  : never;

type Status = (typeof STATUSES)[number];
type Body<Name extends EndpointName> = z.output<(typeof endpoints)[Name]["body"]>;
export interface Tables {
  /** ISO 4217, of prices that come without one: `EUR`. */
  currency?: string;
  /** false: the shop honours no Idempotency-Key, so that no change is ever sent twice. */
  idempotency?: boolean;
  /** `/items/{product_id}`, `PATCH /orders/{order_id}?notify=1`, or what gives that; null: there is none. */
  paths?: { [Name in EndpointName]?: string | null | ((ids: Record<string, string>) => string) };
  /** true: the shop has nothing but what `paths` names. */
  only?: boolean;
  /** The shop's name for a parameter, or what to send for its value; null: it is never sent. */
  query?: Record<string, string | null | ((value: string) => Record<string, string | undefined>)>;
  /** The contract's status for the shop's: `{ 1: "pending", "on its way": "shipped" }`. */
  statuses?: Record<string | number, Status>;
  /** Where a list has its rows, where not in `results`; and the link to the next ones, where not in `next`. */
  page?: string | Work;
  next?: string | Work;
  /** Where an answer has the one thing it tells of, where it is not that thing itself: `data`. */
  record?: string | Work;
  /** Where each thing has the contract's fields. A row and a record of a thing share a table. */
  fields?: { [Name in Thing]?: Fields<z.output<(typeof THINGS)[Name]>> };
  /** The shop's body for the contract's. */
  bodies?: { [Name in EndpointName]?: (body: Body<Name>) => unknown };
}
