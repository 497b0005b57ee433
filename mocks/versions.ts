/**
 * Versions of orders and customers: `withVersion` makes one, `requireVersion` compares it with the `If-Match` of a
 * change. `shop.ts` and `handlers.ts` call them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { ApiError } from "./errors.ts";
import { canonicalJson, parseJson } from "./python-json.ts";

/**
 * An answer with its `version`: a digest of all that it says, so it is another one whenever anything of that has
 * changed, and needs no column of its own.
 */
export function withVersion<T extends object>(answer: T): T & { version: string } {
  const text = canonicalJson(parseJson(JSON.stringify(answer)));
  const version = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return { ...answer, version };
}

/** The `ETag` of something that has a version. */
export const etagOf = (version: string) => `"${version}"`;

/**
 * Compares strongly, as RFC 9110 says in section 13.1.1: a weak `W/"…"` is never equal.
 * @throws {ApiError} 412 where there is an `If-Match` which does not name this version
 */
export function requireVersion({ headers }: Request, version: string): void {
  const tags = headers.get("If-Match")?.split(",");
  const wanted = tags?.map((tag) => tag.replace(/^[ \t]+|[ \t]+$/g, ""));
  if (!wanted || wanted.join() === "*" || wanted.includes(etagOf(version))) return;
  const detail = "It has changed since: this is no longer the version that If-Match names.";
  throw new ApiError(412, { detail, code: "version_mismatch" });
}
