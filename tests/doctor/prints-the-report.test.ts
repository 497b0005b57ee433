/** The report as text for a terminal. */
import { expect, test } from "bun:test";
import { tools } from "../../server.ts";
import { run } from "../../scripts/doctor/doctor.ts";
import { formatReport } from "../../scripts/doctor/format-report.ts";
import { mockShop, STAFF } from "./run-doctor.ts";

test("the report has aligned lines, and colour only where it is wanted", async () => {
  const { runtime } = mockShop();
  const { out = "", code } = await run(STAFF, {}, runtime);
  expect(code).toBe(0);
  expect(out).not.toContain("\x1b");
  expect(out).toContain("green  reachable              http://127.0.0.1:9 answers\n");
  expect(out).toContain(`\nworks          all ${Object.keys(tools).length} tools\n`);
  expect(out).toContain("\nDJANGO_API_TOKEN=… bun run connect HOST --url http://127.0.0.1:9\n");
  expect(out).toContain('"args": ["');
  expect(out).not.toContain("demo-staff");
  expect(out).toEndWith("\n37 green, 0 amber, 0 red");
  const coloured = await run(STAFF, {}, { ...runtime, isColoured: true });
  expect(Bun.stripANSI(coloured.out ?? "")).toBe(out);
  expect(coloured.out).toContain("\x1b[32mgreen\x1b[39m");
});

test("its command connects the shop with the settings that it found", () => {
  const report = formatReport({
    shop: "https://shop.example",
    lines: [],
    tools: { works: ["search_products"], unproven: [], missing: [] },
    settings: {
      DJANGO_API_BASE: "https://shop.example",
      DJANGO_LOGIN: "/api/token/",
      DJANGO_USER: "mia",
      SHOP_MCP_SHOP: "/My shops/Mia's.ts",
    },
  });
  expect(report).toContain(
    "\nDJANGO_PASSWORD=… bun run connect HOST --url https://shop.example -- --django-login /api/token/ --django-user mia --shop '/My shops/Mia'\\''s.ts'\n",
  );
});
