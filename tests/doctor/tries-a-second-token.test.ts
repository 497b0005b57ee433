/** Another customer, by the second token, must not see the orders of the first. */
import { expect, test } from "bun:test";
import { BASE, changeAt, json, mockShop, ORDER, runDoctor } from "./run-doctor.ts";

test("a second token that is not given, not accepted or the same proves nothing", async () => {
  const { runtime } = mockShop();
  const base = ["--django", BASE, "--token", "demo-mia"];
  const linesWith = async (...more: string[]) =>
    (await runDoctor(runtime, [...base, ...more])).linesOf("privacy");
  expect(await linesWith()).toEqual([
    "amber not checked → give another customer's token with --second-token",
  ]);
  expect(await linesWith("--second-token", "demo-mia")).toEqual([
    "amber not checked: both tokens are the same",
  ]);
  expect(await linesWith("--second-token", "nobody")).toEqual([
    "amber not checked: the second token is not accepted (HTTP 401)",
  ]);
});

test("a shop that shows a stranger's order", async () => {
  const change = changeAt(ORDER, (body, url) =>
    url.pathname === "/api/orders/1021/"
      ? body
      : json({ ...body, order_id: "1030", status: "pending" }),
  );
  const report = await runDoctor(mockShop({ change }).runtime);
  expect(report.notGreen).toContain(
    "privacy: red the second token can read order 1030 of the first (order) → filter the queryset by request.user; only staff should see it",
  );
});
