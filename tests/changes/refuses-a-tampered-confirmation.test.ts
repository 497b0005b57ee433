/** Answers that do not count. */
import { beforeAll, describe, expect, test } from "bun:test";
import { CANCEL } from "./example-changes.ts";
import { BOTH, hostOf } from "./json-rpc-host.ts";
import { expectUncounted, OURS } from "./rejected-confirmations.ts";
import { shareScene, SHARED } from "./scripted-shop.ts";

const PARTS = ["nonce", "time", "request", "facts", "seal"];
const other = (sign = "") => (sign === "A" ? "B" : "A");
const otherCase = (text: string) =>
  text.replace(/[a-z]/gi, (sign) => (sign < "a" ? sign.toLowerCase() : sign.toUpperCase()));
type Spoil = (consent: string) => string;
/** Ways to spoil a consent, which is five parts with dots between. */
const spoilt: [what: string, spoil: Spoil][] = [
  ...PARTS.flatMap((part, nth): [string, Spoil][] => {
    const changed =
      (change: (part: string) => string): Spoil =>
      (consent) => {
        const parts = consent.split(".");
        return parts.with(nth, change(parts[nth] ?? "")).join(".");
      };
    return [
      [`another first letter of its ${part}`, changed((it) => other(it[0]) + it.slice(1))],
      [`another last letter of its ${part}`, changed((it) => it.slice(0, -1) + other(it.at(-1)))],
      [`its ${part} cut short`, changed((it) => it.slice(0, -1))],
      [`its ${part} empty`, changed(() => "")],
      [`its ${part} left out`, (consent) => consent.split(".").toSpliced(nth, 1).join(".")],
    ];
  }),
  ["a time that is never over", (consent) => consent.replace(/\.\d+\./, ".99999999999.")],
  ["a time that is no number", (consent) => consent.replace(/\.\d+\./, ".NaN.")],
  ["a part more at its end", (consent) => `${consent}.`],
  ["a part more at its start", (consent) => `.${consent}`],
  ["white space at its end", (consent) => `${consent} `],
  ["its parts the other way round", (consent) => consent.split(".").toReversed().join(".")],
  ["all of it in capitals", (consent) => consent.toUpperCase()],
  ["its seal in the other case", (consent) => consent.replace(/[^.]+$/, otherCase)],
  ["padding", (consent) => `${consent}=`],
  ["all of it in hexadecimal", (consent) => Buffer.from(consent).toString("hex")],
  ["percent signs for its dots", (consent) => consent.replaceAll(".", "%2E")],
  ["a Cyrillic а for its first letter", (consent) => `а${consent.slice(1)}`],
  ["full-width dots", (consent) => consent.replaceAll(".", "．")],
  ["nothing but dots", () => ".".repeat(300)],
  ["a word", () => "yes"],
];

describe.each(BOTH)("an answer by %s does not count", (by) => {
  const scene = shareScene();
  let consent: string;
  beforeAll(async () => {
    consent = (await hostOf(scene().open(SHARED), by).call("cancel_order", CANCEL)).consent;
  });

  test.each(spoilt)("with %s", async (_, spoil) => {
    expect(consent.split(".").length).toBe(PARTS.length);
    const host = hostOf(scene().open(SHARED), by);
    expectUncounted(await host.accept("cancel_order", CANCEL, spoil(consent)), OURS);
  });
});
