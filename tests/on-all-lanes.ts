/**
 * Every story over stdio and HTTP with both clients, and over stdio with the server under Node: they have to go as
 * they go in memory. This is `bun run test:lanes`; `bun run test` plays only the marked ones there.
 */
import { compareLanes, storiesOnTheWire } from "./harness/compare-lanes.ts";
import { CODE_LANES, HTTP_LANES, NODE_LANES, STDIO_LANES } from "./harness/lanes.ts";

compareLanes(await storiesOnTheWire("all"), [
  ...STDIO_LANES,
  ...HTTP_LANES,
  ...CODE_LANES,
  ...NODE_LANES,
]);
