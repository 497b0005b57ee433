/**
 * Promises of the HTTP endpoint: who is answered, and as whom. Most are probed as `bun run cve` does it.
 *
 * @module
 */
import { isOnLoopback, rpc, type Target } from "../../tests/cve/target.ts";
import { probe, type Wound, wounds } from "../../tests/cve/wounds.ts";
import { broken, type Finding, judge, kept, NotTested, type Promised } from "./finding.ts";
import { openHandshake } from "./host.ts";
import type { Link } from "./link.ts";
import type { Survey } from "./survey.ts";

const targetOf = ({ url = "", token, fetch }: Link): Target => ({ url, token, fetch });
function overHttp({ link }: Survey): Link & { url: string } {
  if (link.url === undefined) throw new NotTested("it is spoken to over stdio");
  return { ...link, url: link.url };
}
/** What a probe of `bun run cve` comes to here. */
async function fromWound(number: string, survey: Survey, keptBy: string): Promise<Finding> {
  const target = targetOf(overHttp(survey));
  const wound = wounds.find(({ numbers }) => numbers.includes(number)) as Wound; // numbers of the table there
  const { is, why } = await probe(wound, target);
  if (is === "skipped") throw new NotTested(why);
  return is === "open" ? broken(why) : kept(keptBy);
}
function unguarded(survey: Survey): Survey {
  if (survey.isGuarded) throw new NotTested("it asks for a token, which no page has");
  return survey;
}
function guarded(survey: Survey): Survey {
  overHttp(survey);
  if (!survey.isGuarded) throw new NotTested("it asks for no token");
  return survey;
}

const host: Promised = {
  id: "host",
  title: "It answers to its own name only",
  why: "A web page gives its own name the address of this machine (DNS rebinding), and calls tools in the name of whoever reads it.",
  fix: "Check the Host header against a list, and answer 403 or 421 to others.",
  probe: (survey) => {
    const link = overHttp(survey);
    if (!isOnLoopback(link))
      throw new NotTested("it is not on loopback, where pages reach it anyhow");
    return fromWound("CVE-2026-63118", unguarded(survey), "8 foreign names are refused");
  },
};
const origin: Promised = {
  id: "origin",
  title: "Pages of other origins are refused",
  why: "A page in the browser of whoever runs the server reaches its tools. The specification requires the check.",
  fix: "Answer 403 to an Origin that is not on a list, and send no Access-Control-Allow-Origin to it.",
  probe: (survey) =>
    fromWound("CVE-2026-59950", unguarded(survey), "5 foreign origins are refused"),
};
const challenge: Promised = {
  id: "challenge",
  title: "Who has no token is told where to get one",
  why: "Hosts cannot sign in: they look for it in WWW-Authenticate and the resource's metadata.",
  fix: "Answer 401 with `WWW-Authenticate: Bearer resource_metadata=…`, and serve that document (RFC 9728).",
  probe: (survey) =>
    fromWound("CVE-2026-63127", guarded(survey), "401, WWW-Authenticate, metadata"),
};
const forged: Promised = {
  id: "forged-tokens",
  title: "A token that nobody signed opens nothing",
  why: "Whoever writes a token is whoever they say.",
  fix: "Check signature, issuer, audience and time of each token.",
  probe: (survey) => fromWound("CVE-2026-11717", guarded(survey), "9 forged tokens are refused"),
};
const sessions: Promised = {
  id: "session-ids",
  title: "Session ids cannot be guessed",
  why: "Whoever guesses one reads and answers in another's session.",
  fix: "Make ids of 128 random bits or more, and take none that the server did not give.",
  probe: (survey) => fromWound("CVE-2026-12112", survey, "long, and unlike each other"),
};
const ended: Promised = {
  id: "ended-sessions",
  title: "A session that is over is not found",
  why: "A host that gets anything but 404 does not begin anew, and stays broken after a restart.",
  fix: "Answer 404 to an Mcp-Session-Id that is not (or no longer) known.",
  async probe(survey) {
    const link = overHttp(survey);
    const host = await openHandshake(link, { elicitation: {} }); // some give sessions only where they may ask
    if (!host?.sessionId) throw new NotTested("it gives no sessions");
    const headers = {
      ...host.headers,
      "Mcp-Session-Id": "7a6f0c9e-0000-4000-8000-aaaaaaaaaaaa",
    };
    const { status } = await link.exchange(rpc(1, "tools/list"), { headers });
    return judge(
      status === 404 ? [] : [`an unknown session is answered with HTTP ${status}`],
      "HTTP 404",
    );
  },
};
const methods: Promised = {
  id: "methods",
  title: "GET gives a stream or 405, and nothing else changes anything",
  why: "Hosts ask GET for a stream, and wait where they get anything else.",
  fix: "Answer GET with text/event-stream or 405, and 405 to other methods.",
  async probe(survey) {
    const link = overHttp(survey);
    const headers = { ...(survey.handshake ?? survey.host).headers, Accept: "text/event-stream" };
    const get = await link.exchange(undefined, { method: "GET", headers });
    const type = get.headers.get("content-type") ?? "";
    const faults = [];
    if (get.status < 300 && !type.includes("text/event-stream"))
      faults.push(`GET: HTTP ${get.status} ${type}`);
    if (get.status >= 500) faults.push(`GET: HTTP ${get.status}`);
    const put = await link.exchange(rpc(1, "tools/list"), { method: "PUT" });
    if (put.status < 300 && put.answer?.result) faults.push(`PUT is served (HTTP ${put.status})`);
    if (put.status >= 500 && put.status !== 501) faults.push(`PUT: HTTP ${put.status}`);
    return judge(faults, `GET: HTTP ${get.status}, PUT: HTTP ${put.status}`);
  },
};
const twoStories: Promised = {
  id: "headers",
  title: "Headers that name another call than the body are refused",
  why: "A gateway that reads only the headers lets through what it was to stop.",
  fix: "Answer 400 where Mcp-Method or Mcp-Name differ from the body.",
  probe: (survey) => fromWound("IBM/mcp-context-forge#5687", survey, "3 of them"),
};
const batches: Promised = {
  id: "batches",
  title: "One request is not a thousand calls",
  why: "Limits on requests do not hold.",
  fix: "Refuse batches, which no revision since 2025-06-18 has, or bound them.",
  probe: (survey) =>
    fromWound("brave/brave-search-mcp-server#277", survey, "a batch of 1000 is refused, or cut"),
};
const body: Promised = {
  id: "body-size",
  title: "A body is read up to a bound",
  why: "One request fills the memory.",
  fix: "Answer 413 to bodies over a few megabytes, while they come.",
  probe: (survey) => fromWound("CVE-2026-67432", survey, "a body without end is refused"),
};
const door: Promised = {
  id: "other-doors",
  title: "There is no second door without a token",
  why: "An old path serves what the new one guards.",
  fix: "Guard every path, or remove those that are no longer used.",
  probe: (survey) => fromWound("CVE-2026-50287", guarded(survey), "8 usual paths are closed"),
};

export const httpPromises = [
  host,
  origin,
  challenge,
  forged,
  door,
  sessions,
  ended,
  methods,
  twoStories,
  batches,
  body,
];
