/** What the doctor says of a shop that fits, and what it sends to it. */
import { describe, expect, test } from "bun:test";
import { tools } from "../../server.ts";
import { BASE, mockShop, runDoctor } from "./run-doctor.ts";

describe("a shop that fits", () => {
  test("is green all over, and is only read", async () => {
    const { runtime, requests, shop } = mockShop();
    const before = JSON.stringify(shop.world());
    const report = await runDoctor(runtime);
    expect(report.notGreen).toEqual([]);
    expect(report.green).toBeGreaterThanOrEqual(37);
    expect(report).toMatchObject({ code: 0, amber: 0, red: 0 });
    expect(report.tools.works).toEqual(Object.keys(tools));
    expect(report.settings).toEqual({ DJANGO_API_BASE: BASE });
    expect(new Set(requests.map((request) => request.split(" ")[0]))).toEqual(new Set(["GET"]));
    expect(JSON.stringify(shop.world())).toBe(before);
  });

  test("is amber for a customer where only staff have access", async () => {
    const { runtime } = mockShop();
    const args = ["--django", BASE, "--token", "demo-mia", "--second-token", "demo-axel"];
    const report = await runDoctor(runtime, args);
    expect(report.notGreen).toEqual([
      "customers: amber not allowed for this account (HTTP 403: You do not have permission to perform this action.) → give a staff token to check it",
    ]);
    expect(report.tools.unproven).toEqual(["find_customer"]);
  });
});
