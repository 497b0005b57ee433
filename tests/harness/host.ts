/**
 * The host of a story: `openHost` connects it once, or for each call, or again after a restart of the server. It can
 * send its last call once more, as it was sent, because it never heard the answer.
 *
 * @module
 */
import type { CallParams, ClientOptions, Host, HostAnswer } from "./clients.ts";
import type { UserAnswer } from "./story.ts";

/** MCP's words for the answers of a story. */
export const ACTIONS = {
  accept: "accept",
  decline: "decline",
  dismiss: "cancel",
  acceptByItself: "acceptByItself",
  failToAsk: "failToAsk",
} as const satisfies Record<UserAnswer, HostAnswer>;

export interface HostOptions {
  /** `false`: a new server for each call, which knows nothing of those before. */
  keepsProcess?: false | undefined;
  /** Waits for a connection; on a fake clock, no time passes meanwhile. */
  onClock: <T>(work: Promise<T>) => Promise<T>;
}
/** @param connect connects a client, to a new server where the server is ours */
export async function openHost(
  connect: (options: Pick<ClientOptions, "onCall">) => Promise<Host>,
  { keepsProcess, onClock }: HostOptions,
) {
  let lastCall: CallParams;
  let isResending = false;
  let connection: Host | undefined;
  /** What a call is sent with: its own, or what the last one was sent with, answers of the user included. */
  function onCall(params: CallParams): CallParams {
    const { _meta, ...call } = isResending ? { ...lastCall } : { ...params };
    isResending = false;
    const { _meta: envelope = _meta } = params ?? {}; // it belongs to one request
    return (lastCall = envelope === undefined ? call : { ...call, _meta: envelope });
  }
  async function restart(): Promise<Host> {
    await connection?.close();
    connection = await onClock(connect({ onCall }));
    return connection;
  }
  await restart();
  return {
    /** The connection for the next call. */
    connected: async () => (keepsProcess === false || !connection ? restart() : connection),
    /** Another server takes the place of this one. */
    restart,
    /** The next call is sent as the last one was. */
    resendNext: () => void (isResending = true),
    close: async () => connection?.close(),
  };
}
export type StoryHost = Awaited<ReturnType<typeof openHost>>;
