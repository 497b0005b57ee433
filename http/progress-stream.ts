/**
 * The answer to a call whose host has asked to hear of its progress: as plain as any where there is nothing to tell,
 * and from the first notification on a stream of events.
 *
 * @module
 */
import { EVENT_STREAM } from "./event-stream.ts";

/** A message as an event, in the bytes of the SDK. */
export const eventOf = (json: string) => `event: message\ndata: ${json}\n\n`;
const encoder = new TextEncoder();
/** Tells the host of progress. */
export type Tell = (progress: number, message: string) => void;

/**
 * @param token the host's own, which each notification names
 * @param begin begins the call, and ends it when the host is gone; gives the body of a plain answer
 * @param plain the response with such a body, and `event` the event with it
 */
export function answerWithProgress(
  token: string | number,
  begin: (tell: Tell, gone: AbortSignal) => Promise<string>,
  { plain, event }: { plain: (body: string) => Response; event: (body: string) => string },
): Promise<Response> {
  const gone = new AbortController();
  return new Promise((resolve, reject) => {
    let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
    const cancel = () => gone.abort();
    const open = () => {
      const body = new ReadableStream<Uint8Array>({ start: (own) => void (stream = own), cancel });
      resolve(new Response(body, { headers: EVENT_STREAM }));
    };
    const write = (text: string) => {
      if (!gone.signal.aborted) stream?.enqueue(encoder.encode(text));
    };
    const tell: Tell = (progress, message) => {
      if (!stream) open();
      const params = { progressToken: token, progress, message };
      const notification = { jsonrpc: "2.0", method: "notifications/progress", params };
      write(eventOf(JSON.stringify(notification)));
    };
    begin(tell, gone.signal).then((body) => {
      if (!stream) return resolve(plain(body));
      write(event(body));
      if (!gone.signal.aborted) stream.close();
    }, reject);
  });
}
