/**
 * Django alone, against the OpenAPI document: Schemathesis makes up requests, and holds every answer to what the
 * document says. It lives in Django's own virtual environment: one to make, one to throw away.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract } from "../../scripts/contract/contract.ts";
import { addSchemathesis, ended } from "../../scripts/django.ts";
import { cornerShop, customers, orders, products } from "./rule-fixtures.ts";
import type { Opener } from "./probe.ts";

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
/** What is there: ids out of nowhere would meet nothing but 404. */
const KNOWN: Record<string, string[]> = {
  order_id: Object.values(orders).map(({ order_id }) => order_id),
  customer_id: ["me", "mia", "nell"],
  product_id: products.map(({ product_id }) => product_id),
  item_id: items,
  new_item_id: items,
  payment_method_id: customers.flatMap((one) =>
    one.payment_methods.map((method) => method.payment_method_id),
  ),
};
const known = (name: string, schema: unknown) => {
  return { anyOf: [{ type: "string", enum: KNOWN[name] }, schema] };
};
/** The document, where what is asked names mostly what is there. What is answered is left as it is. */
function document(): object {
  const narrowed = (key: string, value: unknown): unknown => {
    const { name, in: place, type, schema } = Object(value);
    if (place === "path" && name in KNOWN) return { ...Object(value), schema: known(name, schema) };
    return key in KNOWN && type === "string" ? known(key, value) : value;
  };
  const whole = contract();
  return { ...whole, paths: JSON.parse(JSON.stringify(whole.paths), narrowed) };
}

/** Runs Schemathesis against a shop that is served at `url`. */
export async function conform({ url, open }: { url: string; open: Opener }, seed: number) {
  await addSchemathesis();
  await open(cornerShop);
  const folder = mkdtempSync(join(tmpdir(), "conform-"));
  try {
    const file = join(folder, "openapi.json");
    await Bun.write(file, JSON.stringify(document()));
    const command = [join(bin, "schemathesis"), "run", file, "--url", url];
    const asked = ["--header", "Authorization: Token demo-staff", "--checks", CHECKS.join()];
    const bounds = [
      "--phases",
      "coverage,fuzzing",
      "--max-examples",
      String(EXAMPLES),
      "--seed",
      String(seed),
    ];
    const rest = ["--generation-database", "none", "--suppress-health-check", "all", "--no-color"];
    const all = [...command, ...asked, ...bounds, ...rest];
    const { out, err, code } = await ended(all, { cwd: folder });
    const said = out + err;
    const [, cases = "0", operations = "0"] = [
      0,
      ...[/(\d+) generated/, /Tested: (\d+)/].map((one) => one.exec(said)?.[1]),
    ];
    const isDone = code === 0 && Number(cases) > 0;
    if (!isDone) console.error(`\n${said}`);
    const told = `Schemathesis: ${cases} cases for ${operations} operations, ${isDone ? "all as the contract says" : "not all as the contract says"}`;
    return { told, pass: isDone ? Number(operations) : 0, fail: isDone ? 0 : 1 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
