/**
 * What `dist/server.js` is made of: the server, and `defineShop` for dialects in JavaScript, which have no source
 * to import it from. `scripts/build.ts` bundles this file.
 *
 * @module
 */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "../server.ts";

export { defineShop } from "../shop/mapping/define-shop.ts";
export * from "../server.ts";

/** Whether this file was started, not imported. Node before 24.2 has no `import.meta.main`. */
function isStarted(): boolean {
  const [, started = ""] = process.argv;
  try {
    return realpathSync(started) === fileURLToPath(import.meta.url);
  } catch {
    return false; // nothing was started by a path: `node --eval`
  }
}
// Not awaited: a dialect that imports this file waits until it is evaluated, and `main` waits for the dialect.
if (isStarted()) void main(process.argv.slice(2));
