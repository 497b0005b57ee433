/**
 * How the page speaks with its back end. Whatever fails, fails in words.
 *
 * @module
 */
import { useEffect, useEffectEvent } from "react";
import useSWR, { mutate } from "swr";
import type { ShopperEvent, ToolResult } from "../protocol.ts";

const UNREACHABLE = "The shop cannot be reached. Look at your connection, then try again.";
/** Asks anew who is signed in. */
export const signedInOrOut = () => mutate("session");
/** `fetch`. @throws {Error} in words for the shopper, where the answer is not ok */
export async function send(url: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch(() => undefined);
  if (response?.ok) return response;
  const said = await response?.json().catch(() => undefined);
  if (response?.status === 401) void signedInOrOut();
  throw new Error(said?.message ?? UNREACHABLE);
}
/** `api("POST call", { tool, args })` */
export async function api<T>(what: string, body?: object): Promise<T> {
  const [method = "GET", path] = what.split(" ");
  const json = body && { body: JSON.stringify(body) };
  return (await send(`/api/${path}`, { method, ...json })).json();
}
/** What a tool says. It is read again when something of the shop has changed. */
export const useTool = (tool: string, args: object) =>
  useSWR<ToolResult, Error>(["tool", tool, args], () => api("POST call", { tool, args }));

/** Hears what happens, until the component goes. */
export function useEvents(hear: (event: ShopperEvent) => void): void {
  const onEvent = useEffectEvent(hear);
  useEffect(() => {
    const source = new EventSource("/api/events");
    source.onmessage = ({ data }) => onEvent(JSON.parse(data) as ShopperEvent); // as the back end sends it
    source.onerror = () => (source.onopen = () => onEvent({ type: "changed" })); // what was missed
    return () => source.close();
  }, []);
}
