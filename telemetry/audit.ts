/**
 * The audit log: what was asked, what the answer was, under which key the change was sent and what came of it, a line
 * for each, so that a dispute can be settled. A line is signed, and names the one before it by its digest: none can be
 * altered, taken out or put in later without its being seen. Where several processes append, a line names the last one
 * of the file, too. What nothing in the file can show is that its last lines were cut off; copy it elsewhere as it grows.
 *
 * ```sh
 * bun run audit-log audit.log    # verifies it
 * ```
 *
 * @module
 */
import { createHash, createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";
import { type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { appendFileSync, closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ShopError } from "../shop/errors.ts";
import type { Audit } from "../shop/observer.ts";

/** The PKCS #8 form of an Ed25519 key, up to its 32 bytes: RFC 8410. */
const ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");
/** The key that lines are signed with, made of a secret. */
function signingKey(secret: string): KeyObject {
  const seed = Buffer.from(hkdfSync("sha256", secret, "", "audit log", 32));
  return createPrivateKey({ key: Buffer.concat([ED25519, seed]), format: "der", type: "pkcs8" });
}
/** The key that lines are verified with, as text. Whoever has it can sign nothing. */
export const publicKeyOf = (secret: string): string =>
  createPublicKey(signingKey(secret)).export({ format: "der", type: "spki" }).toString("base64url");

const digestOf = (line: string) => createHash("sha256").update(line).digest("base64url");
/** Of the last whole line. */
const lastDigest = (end: string): string => {
  const last = end.split("\n").slice(0, -1).findLast(Boolean);
  return last === undefined ? "" : digestOf(last);
};
const SIGNATURE = /,"signature":"([\w-]{86})"\}$/;

const MAX_LINE = 64 * 1024; // bytes, and more than a line has
/** The end of a file, from its last line on. */
function readEnd(file: string): string {
  const opened = openSync(file, "a+", 0o600);
  try {
    const { size } = fstatSync(opened);
    const end = Buffer.alloc(Math.min(size, MAX_LINE));
    readSync(opened, end, 0, end.length, size - end.length);
    return end.toString();
  } finally {
    closeSync(opened);
  }
}

export interface AuditOptions {
  /** Where lines are appended. Several processes may append to one, and it may be moved away while they do. */
  file: string;
  /** Signs the lines. */
  secret: string;
  /** @default the system's clock */
  now?: () => Date;
  /** Where the operator reads that a change was made and not recorded. */
  report: (...words: unknown[]) => void;
}
/** Opens the audit log. @throws where the file cannot be written */
export function openAudit({ file, secret, now = () => new Date(), report }: AuditOptions): Audit {
  const key = signingKey(secret);
  const chain = randomBytes(9).toString("base64url"); // of this process
  let before = lastDigest(readEnd(file));
  let line = 0;

  return (entry) => {
    try {
      const end = readEnd(file);
      const last = lastDigest(end); // another process's, perhaps
      const place = { chain, line: line + 1, before, ...(last !== before && { last }) };
      const text = JSON.stringify({ at: now().toISOString(), ...place, ...entry });
      const signature = sign(null, Buffer.from(text), key).toString("base64url");
      const signed = `${text.slice(0, -1)},"signature":"${signature}"}`;
      const isTorn = end !== "" && !end.endsWith("\n");
      appendFileSync(file, `${isTorn ? "\n" : ""}${signed}\n`, { mode: 0o600 });
      [line, before] = [line + 1, digestOf(signed)];
    } catch (error) {
      if (entry.event !== "ended")
        throw new ShopError("not_recorded", { what: entry.change }, error);
      report(
        `the end of the ${entry.change} ${entry.key} could not be written to the audit log:`,
        error,
      );
    }
  };
}

/** A line that was read, of which file. */
export interface AuditLine {
  place: string;
  record: Record<string, unknown>;
}
/**
 * Verifies audit logs, the oldest first.
 * @param publicKey what `publicKeyOf` gives
 * @returns all lines that can be read, and what is wrong, by place
 */
export function verifyAudit(files: { name: string; text: string }[], publicKey: string) {
  const der = Buffer.from(publicKey, "base64url");
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  const lines: AuditLine[] = [];
  const findings: string[] = [];
  const chains = new Map<unknown, string>(); // the digest of the last line of each
  const digests = new Set([""]);
  for (const { name, text } of files)
    for (const [index, line] of text.split("\n").entries()) {
      if (!line) continue;
      const place = `${name}:${index + 1}`;
      const record = readLine(line, key);
      const digest = digestOf(line);
      const isKnown = [record?.["before"], record?.["last"] ?? ""].every((one) =>
        digests.has(`${one}`),
      );
      digests.add(digest);
      if (!record) {
        findings.push(`${place} was altered or cut off, or is signed with another key`);
        continue;
      }
      const known = chains.get(record["chain"]);
      const isNext = isKnown && (known ? record["before"] === known : record["line"] === 1);
      if (!isNext) findings.push(`${place} does not follow what is before it: lines are missing`);
      chains.set(record["chain"], digest);
      lines.push({ place, record });
    }
  return { lines, findings };
}
/** What a line says, if its signature holds. */
function readLine(line: string, key: KeyObject): AuditLine["record"] | undefined {
  const [found, signature = ""] = SIGNATURE.exec(line) ?? [];
  if (!found) return undefined;
  const text = `${line.slice(0, -found.length)}}`;
  const bytes = Buffer.from(signature, "base64url");
  const isWhole = bytes.toString("base64url") === signature; // its last character has bits that mean nothing
  return isWhole && verify(null, Buffer.from(text), key, bytes) ? JSON.parse(text) : undefined;
}
