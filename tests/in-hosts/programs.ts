/** Programs as a person starts them: in an environment of their own, and ended with all that they started. */
import type { Answer, Question, Talk } from "./talks.ts";

export interface Program {
  command: string[];
  cwd: string;
  env: Record<string, string>;
}
/** What is said to a program that puts questions, and how they are answered, in their order. */
export interface Said {
  talk: Talk;
  prompt: string;
  /** The address of the model. */
  model: string;
  answers: readonly Answer[];
}
const PATIENCE_MS = 120_000;

/** Ends a program with everything that it started. */
function end(pid: number) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // nothing of it is left
  }
}

/** Those that have not ended: they end with us. */
const running = new Set<number>();
process.on("exit", () => running.forEach(end));

const serialize = (message: object, { isFramed }: Talk): string => {
  const text = JSON.stringify(message);
  return isFramed ? `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}` : `${text}\n`;
};
/** Splits the whole messages off what has arrived. */
function readMessages(arrived: Buffer, { isFramed }: Talk): [messages: string[], rest: Buffer] {
  const messages: string[] = [];
  let rest = arrived;
  for (;;) {
    const head = rest.indexOf(isFramed ? "\r\n\r\n" : "\n");
    if (head < 0) return [messages, rest];
    const length = /Content-Length: (\d+)/i.exec(rest.toString("utf8", 0, head))?.[1];
    const [from, to] = isFramed ? [head + 4, head + 4 + Number(length)] : [0, head];
    if (rest.length < to) return [messages, rest];
    messages.push(rest.toString("utf8", from, to));
    rest = rest.subarray(isFramed ? to : to + 1);
  }
}

/** Runs a program to its end, or, where something is said to it, until its prompt has been dealt with. */
export async function play({ command, cwd, env }: Program, said?: Said) {
  const child = Bun.spawn(command, {
    cwd,
    env,
    stdin: said ? "pipe" : "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true, // a group of its own
  });
  running.add(child.pid);
  const patience = setTimeout(() => end(child.pid), PATIENCE_MS);
  const questions: Question[] = [];
  const approvals: string[] = [];
  const err = child.stderr.text();
  const send = (messages: object[] = []) => {
    if (!said || !child.stdin) return;
    for (const message of messages) child.stdin.write(serialize(message, said.talk));
    child.stdin.flush();
  };
  if (said) send(said.talk.open(said.prompt, said.model));
  const chunks: Buffer[] = [];
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of child.stdout) {
    chunks.push(Buffer.from(chunk));
    if (!said) continue;
    const [messages, unread] = readMessages(Buffer.concat([rest, chunk]), said.talk);
    rest = unread;
    for (const message of messages) {
      const answer = said.answers[questions.length] ?? "decline";
      const heard = said.talk.hear(JSON.parse(message), said.prompt, answer);
      if (heard.question !== undefined) questions.push(heard.question);
      if (heard.approval !== undefined) approvals.push(heard.approval);
      send(heard.send);
      if (heard.isOver) child.stdin?.end();
    }
  }
  const code = await child.exited;
  clearTimeout(patience);
  end(child.pid);
  running.delete(child.pid);
  return { printed: Buffer.concat(chunks).toString() + (await err), questions, approvals, code };
}
