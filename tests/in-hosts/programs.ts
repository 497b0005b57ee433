/** Programs as a person starts them: in an environment of their own, ended with all that they started. */
import type { Answer, Talk } from "./talks.ts";

interface Program {
  command: string[];
  cwd: string;
  env: Record<string, string>;
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

/** Runs a program to its end, or, with a talk, until the prompt has been dealt with. */
export async function play(program: Program, talk?: Talk, prompt = "", answers: Answer[] = []) {
  const { command, cwd, env } = program;
  const child = Bun.spawn(command, {
    cwd,
    env,
    stdin: talk ? "pipe" : "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  const patience = setTimeout(() => end(child.pid), PATIENCE_MS);
  const [questions, approvals]: [string[], string[]] = [[], []];
  const send = (messages: object[] = []) => {
    if (!child.stdin) return;
    for (const message of messages) child.stdin.write(`${JSON.stringify(message)}\n`);
    child.stdin.flush();
  };
  const err = child.stderr.text();
  let out = "";
  send(talk?.open(prompt));
  let rest = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    out += chunk;
    if (!talk) continue;
    const [last = "", ...whole] = (rest + chunk).split("\n").toReversed();
    rest = last;
    for (const line of whole.toReversed()) {
      const heard = talk.hear(JSON.parse(line), prompt, answers[questions.length] ?? "decline");
      if (heard.question !== undefined) questions.push(heard.question);
      if (heard.approval !== undefined) approvals.push(heard.approval);
      send(heard.send);
      if (heard.isOver) child.stdin?.end();
    }
  }
  await child.exited;
  clearTimeout(patience);
  end(child.pid);
  return { printed: out + (await err), questions, approvals, code: child.exitCode };
}
