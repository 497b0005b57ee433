/**
 * Changes: the account of one before it is confirmed, and the receipt after it. Both are the server's own sentences,
 * in which whatever somebody else wrote stands in quotes.
 *
 * @module
 */
import { Fragment, type ReactNode, useEffect, useState } from "react";
import {
  Badge,
  Facts,
  Failure,
  isFinal,
  Remarks,
  SERVER,
  ShopText,
  Title,
  useView,
} from "./parts.tsx";
import type { Money, Receipt } from "./results.ts";
import { readQuestion, readReceipt } from "./sentences.ts";

const MONEY = /(?<![\d.])(-?\d{1,15}\.\d{2,6}) ([A-Z]{3})\b/;
/** A sentence of the server's: what is in quotes is somebody else's, and its amounts are in the host's locale. */
function Sentence({ children }: { children: string }) {
  const { money } = useView().format;
  return children.split(/"([^"\n]*)"/).map((part, n) => {
    if (n % 2)
      return (
        <q key={n}>
          <ShopText>{part}</ShopText>
        </q>
      );
    const [first = "", ...rest] = part.split(MONEY);
    const amounts = rest.flatMap((_, at) => (at % 3 === 0 ? [rest.slice(at, at + 3)] : []));
    return (
      <Fragment key={n}>
        {first}
        {amounts.map(([amount = "", currency = "", after = ""], at) => (
          <Fragment key={at}>
            <b className="price">
              <bdi>{money({ amount, currency })}</bdi>
            </b>
            {after}
          </Fragment>
        ))}
      </Fragment>
    );
  });
}
/** `"one", "another"`: nothing but what somebody else wrote. */
const ALL_QUOTED = /^"[^"\n]*"(, "[^"\n]*")*$/;
/** `New address: "…"`, `Refunded: 5.00 EUR …`: a name, and a value that is quoted or an amount. */
const NAMED = /^([^":]{1,40}): (?=["\d-])(.+)$/s;
/** What is named as a name and a value, any other sentence as it is. */
function Account({ lines }: { lines: string[] }) {
  return (
    <ul className="account" {...SERVER}>
      {lines.map((line, n) => {
        const [, name, value] = NAMED.exec(line) ?? [];
        if (!name || !value)
          return (
            <li key={n}>
              <span>
                <Sentence>{line}</Sentence>
              </span>
            </li>
          );
        return (
          <li key={n}>
            <span className="name">
              {name}
              <span className="unseen">: </span>
            </span>
            <Value>{value}</Value>
          </li>
        );
      })}
    </ul>
  );
}
function Value({ children }: { children: string }) {
  if (!ALL_QUOTED.test(children))
    return (
      <span className="value">
        <Sentence>{children}</Sentence>
      </span>
    );
  const values = children.slice(1, -1).split('", "');
  return (
    <ul className="value">
      {values.map((value, n) => (
        <li key={n}>
          <ShopText>{value}</ShopText>
        </li>
      ))}
    </ul>
  );
}

export function ChangeAccount({ receipt }: { receipt: Receipt }) {
  return receipt.outcome === "confirmation_needed" ? (
    <Question receipt={receipt} />
  ) : (
    <Outcome receipt={receipt} />
  );
}
/** The arguments of a change without the confirmation of another call. */
const unconfirmed = (args: Record<string, unknown>) => {
  return { ...args, confirmation: undefined };
};

const SETTLE_MS = 600;
/** Whether what is drawn has stood for a moment: the second press of a double one must not answer what came up under it. */
function useSettled(of: unknown): boolean {
  const [settled, settle] = useState<unknown>();
  useEffect(() => {
    const timer = setTimeout(() => settle(of), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [of]);
  return settled === of;
}

function Question({ receipt }: { receipt: Receipt }) {
  const { host, format, args, redo, isBusy, isLost, moveToTitle } = useView();
  const { say } = format;
  const [isKept, setKept] = useState(false);
  const { confirmation, expires_at, summary } = receipt;
  const { asks, before, lines, isAgain } = readQuestion(summary);
  const now = host.now?.() ?? new Date();
  const isOver = expires_at !== undefined && now.getTime() >= Date.parse(expires_at);
  const isOpen = !isBusy && !isLost && !isOver; // else it may be done: an old chat shows its questions again
  const isSettled = useSettled(summary);
  const isWaiting = isBusy || !isSettled;
  function keep() {
    setKept(true);
    moveToTitle();
    host.say(say("tellKept"));
  }
  if (isKept)
    return (
      <article className="change">
        <Title>{say("kept")}</Title>
        <p className="lead">{say("keptText")}</p>
        <div className="buttons">
          <button type="button" onClick={() => (setKept(false), moveToTitle())}>
            {say("showAgain")}
          </button>
        </div>
      </article>
    );
  return (
    <article className="change asks">
      <header className="head">
        {isOpen && isAgain !== undefined && (
          <Badge tone="warning">{say(isAgain ? "changedNothing" : "nothingDone")}</Badge>
        )}
        <Title>
          {asks ? (
            <span {...SERVER}>
              <Sentence>{asks}</Sentence>
            </span>
          ) : (
            say("confirmTitle")
          )}
        </Title>
      </header>
      {before.map((line, n) => (
        <p key={n} className="problem" {...SERVER}>
          <Sentence>{line}</Sentence>
        </p>
      ))}
      {lines.length > 0 && (
        <section aria-label={say("willHappen")}>
          <Account lines={lines} />
        </section>
      )}
      {isLost ? (
        <Lost again={() => redo({ ...args, confirmation })} />
      ) : confirmation ? (
        <div className="buttons">
          <button
            type="button"
            className="primary"
            aria-disabled={isWaiting}
            onClick={() => isWaiting || redo({ ...args, confirmation })}
          >
            {say(isBusy ? "sending" : "confirm")}
          </button>
          <button type="button" aria-disabled={isBusy} onClick={() => isBusy || keep()}>
            {say("keep")}
          </button>
        </div>
      ) : (
        <p className="muted">{say("notConfirmable")}</p>
      )}
      {confirmation && expires_at && (
        <p className="muted small">
          {say(isOver ? "over" : "until", { when: format.date(expires_at, "time").text })}
        </p>
      )}
      <Remarks of={[receipt]} />
    </article>
  );
}
/** The answer to a confirmation that never arrived: it may have counted. */
function Lost({ again }: { again(): void }) {
  const { say } = useView().format;
  return (
    <div className="failure" role="alert">
      <p className="prose">{say("changeNoAnswer")}</p>
      <div className="buttons">
        <ShowOrder />
        <button type="button" onClick={again}>
          {say("sendAgain")}
        </button>
      </div>
    </div>
  );
}
/** The order that a change is about, as it is now. */
function ShowOrder({ id }: { id?: string | undefined }) {
  const { args, open, format } = useView();
  const order_id = id ?? args["order_id"];
  if (typeof order_id !== "string") return undefined;
  return (
    <button type="button" onClick={() => open("get_order", { order_id })}>
      {format.say("showOrder")}
    </button>
  );
}

function Outcome({ receipt }: { receipt: Receipt }) {
  const { say, money } = useView().format;
  const { outcome, summary, order_id, amount, currency } = receipt;
  const [first = "", ...rest] = readReceipt(summary);
  const isDone = outcome === "done";
  const isSaid = rest.filter((line) => MONEY.test(line)).length === 1; // one sum is the sum of all
  const moved = (amount: string, currency: string): [string, ReactNode] => {
    const isBack = amount.startsWith("-");
    const all: Money = { amount: amount.replace("-", ""), currency };
    return [say(isBack ? "refundedInAll" : "chargedInAll"), <b>{money(all)}</b>];
  };
  return (
    <article className="change">
      <header className="head">
        <Badge tone={isDone ? "success" : "warning"}>{say(isDone ? "done" : "accepted")}</Badge>
        <Title>
          <span {...SERVER}>
            <Sentence>{first}</Sentence>
          </span>
        </Title>
      </header>
      {rest.length > 0 && <Account lines={rest} />}
      {amount && currency && !isSaid && <Facts rows={[moved(amount, currency)]} />}
      {order_id && (
        <div className="buttons">
          <ShowOrder id={order_id} />
        </div>
      )}
      <Remarks of={[receipt]} />
    </article>
  );
}
/** A change that the shop, the server or the user's host has refused, or whose end is not known. */
export function ChangeFailed({ text, isTold }: { text: string; isTold: boolean }) {
  const { args, redo, isBusy, format } = useView();
  const { say } = format;
  return (
    <Failure title={say("changeFailed")} text={text} isTold={isTold}>
      <ShowOrder />
      {!isFinal(text) && (
        <button
          type="button"
          aria-disabled={isBusy}
          onClick={() => isBusy || redo(unconfirmed(args))}
        >
          {say(isBusy ? "sending" : "startOver")}
        </button>
      )}
    </Failure>
  );
}
