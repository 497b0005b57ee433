/**
 * Orders: a list of them, one in short, and one in full, with what can be done with it now.
 *
 * @module
 */
import { type ReactNode, useId, useState } from "react";
import { toTitle } from "./format.ts";
import {
  Badge,
  Facts,
  Fold,
  Options,
  Pages,
  Part,
  Price,
  Remarks,
  SERVER,
  ShopText,
  Title,
  usePages,
  useView,
  When,
} from "./parts.tsx";
import type {
  Money,
  Order,
  OrderLine,
  OrderPage,
  OrderRow,
  OrderStatus,
  Payment,
  Permission,
} from "./results.ts";

const TONES: Record<string, string> = {
  pending: "neutral",
  processing: "info",
  shipped: "info",
  delivered: "success",
  cancelled: "neutral",
  return_requested: "warning",
  exchange_requested: "warning",
};
type Named = Pick<OrderRow, "order_id" | "order_number">;
function useOrderName() {
  const { say } = useView().format;
  return ({ order_id: id, order_number: number }: Named) =>
    number ? say("orderNumber", { id, number }) : say("order", { id });
}
/** The status in the view's words where it has any, and otherwise in the shop's. */
function Status({ status, raw_status: raw }: Pick<OrderRow, "status" | "raw_status">) {
  const { say } = useView().format;
  const tone = TONES[status] ?? "neutral";
  const isKnown = Object.hasOwn(TONES, status);
  const own = status === "unknown" ? undefined : toTitle(status);
  return (
    <Badge tone={tone}>
      {isKnown ? say(status as "pending") : <ShopText>{raw ?? own ?? say("unknown")}</ShopText>}
    </Badge>
  );
}

export function OrderList({ page }: { page: OrderPage }) {
  const { say } = useView().format;
  const pages = usePages(page, (read) => (read.kind === "orders" ? read.data : undefined));
  const rows = pages.pages.flatMap(({ orders }) => orders);
  const owners = new Set(rows.map(({ customer_id }) => customer_id));
  return (
    <section className="orders">
      <header className="head">
        <Title>{say("orders")}</Title>
        {rows.length > 0 && (
          <p className="count">
            {say(pages.isAll ? "orderCount" : "ordersSoFar", { n: rows.length })}
          </p>
        )}
      </header>
      {rows.length === 0 && pages.isAll && <p className="none">{say("noOrders")}</p>}
      <Pages
        className="rows"
        pages={pages}
        rows={rows.map((row) => (
          <OrderCard key={row.order_id} row={row} isOfMany={owners.size > 1} />
        ))}
        news={(n) => say("moreOrders", { n, all: rows.length })}
      />
      <Remarks of={pages.pages} />
    </section>
  );
}
/** @param isOfMany the list has orders of several customers, so each says whose it is */
function OrderCard({ row, isOfMany }: { row: OrderRow; isOfMany: boolean }) {
  const { open, format } = useView();
  const nameOf = useOrderName();
  const { order_id, placed_at, total, item_count, customer_id } = row;
  return (
    <article className="card row">
      <Title step={1}>
        <button type="button" className="cover" onClick={() => open("get_order", { order_id })}>
          {nameOf(row)}
        </button>
      </Title>
      <p className="muted">
        {placed_at && <When written={placed_at} />}
        {item_count !== undefined && <span>{format.say("itemCount", { n: item_count })}</span>}
        {isOfMany && customer_id && <span>{format.say("customer", { id: customer_id })}</span>}
      </p>
      <p className="sum">{total && <Price money={total} />}</p>
      <p className="state">
        <Status {...row} />
      </p>
    </article>
  );
}

/** What an order is called, how it stands, and what comes next. */
function OrderHead({ order, children }: { order: Order | OrderStatus; children?: ReactNode }) {
  const { say } = useView().format;
  const nameOf = useOrderName();
  const { status, raw_status: raw, next_step } = order;
  const isAlias = raw && Object.hasOwn(TONES, status) && raw.toLowerCase() !== status;
  return (
    <header className="head">
      <Title>{nameOf(order)}</Title>
      <Status {...order} />
      {isAlias && <p className="muted">{say("shopSays", { status: raw })}</p>}
      {next_step && (
        <p className="lead" {...SERVER}>
          {next_step}
        </p>
      )}
      {children}
    </header>
  );
}
export function OrderSummary({ order }: { order: OrderStatus }) {
  const { open, format } = useView();
  const { say } = format;
  const { order_id, tracking_ids } = order;
  return (
    <article className="order-status">
      <OrderHead order={order} />
      <Facts
        rows={[
          ...dateRows(order, say),
          [say("tracking"), tracking_ids?.length ? <Tracking ids={tracking_ids} /> : undefined],
        ]}
      />
      <div className="buttons">
        <button type="button" onClick={() => open("get_order", { order_id })}>
          {say("wholeOrder")}
        </button>
      </div>
      <Remarks of={[order]} />
    </article>
  );
}
type Say = ReturnType<typeof useView>["format"]["say"];
const dateRows = (
  {
    placed_at,
    estimated_delivery,
    updated_at,
  }: Pick<Order, "placed_at" | "estimated_delivery" | "updated_at">,
  say: Say,
): [string, ReactNode][] => [
  [say("placed"), placed_at && <When written={placed_at} />],
  [say("expected"), estimated_delivery && <When written={estimated_delivery} style="long" />],
  [say("updated"), updated_at && <When written={updated_at} style="time" />],
];

export function OrderDetail({ order }: { order: Order }) {
  const { say, address: linesOf } = useView().format;
  const { total, lines, shipments = [], timeline = [], payments = [], address } = order;
  const addressLines = address ? linesOf(address) : [];
  return (
    <article className="order">
      <OrderHead order={order}>
        <Facts
          rows={[
            ...dateRows(order, say),
            [say("total"), total && !lines?.length && <Price money={total} />],
            [say("customerName"), order.customer_id && <bdi>{order.customer_id}</bdi>],
          ]}
        />
      </OrderHead>
      <div className="columns">
        <div className="main">
          {lines && <Lines order={order} lines={lines} />}
          {shipments.length > 0 && (
            <Part name="shipments" title={say("shipments")}>
              <Shipments shipments={shipments} lines={lines} />
            </Part>
          )}
          <MoneyBack order={order} />
          {timeline.length > 0 && (
            <Part name="history" title={say("history")}>
              <Timeline timeline={timeline} />
            </Part>
          )}
        </div>
        <div className="side">
          <Possible order={order} />
          {payments.length > 0 && (
            <Part name="payments" title={say("payments")}>
              <Payments payments={payments} />
            </Part>
          )}
          {addressLines.length > 0 && (
            <Part name="address" title={say("address")}>
              <address dir="auto">
                {addressLines.map((line, n) => (
                  <span key={n}>{line}</span>
                ))}
              </address>
            </Part>
          )}
        </div>
      </div>
      <Remarks of={[order]} />
    </article>
  );
}

// ── What is in it ───────────────────────────────────────────────────────────────────────────────

function Lines({ order, lines }: { order: Order; lines: OrderLine[] }) {
  const { total, items_modified } = order;
  const { say } = useView().format;
  return (
    <Part name="items" title={say("items")}>
      {lines.length === 0 && <p className="none">{say("noLines")}</p>}
      {lines.length > 0 && (
        <Fold all={lines} first={10}>
          {(shown) => (
            <table>
              <thead className="unseen">
                <tr>
                  <th scope="col">{say("item")}</th>
                  <th scope="col" className="number">
                    {say("price")}
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.map((line, n) => (
                  <Line key={n} line={line} />
                ))}
              </tbody>
              {total && (
                <tfoot>
                  <tr>
                    <th scope="row">{say("total")}</th>
                    <td className="number">
                      <Price money={total} />
                    </td>
                  </tr>
                </tfoot>
              )}
            </table>
          )}
        </Fold>
      )}
      {items_modified && <p className="muted">{say("itemsModified")}</p>}
    </Part>
  );
}
function Line({ line }: { line: OrderLine }) {
  const { open, format } = useView();
  const { product_id, options, price, quantity = 1 } = line;
  const name = line.name.trim() || line.item_id;
  const n = format.number(quantity);
  return (
    <tr>
      <th scope="row">
        {product_id ? (
          <button
            type="button"
            className="text"
            onClick={() => open("get_product", { product_id })}
          >
            <ShopText>{name}</ShopText>
          </button>
        ) : (
          <ShopText>{name}</ShopText>
        )}
        <Options options={options} />
      </th>
      <td className="number">
        {price && quantity === 1 && <Price money={price} />}
        {price && quantity !== 1 && (
          <bdi>{format.say("each", { n, price: format.money(price) })}</bdi>
        )}
        {!price && quantity !== 1 && <bdi>{format.say("pieces", { n })}</bdi>}
      </td>
    </tr>
  );
}

/** Names for the ids of items, as an order's lines have them: each id as often as it stands there. */
function ItemNames({ ids, lines = [] }: { ids: string[]; lines: OrderLine[] | undefined }) {
  const { format } = useView();
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return (
    <Fold all={[...counts]} first={5}>
      {(shown) => (
        <ul className="plain">
          {shown.map(([id, n]) => {
            const line = lines.find(({ item_id }) => item_id === id);
            return (
              <li key={id}>
                {n > 1 && <span>{format.say("pieces", { n: format.number(n) })} </span>}
                <ShopText>{line?.name.trim() || id}</ShopText>
                <Options options={line?.options} />
              </li>
            );
          })}
        </ul>
      )}
    </Fold>
  );
}
const Tracking = ({ ids }: { ids: string[] }) => (
  <ul className="plain tracking">
    {ids.map((id, n) => (
      <li key={n}>
        <code>{id}</code>
      </li>
    ))}
  </ul>
);
type Shipment = NonNullable<Order["shipments"]>[number];
function Shipments({
  shipments,
  lines,
}: {
  shipments: Shipment[];
  lines: OrderLine[] | undefined;
}) {
  const { say } = useView().format;
  return (
    <Fold all={shipments} first={3}>
      {(shown) => (
        <ol className="shipments">
          {shown.map(({ tracking_ids, item_ids = [] }, n) => (
            <li key={n}>
              {shipments.length > 1 && <Title step={2}>{say("shipment", { n: n + 1 })}</Title>}
              {tracking_ids.length > 0 ? (
                <Facts rows={[[say("tracking"), <Tracking ids={tracking_ids} />]]} />
              ) : (
                <p className="muted">{say("noTracking")}</p>
              )}
              {item_ids.length > 0 && <ItemNames ids={item_ids} lines={lines} />}
            </li>
          ))}
        </ol>
      )}
    </Fold>
  );
}
type Entry = NonNullable<Order["timeline"]>[number];
/** What happened, the latest first where the shop's dates say which that is. */
function Timeline({ timeline }: { timeline: Entry[] }) {
  const { say } = useView().format;
  const times = timeline.map(({ at }) => Date.parse(at));
  const isForward = times.every((time, n) => n === 0 || time >= (times[n - 1] ?? NaN));
  const isKnown = (status: string): status is "pending" => Object.hasOwn(TONES, status);
  return (
    <Fold all={isForward ? timeline.toReversed() : timeline} first={6}>
      {(shown) => (
        <ol className="timeline">
          {shown.map(({ at, status, note }, n) => (
            <li key={n}>
              <p>
                <b>{isKnown(status) ? say(status) : <ShopText>{toTitle(status)}</ShopText>}</b>{" "}
                <span className="muted">
                  <When written={at} style="time" />
                </span>
              </p>
              {note && <ShopText lines>{note}</ShopText>}
            </li>
          ))}
        </ol>
      )}
    </Fold>
  );
}

// ── Money ───────────────────────────────────────────────────────────────────────────────────────

function Payments({ payments }: { payments: Payment[] }) {
  const { say } = useView().format;
  const kinds: Record<string, string> = { payment: say("payment"), refund: say("refund") };
  return (
    <Fold all={payments} first={8}>
      {(shown) => (
        <ul className="payments">
          {shown.map(({ kind, amount, payment_method_id: method }, n) => (
            <li key={n}>
              <span>
                {kinds[kind] ?? <ShopText>{toTitle(kind)}</ShopText>}
                {method && (
                  <span className="muted">
                    {" "}
                    <bdi>{method}</bdi>
                  </span>
                )}
              </span>
              <Price money={amount} />
            </li>
          ))}
        </ul>
      )}
    </Fold>
  );
}
const isNegative = ({ amount }: Money) => amount.startsWith("-");
const isNothing = ({ amount }: Money) => !/[1-9]/.test(amount);
const withoutSign = (money: Money) => {
  return { ...money, amount: money.amount.replace("-", "") };
};
/** A return or an exchange, and its money; whether that has moved, the payments say. */
function MoneyBack({ order }: { order: Order }) {
  const { say } = useView().format;
  const { return: back, exchange, lines, cancel_reason } = order;
  const moved = (money: Money, isBack: boolean): [string, ReactNode] => [
    say(isBack ? "moneyBack" : "moneyMore"),
    <Price money={withoutSign(money)} />,
  ];
  const { price_difference: difference } = exchange ?? {};
  const method = (id: string | undefined): [string, ReactNode] => [
    say("method"),
    id && <bdi>{id}</bdi>,
  ];
  return (
    <>
      {cancel_reason && (
        <p className="muted">
          <ShopText>{say("cancelReason", { reason: toTitle(cancel_reason) })}</ShopText>
        </p>
      )}
      {back && (
        <Part name="return" title={say("return")}>
          {back.item_ids && <ItemNames ids={back.item_ids} lines={lines} />}
          <Facts
            rows={[
              ...(back.amount ? [moved(back.amount, !isNegative(back.amount))] : []),
              method(back.payment_method_id),
            ]}
          />
        </Part>
      )}
      {exchange && (
        <Part name="exchange" title={say("exchange")}>
          <ul className="plain">
            {(exchange.item_ids ?? []).map((id, n) => {
              const old = lines?.find(({ item_id }) => item_id === id)?.name.trim() || id;
              const other = exchange.new_item_ids?.[n];
              return (
                <li key={n}>
                  <ShopText>{other ? say("exchangeFor", { old, new: other }) : old}</ShopText>
                </li>
              );
            })}
          </ul>
          <Facts
            rows={[
              ...(!difference
                ? []
                : isNothing(difference)
                  ? [[say("noDifference"), <Price money={difference} />] as [string, ReactNode]]
                  : [moved(difference, isNegative(difference))]),
              method(exchange.payment_method_id),
            ]}
          />
        </Part>
      )}
    </>
  );
}

// ── What is possible now ────────────────────────────────────────────────────────────────────────

const CAN = ["can_cancel", "can_change", "can_change_address", "can_return"] as const;
/** What the shop allows now, and why not the rest; what it does not speak of is not there. */
function Possible({ order }: { order: Order }) {
  const { say } = useView().format;
  const said = CAN.flatMap((can) => (order[can] ? { can, permission: order[can] } : []));
  if (!said.length) return undefined;
  return (
    <Part name="possible" title={say("possible")}>
      <ul className="possible">
        {said.map(({ can, permission }) => (
          <li key={can} className={permission.allowed ? "allowed" : "not-now"}>
            <Wish can={can} permission={permission} order={order} />
          </li>
        ))}
      </ul>
    </Part>
  );
}
function Wish({
  can,
  permission: { allowed, reason },
  order,
}: {
  can: (typeof CAN)[number];
  permission: Permission;
  order: Order;
}) {
  const { host, format } = useView();
  const { say } = format;
  if (!allowed)
    return (
      <>
        <span>{say(can)}</span>
        {reason ? <ShopText lines>{reason}</ShopText> : <p className="prose">{say("notNow")}</p>}
      </>
    );
  const isOwn = can === "can_cancel" && host.offers?.("cancel_order") !== false;
  const wish = say(`wants_${can}`, { id: order.order_id }); // as tools take it
  return (
    <>
      {isOwn ? (
        <Cancel order={order} />
      ) : (
        <button type="button" onClick={() => host.say(wish)}>
          {say(can)}
          <span className="hint">{say("askInChat")}</span>
        </button>
      )}
      {reason && <ShopText lines>{reason}</ShopText>}
    </>
  );
}
const REASONS = ["no_longer_needed", "ordered_by_mistake"] as const;
function Cancel({ order: { order_id } }: { order: Order }) {
  const { open, format } = useView();
  const { say } = format;
  const id = useId();
  const [reason, setReason] = useState<string>(REASONS[0]);
  // No form: many hosts give a view a sandbox that submits none.
  return (
    <details className="cancel">
      <summary>{say("can_cancel")}</summary>
      <fieldset>
        <legend>{say("cancelWhy")}</legend>
        {REASONS.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name={id}
              checked={one === reason}
              onChange={() => setReason(one)}
              aria-describedby={`${id}-before`}
            />{" "}
            {say(one)}
          </label>
        ))}
      </fieldset>
      <p id={`${id}-before`} className="muted small">
        {say("beforeCancel")}
      </p>
      <button type="button" onClick={() => open("cancel_order", { order_id, reason })}>
        {say("goOn")}
      </button>
    </details>
  );
}
