/**
 * What the module of a shop with another API may say: a few tables, each optional. What no table names is taken
 * as the contract in `shop/contract.ts` has it. How to write one: dialects/README.md.
 *
 * @module
 */
import type * as z from "zod";
import {
  type Asked,
  type EndpointName,
  type endpoints,
  schemas,
  type STATUSES,
} from "../contract.ts";

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
/** Computes a value from a row, from all that the shop answered, and from what it was asked. JSON in, JSON out, never a promise. */
export type Compute = (row: Sent, answer: Sent, asked: Asked) => unknown;
/** Where a value is: the shop's name for it (`title`, `price.incl_tax`, `images.0`), a function, or null: it has none. */
export type Source<T = unknown> = string | Compute | FieldRule<T> | null;
export interface FieldRule<T = unknown> {
  /**
   * Its name, or a function. With `load` also a path, `/orders/{order_id}/payments/`, for what the shop keeps
   * elsewhere: it is below the shop's address, and the record's own ids are filled in.
   */
  from: string | Compute;
  /** The value is a hyperlink, or a list of them: follow it. In rows of a list only with `"rows"`. */
  load?: boolean | "rows";
  /** How often an item of a list counts: one line for each piece, instead of a line with a `quantity`. */
  repeat?: string | Compute;
  /** What to take from the value, or from each item of a list: a source, or a table of fields. */
  each?: Source<One<T>> | Fields<One<T>>;
}
type One<T> = T extends readonly (infer Item)[] ? Item : T;
/** A source for each of the contract's fields, and for a `currency` beside a price. An id may be a hyperlink to its record. */
type Fields<T> = T extends object
  ? { [Name in keyof T]?: Source<NonNullable<T[Name]>> } & { currency?: Source }
  : never;

type Status = (typeof STATUSES)[number];
type Body<Name extends EndpointName> = z.output<(typeof endpoints)[Name]["body"]>;
/** What is asked, and the shop's own words for the value: of a status all that are the same to the contract. */
export type AskedFor = Asked & { own: string[] };
type Value = string | number | boolean | undefined;
/** What is sent, by the shop's own names; of a list each value by itself, as `status=new&status=paid`. */
type Parameters = Record<string, Value | Value[]>;
export interface Tables {
  /** ISO 4217, of prices that come without one: `EUR`. */
  currency?: string;
  /** false: the shop honours no Idempotency-Key, so a change is never sent twice. */
  idempotency?: boolean;
  /**
   * `/items/{product_id}`, `PATCH /orders/{order_id}?notify=1`, or a function that returns one, or null for ids that
   * the shop has nothing for; null: the shop has no such endpoint. A status is read from the order, unless
   * `orderStatus` says where else it is.
   */
  paths?: {
    [Name in EndpointName]?:
      | string
      | null
      | ((ids: Record<string, string>, query: Record<string, string>) => string | null | undefined);
  };
  /** true: the shop has only the endpoints that `paths` names. */
  only?: boolean;
  /**
   * The shop's name of a parameter, or a function from its value to what is sent. null: the shop knows no such thing,
   * so the tools do not take it; `() => ({})` sends nothing, and the server looks at the rows itself.
   */
  query?: Record<string, string | null | ((value: string, asked: AskedFor) => Parameters)>;
  /**
   * How the list of orders is asked for the one with a number, so that what is printed on the mail is as good as an id:
   * the name of a parameter, a function from the number to what is sent, or true: the list is read through.
   */
  lookup?: { order_number: string | true | ((order_number: string) => Parameters) };
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
  bodies?: { [Name in EndpointName]?: (body: Body<Name>, asked: Asked) => unknown };
}
