/** The stories that are marked `allLanesOnDjango`, over HTTP with both clients; see stories-over-stdio.test.ts. */
import { compareLanes, storiesOnTheWire } from "./harness/compare-lanes.ts";
import { HTTP_LANES } from "./harness/lanes.ts";

compareLanes(await storiesOnTheWire("marked"), HTTP_LANES);
