/**
 * Plays stories at a server that somebody else runs, or before a project's own Django:
 *
 * ```sh
 * export SHOP_MCP_TOKEN=…                                                # the caller's bearer token
 * bun run stories --url https://staging.example/mcp --stories ./stories  # stories of your own
 * bun run stories --url http://127.0.0.1:3000/mcp                        # ours, where the shop holds our world
 * bun run stories --url … --write --yes --report build/stories.xml       # those that change something, too; for CI
 * bun run stories --django http://127.0.0.1:8000 --tokens tokens.json --stories ./stories
 * ```
 *
 * @module
 */
import { exec } from "node:child_process";
import { promisify } from "node:util";
import type { Host, Program } from "../../tests/harness/clients.ts";
import type { Story } from "../../tests/harness/story.ts";
import { StoryFileError } from "../../tests/harness/story-file.ts";
import { MADE_BEFORE } from "../../tests/harness/steps.ts";
import { expectedQuestions, StoryFailure, type Turn } from "../../tests/harness/turn.ts";
import { printable } from "../printable.ts";
import { type Caller, findCallers, masking, type Tokens } from "./callers.ts";
import type { Tool } from "./checks.ts";
import { countOf, type Outcome, type Run, unseenBy } from "./outcome.ts";
import {
  fail,
  HELP,
  oneOf,
  openReport,
  type Options,
  readOptions,
  readToken,
  readTokens,
  readUrl,
  UsageError,
} from "./options.ts";
import { isNamed, readStories } from "./own-stories.ts";
import { DJANGO_LANES, openDjango, openUrl, type Place, PlaceError, URL_LANES } from "./places.ts";

export interface Ours {
  stories: () => Promise<[name: string, story: Story][]>;
  /** Who the caller is in the world of our stories. */
  callerOf: (host: Host) => Promise<string | undefined>;
  /** Where the shop is another than that world. */
  difference: (host: Host) => Promise<string | undefined>;
}
/** What the program is given, by whoever starts it. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  /** How the program is called: `bun run stories`. */
  command: string;
  /** Our own stories and the world that they are about, where they are at hand: in a clone. */
  ours?: Ours | undefined;
  /** How the server is started over stdio. */
  program: () => Promise<Pick<Program, "command" | "args">>;
  /** Writes a line of progress. */
  print: (line: string) => void;
  /** Writes what is wrong with the arguments. */
  complain: (line: string) => void;
  /** Asks a question at the terminal; undefined where nobody sits there. */
  confirm?: ((question: string) => Promise<boolean>) | undefined;
}

// ── What is played ──────────────────────────────────────────────────────────────────────────────

/** A story, the token of its user, and the tools by which it may change something. */
interface Planned {
  name: string;
  story: Story;
  token: string | undefined;
  changes: string[];
}
/** The tools that a story calls and that may change something: all but those that the server marks as read-only. */
async function changesOf(story: Story, token: string | undefined, place: Place) {
  const { tools } = await place.offerTo(token);
  const offered = new Map(tools.map((tool) => [tool.name, tool.annotations?.readOnlyHint]));
  const called = story.steps.flatMap((step) => (step.kind === "call" ? [step.tool] : []));
  const changes = [...new Set(called.filter((tool) => offered.get(tool) !== true))];
  return { changes, missing: changes.filter((tool) => !offered.has(tool)) };
}
/** A story as it is to be played; or why it is not. */
async function plan(
  [name, story]: [name: string, story: Story],
  { token, missing }: Caller,
  { place, options }: Session,
): Promise<Planned | string> {
  const refusal = place.refuses(story) ?? missing;
  if (refusal !== undefined) return refusal;
  const { changes, missing: absent } = await changesOf(story, token, place);
  if (changes.length === 0 || options.write) return { name, story, token, changes };
  return absent.length
    ? `it calls ${absent.join(", ")}, which the server does not offer ${story.as}`
    : `it calls ${changes.join(", ")}, which may change something (--write)`;
}

/** Whether nothing beyond its properties fits a schema as its author meant it: JSON Schema's own default is that all does. */
const isClosed = ({ additionalProperties: more = false }: Tool["inputSchema"]) => more === false;
/**
 * What a story asks for that the server does not have. A step that expects to fail, or to be told in `notes`, may.
 * Elsewhere a misspelt name would be skipped or ignored, and prove nothing.
 */
async function mistakesIn(
  story: Story,
  token: string | undefined,
  place: Place,
): Promise<string[]> {
  const { tools } = await place.offerTo(token);
  return story.steps.flatMap((step, nth) => {
    if (step.kind !== "call" || step.expected.fails) return [];
    const tool = tools.find(({ name }) => name === step.tool);
    if (!tool) {
      const names = tools.map(({ name }) => name).join(", ");
      return [
        `step ${nth + 1}: the server does not offer ${step.tool} to ${story.as}; it offers ${names || "nothing"}`,
      ];
    }
    const { properties = {} } = tool.inputSchema;
    const stray = Object.keys(Object(step.args)).filter((name) => !Object.hasOwn(properties, name));
    if (!stray.length || !isClosed(tool.inputSchema) || "notes" in Object(step.expected.returns))
      return [];
    const known = Object.keys(properties).join(", ") || "no arguments";
    return [`step ${nth + 1}: ${step.tool} takes ${known}, and not ${stray.join(", ")}`];
  });
}

/** Whether one of our stories can be played now. The shop is looked at once for each caller, and again after a change. */
function openWorldCheck(place: Place, { difference }: Ours) {
  const known = new Map<string | undefined, string | undefined>();
  async function look(token: string | undefined): Promise<string | undefined> {
    const host = await place.connect(token);
    try {
      return await difference(host);
    } catch (error) {
      return `the shop cannot be compared with mocks/world.json: ${Object(error).message}`;
    } finally {
      await host.close();
    }
  }
  return {
    changed: () => known.clear(),
    async whyNot({ story, token }: Planned): Promise<string | undefined> {
      if (!known.has(token)) known.set(token, await look(token));
      const { tools } = await place.offerTo(token);
      const isSomebody = story.as === "nobody" && tools.some(({ name }) => name === "list_orders");
      return isSomebody
        ? "the server acts for somebody, even for callers without a token"
        : known.get(token);
    },
  };
}

// ── The run ─────────────────────────────────────────────────────────────────────────────────────

const NOT_ALLOWED = "it may change something, which was not allowed";
const REMEMBERS =
  "the server remembers such a change from before: let --reset restart it, too, or wait ten minutes";
/** Whether a turn went otherwise because of what the server remembers of a time before the story. */
function isOfBefore({ step, questions, text, structured }: Turn): boolean {
  const { summary = "" } = Object(structured);
  const said = [
    text,
    ...String(summary).split("\n"),
    ...questions.map((question) => question.text),
  ];
  const isExpected = expectedQuestions(step).some(([like]) => like.source.includes("The same was"));
  return !isExpected && said.some((one) => MADE_BEFORE.test(one));
}
/** A shop that is another after each change: `restore` brings it back, where there is a command for that. */
function openReset(command: string | undefined) {
  let isChanged = false;
  return {
    changed: () => void (isChanged = true),
    /** @returns whether there was something to bring back. @throws {PlaceError} where the command fails */
    async restore(): Promise<boolean> {
      if (!isChanged || command === undefined) return false;
      await promisify(exec)(command).catch(({ code, stderr = "", stdout = "" }) => {
        throw new PlaceError(`--reset ended with ${code}: ${`${stderr}${stdout}`.trim()}`);
      });
      isChanged = false;
      return true;
    },
  };
}

const MARKS = { passed: "✓", failed: "✗", skipped: "–" };
/** Notes what becomes of each story, and prints it as it comes. */
function openJournal(place: Place, print: (line: string) => void) {
  const begunAt = new Date();
  const outcomes: Outcome[] = [];
  function note(outcome: Outcome): void {
    outcomes.push(outcome);
    const { story, status, reason, seconds } = outcome;
    const what = {
      passed: ` (${seconds.toFixed(1)} s)`,
      failed: "",
      skipped: `: skipped, ${reason}`,
    };
    print(`${MARKS[status]} ${story.title}${what[status]}`);
    if (status === "failed") print(`\n${reason.replace(/^/gm, "    ")}\n`);
  }
  const skip = (name: string, story: Story, reason: string) =>
    note({ name, story, reason, status: "skipped", turns: [], seconds: 0 });
  function close(): Run {
    const seconds = (Date.now() - begunAt.getTime()) / 1000;
    const { title, lane, seesRequests } = place;
    return { place: title, lane, seesRequests, begunAt, seconds, outcomes };
  }
  return { print, note, skip, close };
}
type Journal = ReturnType<typeof openJournal>;

/** Plays a story, and notes what became of it. @throws {PlaceError} where the place is gone */
async function playOne({ name, story, token }: Planned, place: Place, { note, skip }: Journal) {
  const begun = performance.now();
  const took = () => (performance.now() - begun) / 1000;
  try {
    const turns = await place.play(story, token);
    note({ name, story, status: "passed", reason: "", turns, seconds: took() });
  } catch (error) {
    if (error instanceof PlaceError) throw error;
    const isKnown = error instanceof StoryFailure;
    const turns = isKnown ? error.turns : [];
    if (turns.some(isOfBefore)) return skip(name, story, REMEMBERS);
    const reason = isKnown ? error.message : String(Object(error).stack ?? error);
    note({ name, story, status: "failed", reason, turns, seconds: took() });
  }
}

/**
 * Plays what the arguments say.
 *
 * @returns the exit code: 0, 1 where a story failed or none was played, 2 for wrong use
 */
export async function main(argv: string[], surroundings: Surroundings): Promise<number> {
  try {
    return await playAll(argv, surroundings);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof StoryFileError)) throw error;
    surroundings.complain(`stories: ${error.message}`);
    return 2;
  }
}
async function playAll(argv: string[], surroundings: Surroundings): Promise<number> {
  const { values, positionals } = readOptions(argv);
  if (values.help) {
    surroundings.print(HELP);
    return 0;
  }
  const tokens: Tokens = {
    one: readToken(values, surroundings.env),
    as: values.as,
    byUser: values.tokens === undefined ? new Map() : readTokens(values.tokens),
  };
  const mask = masking(tokens);
  const print = (line: string) => surroundings.print(printable(mask(line)));
  const hasToken = tokens.one !== undefined || tokens.byUser.size > 0;
  const place = await openPlace(values, surroundings, hasToken);
  const chosen = await chooseStories(values, positionals, surroundings);
  const report = openReport(values.report);
  const journal = openJournal(place, print);
  try {
    await playStories(chosen, { place, tokens, options: values, surroundings, journal });
  } catch (error) {
    if (!(error instanceof PlaceError)) throw error;
    const story: Story = { title: `${place.title} can be reached`, as: "nobody", steps: [] };
    const { message: reason } = error;
    journal.note({ name: "place", story, status: "failed", reason, turns: [], seconds: 0 });
    const met = new Set(journal.close().outcomes.map(({ name }) => name));
    for (const [name, other] of chosen)
      if (!met.has(name)) journal.skip(name, other, "the place was not reached");
  }
  const run = journal.close();
  report?.(run, mask);
  for (const line of summaryOf(run, values.report)) print(line);
  return countOf(run, "failed") || !countOf(run, "passed") ? 1 : 0;
}
/** What a run is played with. */
interface Session {
  place: Place;
  tokens: Tokens;
  options: Options;
  surroundings: Surroundings;
  journal: Journal;
}
/** Plays them one after the other. @throws {PlaceError} where the place is gone */
async function playStories(
  chosen: readonly [name: string, story: Story][],
  session: Session,
): Promise<void> {
  const { place, tokens, options, journal } = session;
  const ours = options.stories === undefined ? session.surroundings.ours : undefined;
  const stories = chosen.map(([, story]) => story);
  const callerOf = await findCallers(tokens, { stories, place, whoIs: ours?.callerOf });
  const planned: Planned[] = [];
  for (const one of chosen) {
    const [name, story] = one;
    const caller = callerOf(story.as);
    const isOwn = !ours && caller.missing === undefined && place.refuses(story) === undefined;
    const mistakes = isOwn ? await mistakesIn(story, caller.token, place) : [];
    if (mistakes.length) {
      const reason = mistakes.join("\n");
      journal.note({ name, story, status: "failed", reason, turns: [], seconds: 0 });
      continue;
    }
    const found = await plan(one, caller, session);
    if (typeof found === "string") journal.skip(name, story, found);
    else planned.push(found);
  }
  const writing = planned.filter(({ changes }) => changes.length);
  const isAllowed = writing.length === 0 || (await mayWrite(writing, session));

  const reset = openReset(options.reset);
  const world = ours && openWorldCheck(place, ours);
  for (const one of planned) {
    if (await reset.restore()) world?.changed();
    const reason = one.changes.length && !isAllowed ? NOT_ALLOWED : await world?.whyNot(one);
    if (reason !== undefined) {
      journal.skip(one.name, one.story, reason);
      continue;
    }
    if (one.changes.length) {
      reset.changed();
      world?.changed();
    }
    await playOne(one, place, journal);
  }
}
function summaryOf(run: Run, report: string | undefined): string[] {
  const [passed, failed, skipped] = [
    countOf(run, "passed"),
    countOf(run, "failed"),
    countOf(run, "skipped"),
  ];
  const played = passed + failed;
  return [
    played
      ? `${passed} of ${played} stories passed${skipped ? `, ${skipped} skipped` : ""}.`
      : `No story was played, ${skipped} skipped: that proves nothing.`,
    ...unseenBy(run),
    ...(report === undefined ? [] : [`Report: ${report}, ${report.replace(/xml$/, "html")}`]),
  ];
}

// ── Where, and what of it ───────────────────────────────────────────────────────────────────────

async function chooseStories(
  { stories }: Options,
  names: readonly string[],
  { ours }: Surroundings,
): Promise<[name: string, story: Story][]> {
  const readOurs = async () =>
    ours?.stories() ?? fail("Give --stories, a folder of stories; our own are played in a clone.");
  const all = stories === undefined ? await readOurs() : await readStories(stories);
  const chosen = all.filter(isNamed(names));
  return chosen.length ? chosen : fail(`There is no story ${names.join(", ")}.`);
}
async function openPlace(
  values: Options,
  { env, command, program }: Surroundings,
  hasToken: boolean,
): Promise<Place> {
  const { url, django, lane } = values;
  if (url !== undefined && django !== undefined)
    return fail("Give --url or --django, and not both.");
  const again = [
    command,
    url === undefined ? `--django ${django}` : `--url ${url}`,
    ...(values.stories === undefined ? [] : [`--stories ${values.stories}`]),
    ...(values.write ? ["--write"] : []),
    ...(lane === undefined ? [] : [`--lane ${lane}`]),
  ].join(" ");
  if (url !== undefined)
    return openUrl(readUrl("--url", url, hasToken), {
      lane: oneOf(URL_LANES, lane ?? "http-modern"),
      again,
    });
  if (django === undefined)
    return fail("Give --url, the address of an MCP server, or --django. See --help.");
  const at = readUrl("--django", django, hasToken);
  const started = { program: await program(), env };
  return openDjango(at, { lane: oneOf(DJANGO_LANES, lane ?? "stdio-modern"), again, ...started });
}

/** Says what will be changed, and where; and asks. @throws {UsageError} where nobody can be asked */
async function mayWrite(
  writing: readonly Planned[],
  { place, options, surroundings, journal: { print } }: Session,
): Promise<boolean> {
  const many = writing.length === 1 ? "One story changes" : `${writing.length} stories change`;
  print(`${many} something at ${place.title}:`);
  for (const { story, changes } of writing)
    print(`  ${story.title}, as ${story.as}: ${changes.join(", ")}`);
  if (options.yes) return true;
  if (surroundings.confirm)
    return surroundings.confirm("These changes are real, and are not taken back. Play them?");
  return fail(
    "Nobody can be asked here whether they may. Give --yes if they may, or leave out --write.",
  );
}
