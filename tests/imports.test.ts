/** The arrows between folders, as .oxlintrc.json holds them: each import that the design forbids is an error. */
import { afterAll, expect, test } from "bun:test";
import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
const copy = mkdtempSync(join(tmpdir(), "imports-"));
afterAll(() => rmSync(copy, { recursive: true }));

/** In each file a line that must not stand there, and the rule that finds it. */
const forbidden = [
  ["shop/text.ts", 'import "./errors.ts";', "no-restricted-imports"],
  ["shop/money.ts", 'import "../server.ts";', "no-restricted-imports"],
  ["shop/confirmation.ts", 'import "./client.ts";', "no-restricted-imports"],
  ["shop/shared-state.ts", 'import "./errors.ts";', "no-restricted-imports"],
  ["shop/rounds.ts", 'import "./tool.ts";', "no-restricted-imports"],
  ["shop/prompt.ts", 'import "../http/serve.ts";', "no-restricted-imports"],
  ["json-rpc/updates.ts", 'import "../shop/updates.ts";', "no-restricted-imports"],
  ["stdio/listening.ts", 'import "../shop/updates.ts";', "no-restricted-imports"],
  ["shop/redis-state.ts", 'import "./client.ts";', "no-restricted-imports"],
  [
    "shop/contract.ts",
    'export type { ToolContext as Above } from "./tool.ts";',
    "no-restricted-imports",
  ],
  ["shop/errors.ts", 'import "./client.ts";', "no-restricted-imports"],
  ["shop/login.ts", 'import "./client.ts";', "no-restricted-imports"],
  ["shop/assertion.ts", 'import "./client.ts";', "no-restricted-imports"],
  ["shop/client.ts", 'import "./mapping/tables.ts";', "no-restricted-imports"],
  ["shop/tool.ts", 'import "../http/serve.ts";', "no-restricted-imports"],
  ["shop/list.ts", 'import "./change.ts";', "no-restricted-imports"],
  ["shop/filters.ts", 'import "./mapping/tables.ts";', "no-restricted-imports"],
  ["shop/lookup.ts", 'import "./change.ts";', "no-restricted-imports"],
  ["shop/change.ts", 'import "@modelcontextprotocol/server/stdio";', "no-restricted-imports"],
  ["shop/mapping/define-shop.ts", 'import "../client.ts";', "no-restricted-imports"],
  ["shop/mapping/load-dialect.ts", "export const home = process.env.HOME;", "no-process-env"],
  ["dialects/tutorial.ts", 'import "../shop/client.ts";', "no-restricted-imports"],
  ["scripts/doctor/suggest/fields.ts", 'import "../token.ts";', "no-restricted-imports"],
  ["scripts/doctor/suggest/places.ts", 'import "../../shops.ts";', "no-restricted-imports"],
  ["scripts/connect/hosts.ts", 'import "../../settings.ts";', "no-restricted-imports"],
  ["scripts/connect/edit-json.ts", 'import "node:fs";', "no-restricted-imports"],
  ["tests/shops/jwt/orders.ts", 'import "../../../server.ts";', "no-restricted-imports"],
  ["mocks/handlers.ts", 'import "../shop/errors.ts";', "no-restricted-imports"],
  ["mocks/money.ts", 'import type { World } from "./world.ts"; export type W = World;', "no-cycle"],
  ["http/serve.ts", 'import "../shop/contract.ts";', "no-restricted-imports"],
  ["json-rpc/read.ts", 'import "../shop/contract.ts";', "no-restricted-imports"],
  ["stdio/serve.ts", 'import "../server.ts";', "no-restricted-imports"],
  ["shop/offer.ts", 'import "../http/serve.ts";', "no-restricted-imports"],
  ["stdio/first-answers.ts", 'import "@modelcontextprotocol/server";', "no-restricted-imports"],
  ["stdio/input.ts", 'import "node:stream";', "no-restricted-imports"],
  ["settings.ts", 'import "./shop/errors.ts";', "no-restricted-imports"],
  ["server.ts", 'import "./mocks/world.ts";', "no-restricted-imports"],
  ["telemetry/observe.ts", 'import "../http/serve.ts";', "no-restricted-imports"],
  ["examples/storefront/app/chat.tsx", 'import "../host/shopper.ts";', "no-restricted-imports"],
  ["examples/storefront/host/shopper.ts", 'import "../../../server.ts";', "no-restricted-imports"],
  ["examples/storefront/server/chat.ts", 'import "../app/api.ts";', "no-restricted-imports"],
  ["ui/resource.ts", 'import "./results.ts";', "no-restricted-imports"],
  ["ui/build.ts", 'import "../shop/tool.ts";', "no-restricted-imports"],
  ["ui/results.ts", 'import "../shop/contract.ts";', "no-restricted-imports"],
  ["ui/main.tsx", 'import "./resource.ts";', "no-restricted-imports"],
] as const;

test("the linter reports every forbidden import", async () => {
  for (const name of [
    "shop",
    "http",
    "json-rpc",
    "stdio",
    "telemetry",
    "ui",
    "mocks",
    "dialects",
    "examples/storefront",
    "scripts/connect",
    "scripts/doctor/suggest",
    "tests/shops",
    "server.ts",
    "settings.ts",
    ".oxlintrc.json",
  ])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  for (const [file, line] of forbidden) appendFileSync(join(copy, file), `${line}\n`);
  const oxlint = join(root, "node_modules", ".bin", "oxlint");
  const child = Bun.spawn([oxlint, "--deny-warnings", "--format", "json"], {
    cwd: copy,
    stdout: "pipe",
  });
  const { diagnostics }: { diagnostics: { filename: string; code: string }[] } = JSON.parse(
    await child.stdout.text(),
  );
  expect(await child.exited).toBe(1);
  const found = new Set(diagnostics.map(({ filename, code }) => `${filename} ${code}`));
  for (const [file, , rule] of forbidden)
    expect([...found].filter((one) => one.startsWith(`${file} `)).join()).toContain(rule);
});
