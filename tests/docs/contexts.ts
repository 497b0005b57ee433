/** What stands around a snippet of TypeScript on its page, so that it can be checked by types. */
export type Context = {
  page: string;
  /** How the snippet begins. */
  begins: string;
} & (
  | {
      /** Where it would be a file, from the root. */
      folder: string;
      before?: string;
      after?: string;
    }
  /** Why it is not checked. */
  | { why: string }
);

const shop = {
  folder: "dialects",
  before: `import { defineShop } from "../shop/mapping/define-shop.ts";\nexport default defineShop({\n`,
  after: "\n});\n",
};
const story = {
  folder: "tests/stories/orders",
  before:
    'import { accept, call, decline, fault, lost, outOfBand, reply, save, say, status, story, use } from "../../harness/story.ts";\n' +
    "export const all = [accept, call, decline, fault, lost, outOfBand, reply, save, say, status, story, use];\n",
};
const steps = {
  ...story,
  before: `${story.before}export default story("a story", { as: "mia" }, [\n`,
  after: "\n]);\n",
};
const why = "several places of one walk through them, which `bun run new-tool` writes and tests";

export const contexts: Context[] = [
  { page: "docs/your-shop.md", begins: "query: {", ...shop },
  { page: "dialects/README.md", begins: "import { defineShop }", folder: "dialects" },
  { page: "dialects/README.md", begins: "lookup: {", ...shop },
  { page: "dialects/README.md", begins: "query: {", ...shop },
  { page: "dialects/README.md", begins: "statuses: {", ...shop },
  {
    page: "dialects/README.md",
    begins: "order: {",
    ...shop,
    before: `${shop.before}fields: {\n`,
    after: `\n},${shop.after}`,
  },
  { page: "dialects/README.md", begins: "lines: (", why: "two places of a dialect" },
  {
    page: "django/shop_mcp/README.md",
    begins: "const response",
    folder: "examples/page",
    before: "declare const csrftoken: string;\n",
    after: "\nexport const all = [access_token, expires_in];\n",
  },
  {
    page: "examples/page/README.md",
    begins: "const shop",
    folder: "examples/page",
    before:
      'import { openShop } from "./shop.ts";\n' +
      "declare const csrf: string, setting: (name: string) => string;\n",
    after: "\nexport { shop };\n",
  },
  { page: "tests/README.md", begins: 'export default story("an order is found', ...story },
  { page: "tests/README.md", begins: 'call("cancel_order"', ...steps },
  { page: "tests/README.md", begins: "lost(", ...steps },
  { page: "tests/README.md", begins: "export const giftBody = z.object", why },
  { page: "tests/README.md", begins: "wrap_gift: defineChange", why },
  { page: "tests/README.md", begins: "export const giftBody = object", why },
  { page: "tests/README.md", begins: "const gift = ", why },
  {
    page: "ui/README.md",
    begins: 'import "./ui/view.css"',
    folder: ".",
    before:
      'import type { Client } from "@modelcontextprotocol/client";\n' +
      "declare const client: Client, result: undefined, sendMessage: (text: string) => void;\n",
  },
];
