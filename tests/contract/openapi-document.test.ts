/** The contract as an OpenAPI document. */
import { expect, test } from "bun:test";
import * as z from "zod";
import { formatDocument } from "../../scripts/contract/contract.ts";
import { openApiDocument } from "../../scripts/contract/document.ts";
import { serveShop } from "../../scripts/shop.ts";
import { endpoints } from "../../shop/contract.ts";

const ours = openApiDocument();
const { schemas } = ours.components;

test("openapi.json is what `bun run contract` writes", async () => {
  const file = Bun.file(new URL("../../openapi.json", import.meta.url));
  expect(await file.text()).toBe(formatDocument());
});

test("every endpoint is an operation of its name, and every change has a key, a body and a version", () => {
  const operations = Object.values(ours.paths).flatMap((item) => Object.entries(item));
  const names: string[] = operations.map(([, { operationId }]) => operationId);
  expect(names.toSorted()).toEqual(Object.keys(endpoints).toSorted());
  for (const [method, { operationId, parameters, requestBody, responses }] of operations) {
    const isPost = method !== "get";
    const isChange = isPost && operationId !== "previewChange";
    const hasVersion = isChange && operationId !== "contactSupport";
    const has = (name: string) =>
      JSON.stringify(parameters ?? []).includes(`"#/components/parameters/${name}"`);
    expect([Boolean(requestBody), "409" in responses]).toEqual([isPost, isPost]);
    expect(has("IdempotencyKey")).toBe(isChange);
    expect([has("IfMatch"), "412" in responses]).toEqual([hasVersion, hasVersion]);
    const hasTag = hasVersion || ["order", "customer"].includes(operationId);
    expect(JSON.stringify(responses).includes('"#/components/headers/ETag"')).toBe(hasTag);
    for (const status of ["401", "429", "503"]) expect(responses).toHaveProperty(status);
  }
});

test("the wire has decimals with a currency beside them, and none of the server's own words", () => {
  const text = JSON.stringify(ours);
  for (const own of ["raw_status", '"unknown"', '"amount","currency"'])
    expect(text).not.toContain(own);
  expect(schemas.Order?.properties).toMatchObject({
    total: { type: ["string", "null"], format: "decimal" },
    currency: { type: ["string", "null"] },
    can_cancel: { type: ["object", "boolean", "null"] },
  });
  expect(schemas.ProductRow?.required).toEqual(["product_id", "name"]);
});

test("what the shop sends fits the document", async () => {
  const { url, stop } = serveShop();
  const get = async (path: string, token = "demo-staff") => {
    const response = await fetch(url + path, { headers: { Authorization: `Token ${token}` } });
    return z.record(z.string(), z.unknown()).parse(await response.json());
  };
  const rows = async (path: string) =>
    z.array(z.record(z.string(), z.unknown())).parse((await get(path)).results);
  // JSON, whatever its types are called here
  const reads = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      z.fromJSONSchema(JSON.parse(JSON.stringify(schema))),
    ]),
  );
  const fits = (name: string, json: unknown) =>
    expect(reads[name]?.safeParse(json).error).toBeUndefined();
  for (const row of await rows("/api/products/search/?q=&limit=20")) {
    fits("ProductRow", row);
    fits("Product", await get(`/api/products/${row.product_id}/`));
  }
  for (const row of await rows("/api/orders/?limit=50")) {
    fits("OrderRow", row);
    fits("Order", await get(`/api/orders/${row.order_id}/`));
    fits("OrderStatus", await get(`/api/orders/${row.order_id}/status/`));
  }
  for (const row of await rows("/api/customers/?postcode=9000")) {
    fits("CustomerRow", row);
    fits("Customer", await get(`/api/customers/${row.customer_id}/`));
  }
  fits("ShopInfo", await get("/api/shop/"));
  await stop();
});

const usual = [
  ["Product", endpoints.product.answer, { product_id: "p", name: "n" }],
  ["Order", endpoints.order.answer, { order_id: "o", status: "pending" }],
] as const;
test.each(usual)("the server knows the usual names of %s", (record, answer, row) => {
  expect(answer.safeParse(row).success).toBe(true);
  const { properties = {}, required = [] } = schemas[record] ?? {};
  const fields = Object.entries(properties).filter(([name]) => required.includes(name));
  const named = fields.filter(([, field]) => "x-usual-names" in field);
  expect(named.length).toBeGreaterThan(0);
  for (const [name, { "x-usual-names": names }] of named)
    for (const other of [...z.array(z.string()).parse(names), "other"]) {
      const { [name]: _, ...rest }: Record<string, string> = row;
      expect(answer.safeParse({ ...rest, [other]: "1" }).success).toBe(other !== "other");
    }
});
