/** `toJUnit`: a run as JUnit XML, for CI. */
import { transcript } from "../../tests/harness/transcript.ts";
import { countOf, type Outcome, type Run, unseenBy } from "./outcome.ts";

/** What XML 1.0 cannot hold, not even as a reference (https://www.w3.org/TR/xml/#charsets); lone surrogates, too. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
/** A text as XML, or as HTML. Line ends and tabs are references, since an attribute would read them as spaces. */
export const escapeXml = (text: string): string =>
  text.replace(FORBIDDEN, "\u{fffd}").replace(/[&<>"'\t\r]/g, (one) => `&#${one.charCodeAt(0)};`);
const attributes = (given: Record<string, string | number>) =>
  Object.entries(given)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll("\n", "&#10;")}"`)
    .join("");
const element = (name: string, given: Record<string, string | number>, content = "") =>
  content === ""
    ? `<${name}${attributes(given)}/>`
    : `<${name}${attributes(given)}>${content}</${name}>`;
const time = (seconds: number) => seconds.toFixed(3);

function testCase({ name, story, status, reason, turns, seconds }: Outcome, lane: string): string {
  const folder = name.includes("/") ? name.replace(/\/[^/]*$/, "") : "stories";
  const [, message = "failed"] = /\n\n([^\n]+)/.exec(reason) ?? [undefined, reason.split("\n")[0]];
  const text = turns.length ? escapeXml(transcript({ story, turns: [...turns] })) : "";
  const result = {
    passed: "",
    skipped: element("skipped", { message: reason }),
    failed: element("failure", { message, type: "StoryFailure" }, escapeXml(reason)),
  }[status];
  return element(
    "testcase",
    { name: story.title, classname: `${folder.replaceAll("/", ".")}.${lane}`, time: time(seconds) },
    `${result}${text && element("system-out", {}, text)}\n`,
  );
}

/** The run as JUnit XML, as Jenkins, GitLab and GitHub's actions read it; a failure holds its report. */
export function toJUnit(run: Run): string {
  const { place, lane, begunAt, seconds, outcomes } = run;
  const counts = {
    tests: outcomes.length,
    failures: countOf(run, "failed"),
    errors: 0,
    skipped: countOf(run, "skipped"),
    time: time(seconds),
  };
  const unseen = unseenBy(run).map((what) => ["not checked", what]);
  const properties = [["place", place], ["lane", lane], ...unseen];
  const listed = properties.map(([name = "", value = ""]) => element("property", { name, value }));
  const cases = outcomes.map((outcome) => testCase(outcome, lane));
  const timestamp = begunAt.toISOString().slice(0, 19);
  const suite = element(
    "testsuite",
    { name: `stories at ${place}`, ...counts, timestamp, hostname: "localhost" },
    `\n${element("properties", {}, listed.join(""))}\n${cases.join("\n")}\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", { name: "stories", ...counts }, `\n${suite}\n`)}\n`;
}
