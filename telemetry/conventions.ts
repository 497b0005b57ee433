/**
 * What calls and requests are called in OpenTelemetry: the attributes of its MCP and HTTP conventions. They are few,
 * and none has a value that people type.
 *
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/gen-ai/mcp.md
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/http/http-spans.md
 * @module
 */
import type { Attributes } from "@opentelemetry/api";
import { endpoints } from "../shop/contract.ts";
import { ShopError } from "../shop/errors.ts";
import type { Call, UpstreamRequest } from "./observe.ts";

/** The transport that hosts use. */
export type Transport = "pipe" | "tcp";

/** Of a call that may not have ended. */
export const attributesOfCall = (call: Call, transport: Transport): Attributes => {
  const { tool, message, failure, outcome } = call;
  const { method = "tools/call" } = message;
  return {
    "mcp.method.name": method,
    "gen_ai.tool.name": tool,
    ...(method === "tools/call" && { "gen_ai.operation.name": "execute_tool" }),
    "network.transport": transport,
    ...(outcome === "error" && { "error.type": "tool_error" }),
    ...(failure && { "django_shop_mcp.error.code": failure.code }),
  };
};

const templates = new Set(
  Object.values(endpoints).map(({ method, path }) => `${method} ${path.template}`),
);
/** `GET /api/orders/{order_id}/`, where the shop has the contract's paths: others have ids in them. */
export const templateOf = ({ path }: UpstreamRequest): string | undefined =>
  templates.has(path) ? path : undefined;

/** Of a request that may not have ended. */
export const attributesOfRequest = (request: UpstreamRequest): Attributes => {
  const { method, url, status, failure } = request;
  const { hostname, port, protocol } = new URL(url);
  const template = templateOf(request)?.replace(/^\S+ /, "");
  const isFailure = failure instanceof ShopError;
  const type = status && status >= 400 ? `${status}` : isFailure ? failure.code : undefined;
  return {
    "http.request.method": method,
    "server.address": hostname,
    "server.port": Number(port) || (protocol === "https:" ? 443 : 80),
    ...(template && { "url.template": template }),
    ...(status && { "http.response.status_code": status }),
    ...(type && { "error.type": type }),
  };
};
