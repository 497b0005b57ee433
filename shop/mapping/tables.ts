/**
 * What the module of a shop with another API may say: a few tables, each optional. What no table names is taken
 * as the contract in `shop/contract.ts` has it. How to write one: dialects/README.md.
 *
 * @module
 */
import type * as z from "zod";
import { type EndpointName, type endpoints, schemas, type STATUSES } from "../contract.ts";

/** The kinds of records that a shop sends, each with every field that the contract has of it. */
export const RECORDS = {
  product: schemas.productRow.extend(schemas.product.shape),
  order: schemas.orderStatus.extend(schemas.orderRow.shape).extend(schemas.order.shape),
  customer: schemas.customerRow.extend(schemas.customer.shape),
  shop: schemas.shopInfo,
  supportRequest: schemas.supportRequest,
};
export type RecordName = keyof typeof RECORDS;

/** What a shop sends, of unknown type: what `JSON.parse` gives. */
type Sent = ReturnType<typeof JSON.parse>;
/** Computes a value from a row, or from all that the shop answered. JSON in, JSON out, never a promise. */
export type Compute = (row: Sent, answer: Sent) => unknown;
/** Where a value is: the shop's name for it (`title`, `price.incl_tax`, `images.0`), a function, or null: it has none. */
export type Source<T = unknown> = string | Compute | FieldRule<T> | null;
export interface FieldRule<T = unknown> {
  from: string | Compute;
  /** The value is a hyperlink, or a list of them: follow it. In rows of a list only with `"rows"`. */
  load?: boolean | "rows";
  /** How often an item of a list counts: one line for each piece, instead of a line with a `quantity`. */
  repeat?: string | Compute;
  /** What to take from the value, or from each item of a list: a source, or a table of fields. */
  each?: Source<One<T>> | Fields<One<T>>;
}
type One<T> = T extends readonly (infer Item)[] ? Item : T;
/** A source for each of the contract's fields, and for a `currency` beside a price. */
type Fields<T> = T extends object
  ? { [Name in keyof T]?: Source<NonNullable<T[Name]>> } & { currency?: Source }
  : never;

type Status = (typeof STATUSES)[number];
type Body<Name extends EndpointName> = z.output<(typeof endpoints)[Name]["body"]>;
export interface Tables {
  /** ISO 4217, of prices that come without one: `EUR`. */
  currency?: string;
  /** false: the shop honours no Idempotency-Key, so a change is never sent twice. */
  idempotency?: boolean;
  /** `/items/{product_id}`, `PATCH /orders/{order_id}?notify=1`, or a function that returns one; null: the shop has no such endpoint. */
  paths?: { [Name in EndpointName]?: string | null | ((ids: Record<string, string>) => string) };
  /** true: the shop has only the endpoints that `paths` names. */
  only?: boolean;
  /** The shop's name of a parameter, or a function from its value to what is sent; null: it is never sent. */
  query?: Record<string, string | null | ((value: string) => Record<string, string | undefined>)>;
  /** The contract's status of each of the shop's: `{ 1: "pending", "on its way": "shipped" }`. */
  statuses?: Record<string | number, Status>;
  /** Where a list has its rows, if not in `results`; and the link to the next page, if not in `next`. */
  page?: string | Compute;
  next?: string | Compute;
  /** Where an answer has its record, if it is not the answer itself: `data`. */
  record?: string | Compute;
  /** The sources of each record's fields. The row of a list and the whole record share a table. */
  fields?: { [Name in RecordName]?: Fields<z.output<(typeof RECORDS)[Name]>> };
  /** Makes the shop's body of a change from the contract's. */
  bodies?: { [Name in EndpointName]?: (body: Body<Name>) => unknown };
}
