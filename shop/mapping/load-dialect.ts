/** Loads the module of a shop's own dialect. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Dialect } from "../contract.ts";
import { StartError } from "../errors.ts";
import { plain } from "../text.ts";

/** A shop's own dialect: the default export of a module. @throws {StartError} in one line */
export async function loadDialect(file: string): Promise<Dialect> {
  const fail = (why: unknown): never => {
    const reason = plain(String(why), 300).replace(/^\w*(Error|Message): | imported from.*/g, "");
    throw new StartError(`SHOP_MCP_SHOP (--shop) ${file}: ${reason}`);
  };
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject("it is not loaded after 5 s"), 5000);
  const loading = Promise.race([import(pathToFileURL(resolve(file)).href), late.promise]);
  const module: Record<string, unknown> = await loading
    .catch(fail)
    .finally(() => clearTimeout(timer));
  const dialect = module.default;
  if (dialect instanceof Promise) return fail("its default export is a promise; export its value");
  const parts: (keyof Dialect)[] = ["request", "body", "answer"];
  const isDialect =
    typeof dialect === "object" && dialect && parts.every((part) => part in dialect);
  return isDialect ? (dialect as Dialect) : fail("it has no default export made by defineShop"); // by whom else
}
