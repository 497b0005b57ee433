/**
 * Every story over stdio and HTTP with both clients, and over stdio with the server under Node, and those that change
 * something once more with their answers lost: they have to go as they go in memory. And answers to a host that are
 * cut at any byte. This is `bun run test:lanes`; `bun run test` plays only the marked stories there.
 */
import "./cut-answers.ts";
import { compareLanes, storiesOnTheWire } from "./harness/compare-lanes.ts";
import { CODE_LANES, HTTP_LANES, NODE_LANES, STDIO_LANES } from "./harness/lanes.ts";

const lanes = [...STDIO_LANES, ...HTTP_LANES, ...CODE_LANES, ...NODE_LANES];
compareLanes(await storiesOnTheWire("all"), lanes, { losesAnswers: true });
