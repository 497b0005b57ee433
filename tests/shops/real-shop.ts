/**
 * A shop of tests/shops/ as its tests see it: served by `bun run test:shops`, which names it in the environment.
 *
 * ```ts
 * const shop = realShop("dialects/oscar.ts");
 * const mia = await shop.open("mia");
 * expect(await mia.call("get_order", { order_id: "1" })).toMatchObject({ … });
 * expect(await shop.run("dump.py")).toEqual(…); // what the package's own models hold
 * ```
 *
 * @module
 */
import { join } from "node:path";
import { ended } from "../../scripts/django.ts";
import { startProject } from "../../scripts/shops.ts";
import { type LaneOptions, lanes, type SettingsInput, textOf } from "../harness/lanes.ts";

const root = join(import.meta.dir, "..", "..");
function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run these with bun run test:shops`);
  return value;
}

/** What a test may set beside the shop, and whose token: none for an anonymous caller. */
type Options = Partial<SettingsInput> & LaneOptions;

/** The shop that is served now, through a dialect. @param dialect a module, as dialects/oscar.ts */
export function realShop(dialect: string) {
  const url = fromEnvironment("SHOP_URL");
  const tokens: Record<string, string> = JSON.parse(fromEnvironment("SHOP_TOKENS"));
  return {
    url,
    tokens,
    /** Connects a client in memory, with the token of a user that `seed.py` made. */
    async open(user?: string, { send, answer, ...settings }: Options = {}) {
      const token = user === undefined ? undefined : tokens[user];
      if (user !== undefined && !token) throw new Error(`seed.py gave no token for ${user}`);
      const shop = join(root, dialect);
      const requests: string[] = [];
      const given = { django_api_base: url, django_api_token: token, shop, ...settings };
      const host = await lanes["memory-modern"](given, {
        answer,
        send: (address, init) => {
          const { pathname, search } = new URL(address);
          requests.push(`${init.method ?? "GET"} ${pathname}${search}`);
          return (send ?? fetch)(address, init);
        },
      });
      const result = (name: string, args: Record<string, unknown> = {}) =>
        host.callTool({ name, arguments: args });
      return {
        host,
        /** Each request that reached the shop, as `GET /api/products/1/`, the oldest first. */
        requests,
        /** A tool's structured content. @throws {Error} with its text, if it failed */
        async call(name: string, args?: Record<string, unknown>) {
          const answer = await result(name, args);
          if (answer.isError) throw new Error(textOf(answer));
          // JSON of the tool's own output schema, which the test compares field by field.
          return answer.structuredContent as ReturnType<typeof JSON.parse>;
        },
        /** The text of a tool that has to fail. @throws {Error} with its text, if it did not */
        async failure(name: string, args?: Record<string, unknown>) {
          const answer = await result(name, args);
          if (!answer.isError) throw new Error(`${name} did not fail: ${textOf(answer)}`);
          return textOf(answer);
        },
        /** Every row of a list, page by page to its end. @param list where the rows are, as `orders` */
        async all(name: string, list: string, args: Record<string, unknown> = {}) {
          const rows: ReturnType<typeof JSON.parse>[] = [];
          let [cursor, pages]: [string | undefined, number] = [undefined, 0];
          do {
            const page = await this.call(name, { ...args, cursor });
            rows.push(...page[list]);
            cursor = page.next_cursor;
            if (++pages > 100) throw new Error(`${name} has no end`);
          } while (cursor !== undefined);
          return { rows, pages };
        },
        tools: async () => (await host.listTools()).tools.map(({ name }) => name),
      };
    },
    /**
     * Serves the same database once more, with another environment, at an address for `django_api_base`.
     * @example const paged = await shop.serve({ SHOP_PAGE_SIZE: "3" }); afterAll(paged.stop);
     */
    serve: (env: Record<string, string>) =>
      startProject({ cwd: root, env: { SHOP_PYTHON: fromEnvironment("SHOP_PYTHON"), ...env } }),
    /** Runs a script of the project, on the database of the shop. @returns the JSON that it writes to stdout */
    async run(script: string, ...args: string[]): Promise<ReturnType<typeof JSON.parse>> {
      const file = join(fromEnvironment("PYTHONPATH"), script);
      const { out, err, code } = await ended([fromEnvironment("SHOP_PYTHON"), file, ...args]);
      if (code !== 0) throw new Error(`${script} exited with ${code}:\n${out}${err}`);
      return JSON.parse(out);
    },
  };
}
