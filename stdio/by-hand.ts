/**
 * What a person reads on stderr who has started the server by hand, in a terminal, where an assistant would.
 *
 * @module
 */
import { commandFor, commandInClone, SERVER_COMMAND } from "../settings.ts";

/** Where the settings do not do yet. */
export const FIRST_STEPS = `This is an MCP server: an assistant starts it, to reach a Django shop. See it at work without one: \`${commandFor("demo")}\`. Add it to your assistant: \`${commandFor("connect HOST")}\`. All settings: \`${SERVER_COMMAND} --help\`.`;
/** Over stdio. */
export const WAITING = `waiting for an assistant on stdin, which speaks MCP; Ctrl-C ends it. Assistants start this by themselves: \`${commandFor("connect HOST")}\` adds it to yours.`;
/** Over HTTP, at this address. */
export const servingAt = (url: string) =>
  `\`${commandFor("connect HOST")} --http ${url}\` adds it to your assistant; Ctrl-C ends it.`;
/** For a line that was typed and is no message. */
export const TYPED =
  "This line is no message of MCP. Assistants write here, in JSON; nothing can be typed. Ctrl-C ends the server.";

/** Failures of a shop that the doctor finds the cause of, and whether a dialect may be the answer. */
const EXAMINED: Record<string, boolean> = {
  unreachable: false,
  http_3xx: false,
  login_page: false,
  web_page: false,
  not_json: false,
  bad_json: false,
  wrong_shape: true,
  not_offered: true,
  unknown_or_not_offered: true,
};
/** What to run where the shop at this address has failed so; undefined where that would tell no more. */
export function adviseDoctor(code: string, shop: string): string | undefined {
  const suggests = EXAMINED[code];
  if (suggests === undefined) return undefined;
  const [what, flag] = suggests
    ? ["names each difference, and writes a dialect for it", " --suggest"]
    : ["looks at the shop and says what is wrong", ""];
  return `${commandInClone(`doctor --django ${shop}${flag}`)} ${what}.`;
}
