/**
 * Lets tests/clients/play.ts drive a client: a command in JSON on each line of stdin, its answer on a line of stdout.
 * The program ends when stdin does.
 *
 * A client is a function that is given the server (`{command, args, env}` or `{url}`) and the user, and returns a
 * connection: `tools()`, the names of the tools; `call(tool, arguments, signal)`, which returns `{text, structure,
 * failed}`; and `close()`. `bridge`, where there is one, stands between client and server.
 */
import { createInterface } from "node:readline";

/** Answers what is asked as play.ts says. */
class User {
  questions = [];
  answer = { action: "decline" };
  constructor(canBeAsked) {
    this.canBeAsked = canBeAsked; // without it, the client must not declare that it can ask
  }
  reply = (question) => {
    this.questions.push(question);
    return this.answer;
  };
}

/** What a client makes of a result. */
export function outcome({ content, structuredContent, isError }) {
  const texts = content.flatMap(({ type, text }) => (type === "text" ? [text] : []));
  const text = texts.length ? texts.join("\n") : null;
  return { text, structure: structuredContent ?? null, failed: isError ?? false };
}

/** @param bridge is given the server, and returns the one to connect to and what ends the bridge */
export async function drive(connect, bridge = async (server) => ({ server, end() {} })) {
  let user, connection, bridged, giveUp, begun;
  async function call({ tool, arguments: args, answer }, signal) {
    Object.assign(user, { answer, questions: [] });
    try {
      return { ...(await connection.call(tool, args, signal)), questions: user.questions };
    } catch (error) {
      return { text: `${error}`, structure: null, failed: true, questions: user.questions };
    }
  }
  const commands = {
    async connect({ server, canBeAsked }) {
      user = new User(canBeAsked);
      bridged = await bridge(server);
      connection = await connect(bridged.server, user);
    },
    list: async () => ({ tools: await connection.tools() }),
    call,
    begin(command) {
      giveUp = new AbortController();
      begun = call(command, giveUp.signal);
    },
    async cancel() {
      giveUp.abort();
      return { cancelled: (await begun).failed };
    },
    async close() {
      await connection.close();
      await bridged.end();
    },
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line);
    const answer = await commands[command.do](command);
    console.log(JSON.stringify(answer ?? {}));
  }
}
