/**
 * Promises of the protocol: what is odd is answered, and does no harm.
 *
 * @module
 */
import { rpc } from "../../tests/cve/target.ts";
import { INSIDES } from "./calls.ts";
import { broken, count, judge, kept, NotTested, type Promised, shown } from "./finding.ts";
import { handshake } from "./host.ts";
import { type Link, Unanswered } from "./link.ts";
import { isSuccess, type Survey, textOf } from "./survey.ts";

/** Whether it still answers, and how long that takes, in ms. */
async function waitFor({ host }: Survey): Promise<number> {
  const since = performance.now();
  const { answer } = await host.ask("tools/list");
  if (!answer) throw new Unanswered("tools/list is not answered any more");
  return performance.now() - since;
}
/** For what is wrong, in ms: over stdio it may rightly go unanswered. */
const patienceFor = ({ kind }: Link) => (kind === "stdio" ? 500 : 15_000);
/** What stands for an answer where there is none; anything else goes on being an error. */
const ifUnanswered =
  <T>(value: T) =>
  (error: unknown): T => {
    if (!(error instanceof Unanswered)) throw error;
    return value;
  };
export const isAlive = (survey: Survey): Promise<boolean> =>
  waitFor(survey).then(() => true, ifUnanswered(false));

const unknownTool: Promised = {
  id: "unknown-tool",
  title: "A tool that does not exist is an error",
  why: "A model that invents a tool is told that it has been called.",
  fix: "Answer with the JSON-RPC error -32602, or with `isError: true`.",
  async probe({ host }) {
    const { answer, status } = await host.call("no_such_tool_of_the_audit", {});
    if (!answer)
      return judge(
        status >= 400 && status < 500 ? [] : [`HTTP ${status}, no answer`],
        `HTTP ${status}`,
      );
    if (isSuccess(answer)) return broken(`it answers: ${shown(textOf(answer))}`);
    return kept(shown(answer.error ? `error ${answer.error.code}` : textOf(answer)));
  },
};
const unknownMethod: Promised = {
  id: "unknown-method",
  title: "A method that it does not know is the error -32601",
  why: "Hosts find out by it what a server can do.",
  fix: "Answer with the JSON-RPC error -32601 under the id of the request.",
  async probe({ host }) {
    const { answer, status, messages } = await host.ask("audit/no_such_method");
    const error = answer?.error ?? messages.find(({ error }) => error)?.error;
    if (error?.code === -32601) return kept("error -32601");
    return broken(
      error ? `error ${error.code}` : `HTTP ${status}, ${answer ? "a result" : "no answer"}`,
    );
  },
};
const MALFORMED = [
  "null",
  "[]",
  "[null]",
  "1",
  "{}",
  "{",
  '{"jsonrpc":"2.0","id":1}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":null}',
  '{"jsonrpc":"2.0","id":{},"method":"ping"}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":null}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"__proto__","arguments":{}}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"constructor","arguments":null}}',
  '{"jsonrpc":"2.0","id":1,"result":{}}',
];
const malformed: Promised = {
  id: "malformed",
  title: "A malformed message does no harm",
  why: "One bad message ends the server for everybody, or shows its insides.",
  fix: "Answer -32700 or -32600, with HTTP 400, and go on.",
  async probe(survey) {
    const { link } = survey;
    const faults: string[] = [];
    for (const body of MALFORMED) {
      const patience = patienceFor(link);
      const reply = await link.exchange(body, { patience }).catch(ifUnanswered(undefined));
      if (!reply && link.kind === "http") faults.push(`${body} is not answered`);
      const { status = 200, text = "" } = reply ?? {};
      if (status >= 500) faults.push(`${body}: HTTP ${status}`);
      const inside = INSIDES.exec(text)?.[0];
      if (inside) faults.push(`${body} is answered with ${shown(inside)}`);
      if (await isAlive(survey)) continue;
      faults.push(`after ${body} it answers nothing`);
      break;
    }
    return judge(faults, count(MALFORMED, "message"));
  },
};
const notifications: Promised = {
  id: "notifications",
  title: "A notification is taken without an answer",
  why: "Hosts cancel what is over already: an answer to that, or a failure, ends their connection.",
  fix: "Answer HTTP 202 without a body, also where nothing is to be cancelled.",
  async probe(survey) {
    const { handshake: host, link } = survey;
    if (!host) throw new NotTested("hosts of 2026-07-28 cancel by closing the connection");
    const params = { requestId: 987654, reason: "nobody waits for it" };
    const { status, text } = await host.notify("notifications/cancelled", params);
    if (status !== 202 && link.kind === "http") return broken(`HTTP ${status} ${shown(text)}`);
    if (text.trim()) return broken(`it answers: ${shown(text)}`);
    return (await isAlive(survey))
      ? kept("cancelling what is over")
      : broken("it answers nothing any more");
  },
};
const SLOW_MS = 1500;
const deep = (levels: number) => `${'{"a":'.repeat(levels)}0${"}".repeat(levels)}`;
const BOMBS: [what: string, args: () => string][] = [
  ["50,000 levels", () => deep(50_000)],
  ["500,000 elements", () => `{"a":[${"0,".repeat(500_000)}0]}`],
  ["50,000 names", () => `{${Array.from({ length: 50_000 }, (_, nth) => `"n${nth}":0`).join()}}`],
  ["a number of 100,000 digits", () => `{"a":1.${"0".repeat(100_000)}1}`],
];
const bombs: Promised = {
  id: "argument-bombs",
  title: "Arguments without measure hold nobody up",
  why: "One request makes every other caller wait, or ends the server.",
  fix: "Bound the size, the elements and the levels of a request before anything looks at it.",
  async probe(survey) {
    const usual = await waitFor(survey);
    const patience = patienceFor(survey.link);
    const faults: string[] = [];
    const [tool = { name: "x" }] = survey.tools;
    for (const [what, args] of BOMBS) {
      const body = `{"jsonrpc":"2.0","id":"bomb","method":"tools/call","params":{"name":"${tool.name}-of-the-audit","arguments":${args()}}}`;
      const waits = async () => {
        const bomb = survey.link
          .exchange(body, { headers: survey.host.headers, patience })
          .catch(ifUnanswered(undefined));
        const waited = await waitFor(survey).catch(ifUnanswered(Infinity));
        await bomb;
        return waited;
      };
      // A machine may be busy with something else, once.
      const waited = Math.min(await waits(), await waits());
      if (waited > SLOW_MS + usual)
        faults.push(`${what}: another caller waits ${Math.round(waited)} ms`);
      if (!(await isAlive(survey))) return broken(`${what}: it answers nothing any more`);
    }
    return judge(faults, `${BOMBS.length} of them`);
  },
};
const FILES = ["file:///etc/passwd", "file://localhost/etc/passwd", "../../../../etc/passwd"];
const files: Promised = {
  id: "files",
  title: "No file of its machine is read by address",
  why: "Whoever may read resources reads keys and passwords.",
  fix: "Serve only addresses that the server has listed or whose parts it has checked.",
  async probe({ host }) {
    const faults: string[] = [];
    for (const uri of FILES) {
      const { answer } = await host.ask("resources/read", { uri });
      if (/root:.*:0:0:/.test(JSON.stringify(answer ?? ""))) faults.push(`${uri} is read`);
    }
    return judge(faults, count(FILES, "file"));
  },
};
const parameters: Promised = {
  id: "two-readings",
  title: "A name is read in one way",
  why: "A check sees another method than the server, and lets through what it was to stop.",
  fix: "Read JSON with the platform's own parser, and names as they are written.",
  async probe({ link, host }) {
    const names = ["Method", "METHOD", "method\\u0000", "m\\u0000ethod"];
    const faults: string[] = [];
    for (const name of names) {
      const body = `{"jsonrpc":"2.0","id":1,"method":"ping","${name}":"tools/list","params":{}}`;
      const sent = link.exchange(body, { headers: host.headers, patience: patienceFor(link) });
      const { messages } = (await sent.catch(ifUnanswered(undefined))) ?? { messages: [] };
      if (messages.some(({ result }) => result?.["tools"]))
        faults.push(`"${name}" is taken for "method"`);
    }
    return judge(faults, count(names, "name"));
  },
};
const UNSPOKEN = "1999-01-01";
const versions: Promised = {
  id: "version",
  title: "A revision that it does not speak is not agreed to",
  why: "A host goes on in a protocol that the server does not know.",
  fix: "Answer `initialize` with a revision of the server's own, and HTTP 400 to an unknown MCP-Protocol-Version.",
  async probe({ link, handshake: host }) {
    if (!host) throw new NotTested("it speaks no revision with a handshake");
    const { answer } = await link.exchange(handshake("old", {}, UNSPOKEN));
    const agreed = answer?.result?.["protocolVersion"];
    if (agreed === UNSPOKEN) return broken(`initialize agrees to ${UNSPOKEN}`);
    if (link.kind === "stdio")
      return kept(`initialize answers ${shown(agreed ?? answer?.error?.message)}`);
    const headers = { ...host.headers, "MCP-Protocol-Version": UNSPOKEN };
    const { status } = await link.exchange(rpc("old", "tools/list"), { headers });
    return judge(
      status === 400 ? [] : [`MCP-Protocol-Version: ${UNSPOKEN} is answered with HTTP ${status}`],
      "HTTP 400",
    );
  },
};

export const protocolPromises = [
  unknownTool,
  unknownMethod,
  malformed,
  notifications,
  bombs,
  files,
  parameters,
  versions,
];
