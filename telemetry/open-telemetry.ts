/**
 * OpenTelemetry, set up by its own variables alone: where spans and metrics go, how many, and by which protocol.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 * @module
 */
import { metrics, propagation, trace } from "@opentelemetry/api";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { startNodeSdk } from "@opentelemetry/sdk-node";

type Env = Record<string, string | undefined>;
/** Whether a variable says where the spans go, or the metrics. The SDK would send them to this machine otherwise. */
const isAskedFor = (signal: "TRACES" | "METRICS", env: Env) =>
  [
    "CONFIG_FILE",
    `${signal}_EXPORTER`,
    `EXPORTER_OTLP_${signal}_ENDPOINT`,
    "EXPORTER_OTLP_ENDPOINT",
  ]
    .map((name) => env[`OTEL_${name}`])
    .some(Boolean);

/** Starts the SDK, once for a process. */
export function startOpenTelemetry(name: string, version: string, env: Env) {
  const identity = { "service.name": name, "service.version": version };
  const baseResource = defaultResource().merge(resourceFromAttributes(identity)); // OTEL_SERVICE_NAME goes before it
  const sdk = startNodeSdk({
    baseResource,
    logRecordProcessors: [],
    ...(!isAskedFor("TRACES", env) && { spanProcessors: [] }),
    ...(!isAskedFor("METRICS", env) && { metricReaders: [] }),
  });
  return {
    tracer: trace.getTracer(name, version),
    meter: metrics.getMeter(name, version),
    propagator: propagation,
    close: () => sdk.shutdown().catch(() => {}),
  };
}
