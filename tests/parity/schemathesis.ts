/**
 * Checks Django alone against the OpenAPI document: Schemathesis generates requests and compares every answer with
 * the document. It is installed in Django's virtual environment. `runSchemathesis` is called by `scripts/truth.ts`.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract } from "../../scripts/contract/contract.ts";
import { installSchemathesis, ended } from "../../scripts/django.ts";
import type { Opener } from "./probe.ts";
import { customers, orders, products, ruleWorld } from "./rule-fixtures.ts";

const root = new URL("../..", import.meta.url).pathname;
const bin = join(root, ".venv", "bin");
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "response_schema_conformance",
  "content_type_conformance",
];
const EXAMPLES = 40;

const items = products.flatMap((product) => product.items.map(({ item_id }) => item_id));
/** The ids that exist: generated ones would get nothing but 404. */
const KNOWN_IDS: Record<string, string[]> = {
  order_id: Object.values(orders).map(({ order_id }) => order_id),
  customer_id: ["me", "mia", "nell"],
  product_id: products.map(({ product_id }) => product_id),
  item_id: items,
  new_item_id: items,
  payment_method_id: customers.flatMap((one) =>
    one.payment_methods.map((method) => method.payment_method_id),
  ),
};
const orKnownId = (name: string, schema: unknown) => {
  return { anyOf: [{ type: "string", enum: KNOWN_IDS[name] }, schema] };
};
/** The OpenAPI document, in which the ids of requests are mostly ones that exist. Answers are left as they are. */
function documentWithKnownIds(): object {
  const narrowed = (key: string, value: unknown): unknown => {
    const { name, in: place, type, schema } = Object(value);
    if (place === "path" && name in KNOWN_IDS)
      return { ...Object(value), schema: orKnownId(name, schema) };
    return key in KNOWN_IDS && type === "string" ? orKnownId(key, value) : value;
  };
  const whole = contract();
  return { ...whole, paths: JSON.parse(JSON.stringify(whole.paths), narrowed) };
}

/**
 * Runs Schemathesis against a shop that is served at `url`.
 * @returns a summary in one sentence, and how many operations passed and runs failed
 */
export async function runSchemathesis({ url, open }: { url: string; open: Opener }, seed: number) {
  await installSchemathesis();
  await open(ruleWorld);
  const folder = mkdtempSync(join(tmpdir(), "schemathesis-"));
  try {
    const file = join(folder, "openapi.json");
    await Bun.write(file, JSON.stringify(documentWithKnownIds()));
    const command = [join(bin, "schemathesis"), "run", file, "--url", url];
    const checks = ["--header", "Authorization: Token demo-staff", "--checks", CHECKS.join()];
    const bounds = [
      "--phases",
      "coverage,fuzzing",
      "--max-examples",
      String(EXAMPLES),
      "--seed",
      String(seed),
    ];
    const rest = ["--generation-database", "none", "--suppress-health-check", "all", "--no-color"];
    const all = [...command, ...checks, ...bounds, ...rest];
    const { out, err, code } = await ended(all, { cwd: folder });
    const output = out + err;
    const [, cases = "0", operations = "0"] = [
      0,
      ...[/(\d+) generated/, /Tested: (\d+)/].map((one) => one.exec(output)?.[1]),
    ];
    const isDone = code === 0 && Number(cases) > 0;
    if (!isDone) console.error(`\n${output}`);
    const summary = `Schemathesis: ${cases} cases for ${operations} operations, ${isDone ? "all as the contract says" : "not all as the contract says"}`;
    return { summary, pass: isDone ? Number(operations) : 0, fail: isDone ? 0 : 1 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
