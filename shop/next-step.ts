/**
 * What the status of an order means for the customer who waits: `addNextStep` puts it into words, and
 * `summarizeStatus` into the first line that a model reads.
 *
 * @module
 */
import * as z from "zod";
import { nameOrder } from "./account.ts";
import type { Order } from "./contract.ts";
import { type ToolContext, truncated } from "./tool.ts";

const NEXT_STEPS: Record<string, string> = {
  pending: "The shop has not begun to pack it.",
  processing: "The shop is at work on it and has not shipped it.",
  shipped: "It is on its way.",
  delivered: "It has arrived; nothing is left to do.",
  cancelled: "Nothing will be sent.",
  return_requested: "The shop has the request to return items and answers it next.",
  exchange_requested: "The shop has the request to exchange items and answers it next.",
  unknown: "This status is the shop's own (raw_status); only the shop can say more.",
};
/** The fields that `addNextStep` adds. */
export const nextStep = { next_step: z.string(), as_of: z.string(), truncated };
export const addNextStep = <O extends { status: string }>(order: O, { now }: ToolContext) => {
  return { ...order, next_step: NEXT_STEPS[order.status] ?? "", as_of: now().toISOString() };
};
type WithNextStep = Pick<Order, "status" | "raw_status" | "order_number"> & {
  order_id: string;
  next_step: string;
};
/** `Order 1036 is shipped. It is on its way.` */
export const summarizeStatus = ({ status, raw_status, next_step, ...order }: WithNextStep) =>
  `${nameOrder(order).replace("order", "Order")} is ${raw_status ?? status.replace("_", " ")}. ${next_step}`;
