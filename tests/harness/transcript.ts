/** A played story as Markdown, for people to read: who said what, what was asked of the shop, what came back. */
import type { Played, Turn } from "./play.ts";
import type { Fault, Story } from "./story.ts";
import { isWrite } from "./fault-proxy.ts";

const quoted = (text: string) => text.split("\n").map((line) => `> ${line}`);
const code = (text: string) => `\`${text.replaceAll("`", "'")}\``;
const args = (given: unknown) =>
  Object.entries(given as Record<string, unknown>) // the arguments of a call
    .map(([name, value]) => `${name}: ${name === "confirmation" ? "…" : JSON.stringify(value)}`)
    .join(", ");

/** What a fault does, in words. */
function said(fault: Fault): string {
  switch (fault.kind) {
    case "status": {
      const wait = fault.headers["Retry-After"];
      const isPage = fault.type === "text/html";
      if (fault.status === 200)
        return isPage ? "answers a page for people" : "answers something else";
      return `answers ${fault.status}${isPage ? " with a page for people" : ""}${wait ? ` and asks for ${wait} s` : ""}`;
    }
    case "slow":
      return `takes ${fault.seconds} s`;
    default:
      return FAULTS[fault.kind];
  }
}
const FAULTS = {
  pass: "answers as always",
  hang: "never answers",
  reset: "breaks off before its answer",
  resetUnread: "breaks off before it has read the question",
  truncated: "breaks off in the middle of its answer",
  endless: "answers without end",
  gzipBomb: "answers a parcel that unpacks to 50 MB",
} as const;

const ANSWERS = { accept: "yes", decline: "no", dismiss: "closes it" } as const;
const oneLine = (text: string) => text.replace(/\s+/g, " ");
const elsewhere = ({ who, line }: { who: string; line: string }) =>
  `${who} tells the shop ${code(line)}`;

/** The lines of one turn. */
function told({ step, given, requests, questions, text, structured, isError }: Turn): string[] {
  const asked = requests.map(
    (request) => `- ${isWrite({ line: request }) ? "tells" : "asks"} the shop ${code(request)}`,
  );
  for (const { text, answer, after, meanwhile } of questions.toReversed()) {
    const others = meanwhile.map((other) => ` → meanwhile, ${elsewhere(other)}`).join("");
    asked.splice(after, 0, `- asks the person: *${oneLine(text)}*${others} → ${ANSWERS[answer]}`);
  }
  const [summary = ""] = text.split("\n");
  const short = summary.length > 400 ? `${summary.slice(0, 399)}…` : summary;
  switch (step.kind) {
    case "say":
      return [`**${step.who}** ${step.text}`];
    case "fault":
      return [
        `*Meanwhile, at the shop: ${code(step.request)} ${step.faults.map(said).join(", then ")}.*`,
      ];
    case "call":
      return [
        `${code(`${step.tool}(${args(given)})`)}`,
        "",
        ...asked,
        "",
        ...(step.gaveUp ? ["*The host gave up waiting.*"] : quoted(isError ? `⚠ ${short}` : short)),
      ];
    case "read":
      return [
        `reads ${code(String(given))}`,
        "",
        ...asked,
        "",
        ...quoted(isError ? `⚠ ${short}` : short),
      ];
    case "prompt":
      return [`picks ${code(`${step.name}(${args(given)})`)}`, "", ...quoted(text)];
    case "complete":
      return [
        `types ${code(step.value)} for ${step.argument}`,
        "",
        ...asked,
        "",
        ...quoted((structured as string[]).join(", ") || "nothing"),
      ];
    case "elsewhere":
      return [`*Elsewhere, ${elsewhere({ who: step.who, line: text })}.*`];
    case "wait":
      return [`*The host hears ${code(step.method)}.*`];
    case "ends":
      return ["*And so the shop's world is as it should be.*"];
  }
}

/** The whole conversation as a Markdown page. */
export function transcript({ story, turns }: Played): string {
  const lines = turns.flatMap((turn) => [...told(turn), ""]);
  const text = [`# ${capital(story.title)}`, "", ...lines].join("\n");
  return text.replace(/\n{3,}/g, "\n\n").replace(/\s*$/, "\n");
}
const capital = (text: string) => text.replace(/^./, (first) => first.toUpperCase());

/** The page that lists all stories. */
export function transcriptIndex(stories: [name: string, story: Story][]): string {
  const rows = stories.map(
    ([name, { title, as }]) => `- [${capital(title)}](${name}.md), as ${as}`,
  );
  return `# Stories\n\nConversations with the shop, as they were played. Written by \`bun run stories --write\`; the stories themselves are the files beside them.\n\n${rows.join("\n")}\n`;
}
