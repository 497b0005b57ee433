/**
 * Metrics as Prometheus reads them, at a port of their own: whoever may call tools need not see them, nor the reverse.
 *
 * @module
 */
import { createServer } from "node:http";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider } from "@opentelemetry/sdk-metrics";

export interface PrometheusOptions {
  /** Of the program. */
  name: string;
  version: string;
  host: string;
  /** 0: any free one */
  port: number;
}
/** Serves `/metrics`. It keeps no process alive. @throws where the port cannot be had */
export async function servePrometheus({ name, version, host, port }: PrometheusOptions) {
  const exporter = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const resource = resourceFromAttributes({ "service.name": name, "service.version": version });
  const provider = new MeterProvider({ resource, readers: [exporter] });
  const server = createServer((request, response) => {
    if (request.method === "GET" && request.url === "/metrics")
      return exporter.getMetricsRequestHandler(request, response);
    response.writeHead(404).end("The metrics are at /metrics.\n");
  });
  await new Promise<void>((listening, fail) => {
    server.once("error", fail).listen(port, host, listening);
  });
  server.unref();
  const address = server.address();
  const used = typeof address === "object" && address ? address.port : port;
  const authority = `${host.includes(":") ? `[${host}]` : host}:${used}`;
  const close = () => void server.close();
  return { meter: provider.getMeter(name, version), url: `http://${authority}/metrics`, close };
}
