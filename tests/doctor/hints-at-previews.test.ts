/** What the doctor says of a shop without previews and versions: no tool needs them. */
import { expect, test } from "bun:test";
import { json, mockShop, ORDER, runDoctor } from "./run-doctor.ts";

test("a shop without previews gets a hint, and keeps all of its tools", async () => {
  const { runtime, requests } = mockShop({
    hasSchema: false,
    change(body, url, init) {
      if (url.pathname.endsWith("/previews/")) return json({ detail: "Not found." }, 404);
      const isOrder = ORDER.test(url.pathname) && init.method === "GET";
      if (!isOrder || typeof body !== "object" || body === null) return body;
      const { can_preview: _, version: __, change: ___, ...order } = Object(body);
      return order;
    },
  });
  const report = await runDoctor(runtime);
  expect(report.linesOf("order")).toEqual([
    "green 8 answers match, 56 fields",
    "green without can_preview, version, which no shop has to send",
  ]);
  expect(report.linesOf("previewChange")).toEqual([
    "green POST /api/orders/1030/previews/ was not found (HTTP 404); needed by questions that say what a change does → add it, or map it to null in a dialect: paths: { previewChange: null }",
  ]);
  expect(report.tools).toMatchObject({ missing: [], unproven: [] });
  expect(report.settings.SHOP_MCP_TOOLS).toBeUndefined();
  expect(requests.filter((line) => line.startsWith("POST"))).toEqual([]);
});
