/**
 * Traces: a span for each call, whose parent is the host's span of `_meta.traceparent`, and below it one for each
 * request to Django, which is sent its own as `traceparent`. A span has no arguments and no results.
 *
 * @see https://www.w3.org/TR/trace-context/
 * @module
 */
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import {
  attributesOfCall,
  attributesOfRequest,
  templateOf,
  type Transport,
} from "./conventions.ts";
import type { Call, Listener, UpstreamRequest } from "./observe.ts";

export interface TraceOptions {
  tracer: Tracer;
  propagator: TextMapPropagator;
  transport: Transport;
}
const VERSION = "io.modelcontextprotocol/protocolVersion";
const MAX_ID = 100; // characters of a host's own id

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
/** What the host says beside its request. Only texts are read of it. */
function metaOf({ message: { params, _meta, envelope } }: Call): Map<string, string> {
  const parts = [params?._meta, _meta, envelope].filter(isObject);
  const entries = parts.flatMap((part) => Object.entries(part));
  return new Map(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
const getter = {
  keys: (meta: Map<string, string>) => [...meta.keys()],
  get: (meta: Map<string, string>, name: string) => meta.get(name),
};
const setter = { set: (headers: Headers, name: string, value: string) => headers.set(name, value) };
/** An address without what was asked for. */
const withoutValues = (url: string) => url.replace(/=[^&]*/g, "=REDACTED");

export function traceCalls({ tracer, propagator, transport }: TraceOptions): Listener {
  const contexts = new WeakMap<Call, Context>();
  const spans = new WeakMap<Call | UpstreamRequest, Span>();
  return {
    callBegan(call) {
      const { id, method = "tools/call" } = call.message;
      const meta = metaOf(call);
      const parent = propagator.extract(ROOT_CONTEXT, meta, getter);
      const span = tracer.startSpan(`${method} ${call.tool}`, { kind: SpanKind.SERVER }, parent);
      const version = meta.get(VERSION);
      if (id !== undefined) span.setAttribute("jsonrpc.request.id", `${id}`.slice(0, MAX_ID));
      if (version) span.setAttribute("mcp.protocol.version", version.slice(0, MAX_ID));
      const { traceId, spanId } = span.spanContext();
      call.trace = { id: traceId, span: spanId };
      contexts.set(call, trace.setSpan(parent, span));
      spans.set(call, span);
    },
    callEnded(call) {
      const span = spans.get(call);
      span?.setAttributes(attributesOfCall(call, transport));
      if (call.outcome === "error") span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
    },
    requestBegan(request, call) {
      const parent = (call && contexts.get(call)) ?? ROOT_CONTEXT;
      const name = templateOf(request) ?? request.method;
      const span = tracer.startSpan(name, { kind: SpanKind.CLIENT }, parent);
      span.setAttribute("url.full", withoutValues(request.url));
      if (request.resends) span.setAttribute("http.request.resend_count", request.resends);
      propagator.inject(trace.setSpan(parent, span), request.headers, setter);
      spans.set(request, span);
    },
    requestEnded(request) {
      const span = spans.get(request);
      const attributes = attributesOfRequest(request);
      span?.setAttributes(attributes);
      if (attributes["error.type"]) span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
    },
  };
}
