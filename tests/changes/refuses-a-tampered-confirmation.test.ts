/** A confirmation that was altered in any way is not accepted: a code is asked anew, a state is a protocol error. */
import { beforeAll, describe, expect, test } from "bun:test";
import { CANCEL } from "./example-changes.ts";
import { CONFIRM_VIA, hostFor } from "./json-rpc-host.ts";
import { expectForeign } from "./rejected-confirmations.ts";
import { SHARED_KEY, shareScriptedShop } from "./scripted-shop.ts";

/** The parts of a confirmation, which stand with dots between them. */
const PARTS = ["nonce", "time", "memory", "request", "question", "facts", "seal"];
type Tamper = (confirmation: string) => string;
/** Changes one of the parts. */
const inPart =
  (nth: number, change: (part: string) => string): Tamper =>
  (it) => {
    const parts = it.split(".");
    return parts.with(nth, change(parts[nth] ?? "")).join(".");
  };
const otherLetter = (letter = "") => (letter === "A" ? "B" : "A");
const swapCase = (text: string) =>
  text.replace(/[a-z]/gi, (letter) => (letter < "a" ? letter.toLowerCase() : letter.toUpperCase()));

const tampered: [what: string, Tamper][] = [
  ...PARTS.flatMap((part, nth): [string, Tamper][] => [
    [`another first letter of its ${part}`, inPart(nth, (it) => otherLetter(it[0]) + it.slice(1))],
    [
      `another last letter of its ${part}`,
      inPart(nth, (it) => it.slice(0, -1) + otherLetter(it.at(-1))),
    ],
    [`its ${part} cut short`, inPart(nth, (it) => it.slice(0, -1))],
    [`its ${part} empty`, inPart(nth, () => "")],
    [`its ${part} left out`, (it) => it.split(".").toSpliced(nth, 1).join(".")],
  ]),
  ["a time in the far future", (it) => it.replace(/\.\d+\./, ".99999999999.")],
  ["a time that is not a number", (it) => it.replace(/\.\d+\./, ".NaN.")],
  ["a further part at its end", (it) => `${it}.`],
  ["a further part at its start", (it) => `.${it}`],
  ["white space at its end", (it) => `${it} `],
  ["its parts in reverse order", (it) => it.split(".").toReversed().join(".")],
  ["all of it in capitals", (it) => it.toUpperCase()],
  ["its seal in the other case", (it) => it.replace(/[^.]+$/, swapCase)],
  ["padding", (it) => `${it}=`],
  ["all of it in hexadecimal", (it) => Buffer.from(it).toString("hex")],
  ["percent escapes for its dots", (it) => it.replaceAll(".", "%2E")],
  ["a Cyrillic а for its first letter", (it) => `а${it.slice(1)}`],
  ["full-width dots", (it) => it.replaceAll(".", "．")],
  ["nothing but dots", () => ".".repeat(300)],
  ["a word", () => "yes"],
];

describe.each(CONFIRM_VIA)("cancel_order refuses a confirmation by %s", (via) => {
  const shop = shareScriptedShop();
  const host = () => hostFor(shop().openServer(SHARED_KEY), via);
  let confirmation: string;
  beforeAll(async () => {
    ({ confirmation } = await host().call("cancel_order", CANCEL));
  });

  test.each(tampered)("with %s", async (_, tamper) => {
    expect(confirmation.split(".").length).toBe(PARTS.length);
    const reply = await host().accept("cancel_order", CANCEL, tamper(confirmation));
    expectForeign(reply, via);
  });
});
