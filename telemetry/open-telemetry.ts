/**
 * OpenTelemetry, set up by its own variables alone: where spans and metrics go, how many, and by which protocol.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 * @module
 */
import { metrics, propagation, trace } from "@opentelemetry/api";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { startNodeSdk } from "@opentelemetry/sdk-node";

/** Starts the SDK, once for a process. Ends it within five seconds. */
export function startOpenTelemetry(name: string, version: string) {
  const identity = { "service.name": name, "service.version": version };
  const baseResource = defaultResource().merge(resourceFromAttributes(identity)); // OTEL_SERVICE_NAME goes before it
  const late = () => new Promise<void>((end) => void setTimeout(end, 5000).unref());
  const sdk = startNodeSdk({ baseResource, logRecordProcessors: [] });
  return {
    tracer: trace.getTracer(name, version),
    meter: metrics.getMeter(name, version),
    propagator: propagation,
    close: () => Promise.race([sdk.shutdown().catch(() => {}), late()]),
  };
}
