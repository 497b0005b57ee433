/**
 * `loadDialect` imports the module that `--shop` names, and says in one line why it cannot be used.
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Dialect } from "../contract.ts";
import { ConfigError } from "../errors.ts";

const LOADED_WITHIN_S = 5;
const PARTS: (keyof Dialect)[] = ["has", "request", "body", "answer"];

/** The dialect that a module exports by default. @throws {ConfigError} in one line */
export async function loadDialect(file: string): Promise<Dialect> {
  const fail = (why: unknown): never => {
    const line = String(why).replace(/\s+/g, " ").slice(0, 300);
    const reason = line.replace(/^\w*(Error|Message): | imported from.*/g, "");
    throw new ConfigError(`SHOP_MCP_SHOP (--shop) ${file}: ${reason}`);
  };
  if (!process.versions.bun && /\.[cm]?ts$/.test(file))
    return fail("a TypeScript module needs Bun; start the server with it, or give a .js module");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const why = `it is not loaded after ${LOADED_WITHIN_S} s`;
    timer = setTimeout(() => reject(why), LOADED_WITHIN_S * 1000);
  });
  const loading: Promise<Record<string, unknown>> = import(pathToFileURL(resolve(file)).href);
  const { default: dialect } = await Promise.race([loading, late])
    .catch(fail)
    .finally(() => clearTimeout(timer));
  if (dialect instanceof Promise) return fail("its default export is a promise; export its value");
  const isDialect =
    typeof dialect === "object" && dialect && PARTS.every((part) => part in dialect);
  return isDialect ? (dialect as Dialect) : fail("it has no default export made by defineShop"); // by its parts
}
