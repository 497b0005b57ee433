/** A shop that fits: every line is green, and the shop is only read. */
import { describe, expect, test } from "bun:test";
import { tools } from "../../server.ts";
import { BASE, examined, mock } from "./run-doctor.ts";

describe("a shop that fits", () => {
  test("is green all over, and nothing is sent to it but questions", async () => {
    const { outside, sent, shop } = mock();
    const before = JSON.stringify(shop.world());
    const report = await examined(outside);
    expect(report.bad).toEqual([]);
    expect(report).toMatchObject({ code: 0, green: 27, amber: 0, red: 0 });
    expect(report.tools.works).toEqual(Object.keys(tools));
    expect(report.settings).toEqual({ DJANGO_API_BASE: BASE });
    expect(new Set(sent.map((line) => line.split(" ")[0]))).toEqual(new Set(["GET"]));
    expect(JSON.stringify(shop.world())).toBe(before);
  });

  test("of a shopper is told where only staff may look", async () => {
    const { outside } = mock();
    const args = ["--django", BASE, "--token", "demo-mia", "--second-token", "demo-axel"];
    const report = await examined(outside, args);
    expect(report.bad).toEqual([
      "customers: amber not for this account (HTTP 403: You do not have permission to perform this action.) → give a token of staff to look at it",
    ]);
    expect(report.tools.unproven).toEqual(["find_customer"]);
  });
});
