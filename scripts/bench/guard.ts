/**
 * The guard in CI: what a call of this server costs in CPU time, as a ratio of the floor's in the same round, stays
 * within a bound. The bounds are generous; what they are for is a call that suddenly costs half as much again.
 *
 * @module
 */
import { measureHttp, ratioOf } from "./measures/http.ts";
import { OPERATIONS, type Operation } from "./protocol.ts";
import { times } from "./statistics.ts";

/** The most that a call may cost, in calls of the floor. */
const BOUNDS: Record<"ours" | "ours-legacy", Record<(typeof OPERATIONS)[number], number>> = {
  ours: { search_products: 5.4, get_order_status: 3.7, "tools/list": 2.6 },
  "ours-legacy": { search_products: 5.4, get_order_status: 3.7, "tools/list": 2.6 },
};

/** @returns the exit code */
export async function guard(): Promise<number> {
  const options = { names: ["floor", ...Object.keys(BOUNDS)], rounds: 3, seconds: 1 };
  const result = await measureHttp(options, [16]);
  const rowOf = (name: string) => result.rows.find((row) => row.name === name);
  let [passed, failed] = [0, 0];
  for (const [name, bounds] of Object.entries(BOUNDS))
    for (const [operation, bound] of Object.entries(bounds) as [Operation, number][]) {
      const cost = ratioOf(rowOf(name), rowOf("floor"), `${operation} 16`, "cpu");
      const isGood = cost <= bound; // not so for NaN, where a row is void or missing
      passed += Number(isGood);
      failed += Number(!isGood);
      const verdict = isGood ? "within" : "ABOVE";
      console.log(`${name} ${operation}: ${times(cost)} × the floor's CPU, ${verdict} ${bound}`);
    }
  console.log(`\n ${passed} pass\n ${failed} fail`);
  return failed ? 1 : 0;
}
