import * as mcp from "@modelcontextprotocol/server";
import { Refusal } from "../json-rpc/read.ts";

/** Refuses an HTTP request in words, in the form of JSON-RPC. */
export const refuse = (status: number, message: string, headers: Record<string, string> = {}) =>
  Response.json(new Refusal(mcp.ProtocolErrorCode.InvalidRequest, message), { status, headers });
