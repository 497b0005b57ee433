/** Listening to resources, as a host of the modern era does. */
import { rpc } from "./start-program.ts";

const version = "2026-07-28";
const _meta = {
  "io.modelcontextprotocol/protocolVersion": version,
  "io.modelcontextprotocol/clientCapabilities": {},
};
/** A request of the modern era: its body, and the headers that say the same. */
export function modern(method: string, params: object) {
  const headers = { "MCP-Protocol-Version": version, "Mcp-Method": method };
  return { body: rpc(7, method, { ...params, _meta }), headers };
}
export const listening = (uris: unknown) =>
  modern("subscriptions/listen", { notifications: { resourceSubscriptions: uris } });

interface Notice {
  method?: string;
  params?: { uri?: string; notifications?: { resourceSubscriptions?: string[] } };
  result?: { resultType: string };
}
/** The messages of a stream, one by one; undefined at its end. */
function messagesOf(answer: Response) {
  const decoder = new TextDecoderStream();
  const reader = answer.body?.pipeThrough(decoder).getReader();
  let text = "";
  const next = async (): Promise<Notice | undefined> => {
    for (;;) {
      const [message, data] = /^event: message\ndata: (.*)\n\n/m.exec(text) ?? [];
      if (message && data) {
        text = text.slice(text.indexOf(message) + message.length);
        return JSON.parse(data);
      }
      const read = await reader?.read();
      if (!read || read.done) return undefined;
      text += read.value;
    }
  };
  return { next, end: () => reader?.cancel() };
}

/** What an answer acknowledges, and what is heard then: an address that changed, or how it ended. */
export async function hear(answer: Response) {
  const { next, end } = messagesOf(answer);
  const first = await next();
  const heard = async () => {
    const message = await next();
    return message?.params?.uri ?? message?.result?.resultType;
  };
  return { acknowledged: first?.params?.notifications?.resourceSubscriptions, heard, end };
}
