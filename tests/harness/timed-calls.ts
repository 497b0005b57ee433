/** Tool calls over HTTP whose answers are timed, for tests in which time is the point. */
import { type Message, POST, rpc } from "../hosts/start-program.ts";

const VERSION = { "MCP-Protocol-Version": "2025-11-25" };
export interface Timed {
  /** What the model reads. */
  text: string;
  isError: boolean;
  ms: number;
}
let lastId = 0;
/** Calls a tool. @throws where there is no answer */
export async function callTool(
  url: string,
  name: string,
  args: object = {},
  init: RequestInit = {},
): Promise<Timed> {
  const begun = performance.now();
  const body = JSON.stringify(rpc(++lastId, "tools/call", { name, arguments: args }));
  const headers = { ...POST.headers, ...VERSION };
  const response = await fetch(url, { ...POST, headers, body, ...init });
  const said = await response.text();
  const { result, error }: Message = JSON.parse(/^data: (.*)/m.exec(said)?.[1] ?? said);
  const text = error?.message ?? result?.content?.[0]?.text ?? "";
  return { text, isError: Boolean(error ?? result?.isError), ms: performance.now() - begun };
}
/** The status of an order, by its id. */
export const callStatus = (url: string, id: string | number, init?: RequestInit) =>
  callTool(url, "get_order_status", { order_id: `${id}` }, init);

/** Makes so many calls, so many at a time, and returns what came of each. */
export async function callMany<T>(
  times: number,
  atOnce: number,
  call: (nth: number) => Promise<T>,
) {
  const ends: T[] = [];
  let next = 0;
  const work = async () => {
    while (next < times) ends.push(await call(next++));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return ends;
}
/** The time that so many of a hundred calls do not exceed, in ms. */
export const percentile = (calls: Timed[], percent: number): number => {
  const times = calls.map(({ ms }) => ms).toSorted((one, other) => one - other);
  return times[Math.min(times.length - 1, Math.floor((times.length * percent) / 100))] ?? NaN;
};
