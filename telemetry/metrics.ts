/**
 * Metrics: how long calls take, and requests to Django, by what they are and how they end. No label names a caller or
 * has anything that was asked for.
 *
 * @module
 */
import type { Meter } from "@opentelemetry/api";
import { attributesOfCall, attributesOfRequest, type Transport } from "./conventions.ts";
import type { Listener } from "./observe.ts";

/** In seconds, as the conventions have them. */
const CALL_BOUNDARIES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
const REQUEST_BOUNDARIES = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** How a unit is written: by OpenTelemetry's conventions, or by those of Prometheus, where it ends the name. */
const UNITS = {
  conventions: { unit: "s", ending: "" },
  prometheus: { unit: "seconds", ending: ".seconds" },
};
export function countCalls(
  meter: Meter,
  transport: Transport,
  names: keyof typeof UNITS = "conventions",
): Listener {
  const { unit, ending } = UNITS[names];
  const histogram = (name: string, description: string, explicitBucketBoundaries: number[]) =>
    meter.createHistogram(name + ending, {
      unit,
      description,
      advice: { explicitBucketBoundaries },
    });
  const calls = histogram("mcp.server.operation.duration", "Calls of tools", CALL_BOUNDARIES);
  const requests = histogram(
    "http.client.request.duration",
    "Requests to Django, each attempt",
    REQUEST_BOUNDARIES,
  );
  return {
    callEnded: (call) => calls.record(call.ms / 1000, attributesOfCall(call, transport)),
    requestEnded: (request) => requests.record(request.ms / 1000, attributesOfRequest(request)),
  };
}
