/**
 * What `doctor --suggest` writes of a shop of tests/shops/, scored against the module that is shipped for it.
 *
 * ```ts
 * const { share, wrong } = await scoreSuggestion("dialects/oscar.ts", "mia");
 * ```
 *
 * @module
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../scripts/doctor/doctor.ts";
import { score } from "../../scripts/doctor/score.ts";
import { realShop } from "./real-shop.ts";

const root = join(import.meta.dir, "..", "..");

/** @param user whose token the doctor is given. @param auth the scheme of the token. @returns the share that is right, and what is stated and wrong */
export async function scoreSuggestion(dialect: string, user: string, auth = "Token") {
  const { url, tokens } = realShop(dialect);
  const token = tokens[user] ?? "";
  const file = join(tmpdir(), `suggested-${process.pid}-${Bun.randomUUIDv7()}.ts`);
  const { err } = await run(
    ["--django", url, "--token", token, "--auth", auth, "--suggest", "--out", file],
    {},
  );
  if (!(await Bun.file(file).exists())) throw new Error(err);
  const settings = { django_api_base: url, django_api_token: token, django_api_auth: auth };
  const scored = await score({ suggested: file, shipped: join(root, dialect) }, settings);
  await Bun.file(file).delete();
  const named = (outcome: string) =>
    scored.filter((one) => one.outcome === outcome).map(({ mapping }) => mapping);
  return { share: named("right").length / scored.length, wrong: named("wrong") };
}
