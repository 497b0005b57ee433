/** Hosts built on the client libraries, connected in memory to a server that a test has opened. */
import { createServer, type Shop } from "../../server.ts";
import { type LaneOptions, type Lane, lanes } from "../harness/lanes.ts";

/** Connects a client; `answer` is what its user says to each question. Without it the client cannot ask. */
export function connectClient(lane: Lane, server: Shop, answer?: LaneOptions["answer"]) {
  const serve = () => createServer(server); // instead of one made from the settings
  return lanes[lane]({ django_api_base: "http://unused.test" }, { serve, answer });
}
