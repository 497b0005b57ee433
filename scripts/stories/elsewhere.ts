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
import { spawnSync } from "node:child_process";
import type { Program } from "../../tests/harness/clients.ts";
import type { Story } from "../../tests/harness/story.ts";
import { StoryFileError } from "../../tests/harness/story-file.ts";
import { MADE_BEFORE } from "../../tests/harness/steps.ts";
import { expectedQuestions, StoryFailure, type Turn } from "../../tests/harness/turn.ts";
import { callerOf, differenceFromOurs } from "./our-world.ts";
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
import { readStories } from "./own-stories.ts";
import { DJANGO_LANES, openDjango, openUrl, type Place, PlaceError, URL_LANES } from "./places.ts";

/** What the program is given, by whoever starts it. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  /** How the program is called: `bun run stories`. */
  command: string;
  /** Our own stories, where they are at hand. */
  ourStories?: (() => Promise<[name: string, story: Story][]>) | undefined;
  /** How the server is started over stdio. */
  program: () => Promise<Pick<Program, "command" | "args">>;
  /** Writes a line of progress. */
  print: (line: string) => void;
  /** Asks a question at the terminal; undefined where nobody sits there. */
  confirm?: ((question: string) => Promise<boolean>) | undefined;
}

// ── Who plays what ──────────────────────────────────────────────────────────────────────────────

/** The token of a user; or why there is none. */
type TokenOf = (as: string) => { token?: string | undefined; missing?: string };
function tokensOf(
  owner: string | undefined,
  token: string | undefined,
  tokens: Map<string, string>,
  place: Place,
): TokenOf {
  return (as) => {
    if (as === "nobody") return {};
    const own = tokens.get(as);
    if (own !== undefined) return { token: own };
    if (as === owner && (token !== undefined || !place.seesRequests)) return { token };
    const has = owner === undefined ? "" : `; the token given is ${owner}'s`;
    return { missing: `no token for ${as} was given (--tokens FILE)${has}` };
  };
}
/** Whose token the one is: as said, or the only user there is, or whom the shop says it to be. */
async function ownerOf(
  { as }: Options,
  stories: readonly Story[],
  token: string | undefined,
  tokens: Map<string, string>,
  place: Place,
  isOurs: boolean,
): Promise<string | undefined> {
  if (as !== undefined) return as;
  if (isOurs && token === undefined && place.seesRequests) return undefined;
  if (isOurs) {
    const host = await place.connect(token);
    try {
      return await callerOf(host);
    } finally {
      await host.close();
    }
  }
  const names = new Set(
    stories.map((story) => story.as).filter((name) => name !== "nobody" && !tokens.has(name)),
  );
  const [only] = names;
  if (names.size < 2) return only;
  return token === undefined
    ? undefined
    : fail(
        `The stories are told by ${[...names].join(", ")}: say by --as whose token it is, or give --tokens FILE.`,
      );
}

/** The tools that a story calls and that may change something: all but those that the server marks as read-only. */
async function changesOf(story: Story, token: string | undefined, place: Place): Promise<string[]> {
  const { tools } = await place.offerTo(token);
  const reads = new Set(
    tools.filter(({ annotations }) => annotations?.readOnlyHint === true).map(({ name }) => name),
  );
  const called = story.steps.flatMap((step) => (step.kind === "call" ? [step.tool] : []));
  return [...new Set(called.filter((tool) => !reads.has(tool)))];
}

// ── The run ─────────────────────────────────────────────────────────────────────────────────────

/** Every token as `…`, in whatever is written. A short one only where it stands as a word. */
function masking(secrets: readonly string[]): (text: string) => string {
  const escaped = secrets.map((secret) => secret.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"));
  const patterns = escaped.map((text) => (text.length < 8 ? `(?<!\\w)${text}(?!\\w)` : text));
  if (!patterns.length) return (text) => text;
  const pattern = new RegExp(
    patterns.toSorted((one, other) => other.length - one.length).join("|"),
    "g",
  );
  return (text) => text.replace(pattern, "…");
}

async function differenceAt(place: Place, token: string | undefined): Promise<string | undefined> {
  const host = await place.connect(token);
  try {
    return await differenceFromOurs(host);
  } finally {
    await host.close();
  }
}
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
    restore() {
      if (!isChanged || command === undefined) return;
      const { status, stdout, stderr } = spawnSync(command, { shell: true, encoding: "utf8" });
      if (status !== 0)
        throw new PlaceError(`--reset ended with ${status}: ${(stderr + stdout).trim()}`);
      isChanged = false;
    },
  };
}
const MARKS = { passed: "✓", failed: "✗", skipped: "–" };

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
    surroundings.print(`stories: ${error.message}`);
    return 2;
  }
}
async function playAll(argv: string[], surroundings: Surroundings): Promise<number> {
  const { env, ourStories, confirm } = surroundings;
  const { values, positionals } = readOptions(argv);
  if (values.help) {
    surroundings.print(HELP);
    return 0;
  }
  const token = readToken(values, env);
  const tokens =
    values.tokens === undefined ? new Map<string, string>() : readTokens(values.tokens);
  const mask = masking([...tokens.values(), ...(token === undefined ? [] : [token])]);
  const print = (line: string) => surroundings.print(mask(line));
  const place = await openPlace(values, surroundings, token !== undefined || tokens.size > 0);

  const isOurs = values.stories === undefined;
  const all = isOurs
    ? await (ourStories?.() ??
        fail("Give --stories, a folder of stories; our own are played in a clone."))
    : await readStories(values.stories ?? "");
  const chosen = all.filter(
    ([name, { title }]) =>
      !positionals.length ||
      positionals.some((asked) => [name, name.replace(/^.*\//, ""), title].includes(asked)),
  );
  if (!chosen.length) return fail(`There is no story ${positionals.join(", ")}.`);
  const report = openReport(values.report);

  const begunAt = new Date();
  const outcomes: Outcome[] = [];
  const note = (outcome: Outcome) => {
    outcomes.push(outcome);
    const { story, status, reason, seconds } = outcome;
    const what = {
      passed: ` (${seconds.toFixed(1)} s)`,
      failed: "",
      skipped: `: skipped, ${reason}`,
    }[status];
    print(`${MARKS[status]} ${story.title}${what}`);
    if (status === "failed") print(`\n${reason.replace(/^/gm, "    ")}\n`);
  };
  const finish = (): number => {
    const run: Run = {
      place: place.title,
      lane: place.lane,
      seesRequests: place.seesRequests,
      begunAt,
      seconds: (Date.now() - begunAt.getTime()) / 1000,
      outcomes,
    };
    report?.(run, mask);
    const [passed, failed, skipped] = [
      countOf(run, "passed"),
      countOf(run, "failed"),
      countOf(run, "skipped"),
    ];
    const played = passed + failed;
    print(
      played
        ? `${passed} of ${played} stories passed${skipped ? `, ${skipped} skipped` : ""}.`
        : `No story was played, ${skipped} skipped: that proves nothing.`,
    );
    for (const what of unseenBy(run)) print(what);
    if (values.report !== undefined)
      print(`Report: ${values.report}, ${values.report.replace(/xml$/, "html")}`);
    return failed || !played ? 1 : 0;
  };
  const skipped = { status: "skipped", turns: [], seconds: 0 } as const;

  try {
    const stories = chosen.map(([, story]) => story);
    const owner = await ownerOf(values, stories, token, tokens, place, isOurs);
    const tokenOf = tokensOf(owner, token, tokens, place);
    const plan: { name: string; story: Story; token: string | undefined; changes: string[] }[] = [];
    for (const [name, story] of chosen) {
      const { token: own, missing } = tokenOf(story.as);
      const reason = place.refuses(story) ?? missing;
      const changes = reason === undefined ? await changesOf(story, own, place) : [];
      const held =
        reason ??
        (changes.length && !values.write
          ? `it calls ${changes.join(", ")}, which may change something (--write)`
          : undefined);
      if (held === undefined) plan.push({ name, story, token: own, changes });
      else note({ ...skipped, name, story, reason: held });
    }
    const writing = plan.filter(({ changes }) => changes.length);
    if (writing.length && !(await mayWrite(writing, place, values, confirm, print))) return 2;

    const reset = openReset(values.reset);
    for (const { name, story, token: own, changes } of plan) {
      reset.restore();
      const reason = isOurs ? await whyNotOurs(story, own, place) : undefined;
      if (reason !== undefined) {
        note({ ...skipped, name, story, reason });
        continue;
      }
      if (changes.length) reset.changed();
      const begun = performance.now();
      const took = () => (performance.now() - begun) / 1000;
      try {
        const turns = await place.play(story, own);
        note({ name, story, status: "passed", reason: "", turns, seconds: took() });
      } catch (error) {
        if (error instanceof PlaceError) throw error;
        const isKnown = error instanceof StoryFailure;
        const why = isKnown ? error.message : String(Object(error).stack ?? error);
        const turns = isKnown ? error.turns : [];
        if (turns.some(isOfBefore)) {
          note({ ...skipped, name, story, reason: REMEMBERS });
          continue;
        }
        note({ name, story, status: "failed", reason: why, turns, seconds: took() });
      }
    }
  } catch (error) {
    if (!(error instanceof PlaceError)) throw error;
    const story: Story = { title: `${place.title} can be played at`, as: "nobody", steps: [] };
    note({ name: "place", story, status: "failed", reason: error.message, turns: [], seconds: 0 });
  }
  return finish();
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
    return openUrl(readUrl("--url", url, hasToken), oneOf(URL_LANES, lane ?? "http-modern"), again);
  if (django === undefined)
    return fail("Give --url, the address of an MCP server, or --django. See --help.");
  const at = readUrl("--django", django, hasToken);
  return openDjango(at, oneOf(DJANGO_LANES, lane ?? "stdio-modern"), again, await program(), env);
}

/** Why one of our stories cannot be played now: the shop is another than ours, or than ours was. */
async function whyNotOurs(
  story: Story,
  token: string | undefined,
  place: Place,
): Promise<string | undefined> {
  const difference = await differenceAt(place, token);
  if (difference !== undefined) return difference;
  if (story.as !== "nobody") return undefined;
  const { tools } = await place.offerTo(token);
  return tools.some(({ name }) => name === "list_orders")
    ? "the server acts for somebody, even for callers without a token"
    : undefined;
}

/** Says what will be changed, and where; and asks. @throws {UsageError} where nobody can be asked */
async function mayWrite(
  writing: readonly { story: Story; changes: string[] }[],
  place: Place,
  { yes }: Options,
  confirm: Surroundings["confirm"],
  print: (line: string) => void,
): Promise<boolean> {
  print(
    `${writing.length === 1 ? "One story changes" : `${writing.length} stories change`} something at ${place.title}:`,
  );
  for (const { story, changes } of writing)
    print(`  ${story.title}, as ${story.as}: ${changes.join(", ")}`);
  if (yes) return true;
  if (!confirm)
    return fail(
      "Nobody can be asked here whether they may. Give --yes if they may, or leave out --write.",
    );
  if (await confirm("These changes are real, and are not taken back. Play them?")) return true;
  print("Nothing was played.");
  return false;
}
