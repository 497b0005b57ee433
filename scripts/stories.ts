/**
 * Plays stories and prints their transcripts, or writes the transcripts beside the stories.
 *
 * ```sh
 * bun run stories                                        # all of them
 * bun run stories catalog/search-filters-by-price-and-stock --lane stdio-modern --backend django
 * bun run stories --update                               # renews the transcripts beside the stories
 * bun run stories search-filters-by-price-and-stock --watch
 * ```
 *
 * A story is named by its path, by its file alone, or by its title. With `--url` or `--django` they are played at a server
 * or before a shop that somebody else runs: `scripts/stories/elsewhere.ts`.
 *
 * @module
 */
import { watch } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openDjango, openMock } from "../tests/harness/backends.ts";
import { bundledServer } from "../tests/harness/bundle.ts";
import { LANES, type Lane } from "../tests/harness/lanes.ts";
import { play } from "../tests/harness/play.ts";
import { type Played, StoryFailure } from "../tests/harness/turn.ts";
import { allStories, dialectStories } from "../tests/harness/stories.ts";
import { transcript } from "../tests/harness/transcript.ts";
import { transcriptIndex } from "../tests/harness/transcript-index.ts";
import { isNamed } from "./stories/own-stories.ts";
import { callerOf, differenceFromOurs as difference } from "./stories/our-world.ts";
import { run } from "./stories/run.ts";

const folder = fileURLToPath(new URL("../tests/stories/", import.meta.url));

/** Plays again after every change: the story that changed, or else all that were named. Ctrl-C ends it. */
async function watchStories(names: string[], lane: string, backend: string): Promise<never> {
  const program = [process.execPath, import.meta.path, "--lane", lane, "--backend", backend];
  const play = (which: string[]) =>
    Bun.spawn([...program, ...which], { stdio: ["ignore", "inherit", "inherit"] }).exited;
  await play(names);
  let last = performance.now();
  const root = fileURLToPath(new URL("..", import.meta.url));
  for await (const { filename } of watch(root, { recursive: true })) {
    const isSource = /^(server\.ts|(mocks|shop|tests)\/.*\.(ts|json))$/.test(filename ?? "");
    if (!isSource || performance.now() - last < 200) continue; // editors write a file more than once
    const [, changed] = /^tests\/stories\/(.+)\.ts$/.exec(filename ?? "") ?? [];
    await play(changed ? [changed] : names);
    last = performance.now();
  }
  throw new Error("watching the project's files ended");
}

async function main(argv: string[]): Promise<number> {
  const elsewhere = argv.find((flag) =>
    /^--(write|report|stories|tokens?|yes|reset|as)(=|$)/.test(flag),
  );
  if (elsewhere)
    throw new StoryFailure(
      `${elsewhere} goes with --url or --django (transcripts are renewed by --update)`,
    );
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      lane: { type: "string", default: "memory-modern" },
      backend: { type: "string", default: "mock" },
      update: { type: "boolean", default: false },
      watch: { type: "boolean", default: false },
    },
  });
  if (values.watch) return watchStories(positionals, values.lane, values.backend);
  const lane = LANES.find((name) => name === values.lane);
  if (!lane)
    throw new StoryFailure(`there is no lane ${values.lane}; there are ${LANES.join(", ")}`);
  const stories = await allStories();
  const chosen = stories.filter(isNamed(positionals));
  if (chosen.length === 0)
    throw new StoryFailure(
      `there is no story ${positionals.join(", ")} (bun run test:django plays those in dialects/)`,
    );
  if (!["mock", "django"].includes(values.backend))
    throw new StoryFailure(`there is no backend ${values.backend}; there are mock and django`);
  const backend = values.backend === "mock" ? openMock() : await openDjango();
  let failed = 0;
  const plays: Played[] = [];
  if (values.update) console.error(`Playing ${chosen.length} stories.`);
  for (const [name, story] of chosen)
    try {
      const played = await play(story, lane satisfies Lane, backend);
      const text = transcript(played);
      plays.push(played);
      if (values.update) await Bun.write(`${folder}${name}.md`, text);
      else console.log(text);
    } catch (error) {
      failed++;
      console.error(error instanceof StoryFailure ? error.message : error, "\n");
    }
  if (values.update && plays.length === stories.length)
    await Bun.write(
      `${folder}README.md`,
      transcriptIndex([...stories, ...(await dialectStories())], plays),
    );
  console.error(`${chosen.length - failed} of ${chosen.length} stories passed.`);
  await backend.stop();
  return failed ? 1 : 0;
}

/** Whether it is another's server or shop at which to play. */
const isElsewhere = (argv: string[]) => argv.some((flag) => /^--(url|django)(=|$)/.test(flag));
const program = async () => ({ command: process.execPath, args: [await bundledServer()] });

if (import.meta.main)
  try {
    const argv = process.argv.slice(2);
    if (isElsewhere(argv))
      await run(argv, { ours: { stories: allStories, callerOf, difference }, program });
    else process.exitCode = await main(argv);
  } catch (error) {
    console.error(`stories: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 2;
  }
