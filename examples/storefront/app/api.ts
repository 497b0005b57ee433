/**
 * How the page speaks with its back end.
 *
 * @module
 */
import { useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import type { ShopperEvent, ToolResult } from "../protocol.ts";

const UNREACHABLE = "The shop cannot be reached. Look at your connection, then try again.";
/** Sends to the back end. @throws {Error} in words */
export async function api<T>(what: string, body?: object): Promise<T> {
  const [method = "GET", path] = what.split(" ");
  const response = await fetch(`/api/${path}`, {
    method,
    body: body && JSON.stringify(body),
  }).catch(() => {
    throw new Error(UNREACHABLE);
  });
  const answer = await response.json().catch(() => ({ message: UNREACHABLE }));
  if (response.status === 401 && path !== "session") dispatchEvent(new Event("signed-out"));
  if (!response.ok) throw new Error(answer.message);
  return answer as T; // as the back end of this page sends it
}
export const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : UNREACHABLE;

/** Hears what happens, until the component goes. */
export function useEvents(hear: (event: ShopperEvent) => void): void {
  const onEvent = useEffectEvent(hear);
  useEffect(() => {
    const source = new EventSource("/api/events");
    source.onmessage = ({ data }) => onEvent(JSON.parse(data) as ShopperEvent); // as the back end of this page sends it
    return () => source.close();
  }, []);
}

/** What a tool says, read again whenever `version` changes; what was said before stays until then. */
export function useTool(tool: string, args: Record<string, unknown>, version: number) {
  const asked = JSON.stringify([tool, args]);
  const [said, setSaid] = useState<{ asked?: string; result?: ToolResult; error?: string }>({});
  useEffect(() => {
    let isWanted = true;
    const say = (next: { result?: ToolResult; error?: string }) =>
      isWanted && setSaid({ asked, ...next });
    api<ToolResult>("POST call", { tool, args: JSON.parse(asked)[1] }).then(
      (result) => say({ result }),
      (error: unknown) => say({ error: wordsOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [asked, tool, version]);
  return said.asked === asked ? said : {};
}

// ── Addresses within the page
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("popstate", listener);
  };
};
/** Goes to another page of the shop. */
export function go(path: string): void {
  history.pushState(null, "", path);
  listeners.forEach((listener) => listener());
}
export const useAddress = (): URL => new URL(useSyncExternalStore(subscribe, () => location.href));
