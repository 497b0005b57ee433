/**
 * Bundles the server into one file that runs wherever it is copied, without an install; hosts that draw views find the
 * page for them beside it, see ui/resource.ts:
 *
 * ```sh
 * bun run build                          # writes dist/server.js, and dist/view.html
 * bun dist/server.js --http --port 3000  # under Bun, over stdio or HTTP
 * node dist/server.js                    # under Node 20.19 or newer, over stdio
 * bun run build --executable             # writes dist/shop-mcp, too, which needs neither
 * ```
 *
 * `bun run package` makes of them what is published: see package/package.ts. Both begin with scripts/bundle/start.ts, which answers a host's first questions from texts made here, and loads the
 * server only then.
 *
 * @module
 */
import { chmod, mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildView } from "../ui/build.ts";
import { hearFirstAnswers } from "./first-answers.ts";
import * as rest from "./bundle/rest.ts";

const here = (file: string) => fileURLToPath(new URL(`bundle/${file}`, import.meta.url));

/** The programs beside the server, by the words that start them: `django-shop-mcp demo`. */
const PROGRAMS = {
  connect: "../connect/connect.ts",
  demo: "../demo.ts",
  stories: "../stories/run.ts",
};

/** Bundles this text, as if it were a file beside start.ts; gives the bundle's. @throws {AggregateError} */
async function bundle(text: string, options: Partial<Bun.BuildConfig>): Promise<string> {
  const entry = here("entry.ts");
  const made = { entrypoints: [entry], files: { [entry]: text } };
  // Bun starts what is made for it without transpiling it. Node can run it, too, since nothing of Bun's is imported.
  const { outputs } = await Bun.build({
    target: "bun",
    minify: true,
    ...made,
    ...options,
  } as Bun.BuildConfig);
  const [output] = outputs;
  if (!output) throw new Error("Bun.build gave no file");
  return output.text();
}

/**
 * Leaves the log, traces and metrics out of the one file: their libraries are as large as all the rest. They are not
 * left to be found, either, since Bun would download whatever version there is.
 */
const withoutTelemetry: Bun.BunPlugin = {
  name: "without telemetry",
  setup(build) {
    const contents = `throw Object.assign(new Error("left out"), { code: "MODULE_NOT_FOUND" });`;
    build.onResolve(
      { filter: /^\.\/(log|open-telemetry|traces|metrics|prometheus)\.ts$/ },
      (found) =>
        found.importer.endsWith("telemetry/open.ts")
          ? { path: found.path, namespace: "left-out" }
          : undefined,
    );
    build.onLoad({ filter: /./, namespace: "left-out" }, () => ({ contents, loader: "js" }));
  },
};
/** As code: a text, since that is parsed faster than an object. */
async function firstAnswers(): Promise<string> {
  return JSON.stringify(JSON.stringify(await hearFirstAnswers()));
}

/** Replaces a file at once, so that others may be starting it. */
async function replace(file: string, text: string, mode = 0o644): Promise<void> {
  const unfinished = `${file}.${process.pid}`;
  await Bun.write(unfinished, text);
  await chmod(unfinished, mode);
  await rename(unfinished, file);
}
/** Writes the page for views beside the program that reads it there. */
const writeView = async (program: string) =>
  replace(join(dirname(program), "view.html"), await buildView());

/**
 * Writes the server as one file of JavaScript, and the page for views beside it.
 *
 * @param file where to write it
 * @returns its size in bytes
 * @throws {AggregateError} when a module does not resolve or parse
 */
export async function buildServer(file: string): Promise<number> {
  const names = Object.keys(rest).join();
  const source = await bundle('export * from "./rest.ts";', {
    format: "cjs",
    plugins: [withoutTelemetry],
    define: { BUILT_INTO: "module.filename" }, // which unpack.ts gives
  });
  const packed = Buffer.from(Bun.gzipSync(source, { level: 9 })).toString("base64");
  // Whoever imports the file, as a dialect does, has the names when it is loaded.
  const code = await bundle(
    `
    import { isStarted, open, refuseOldNode, runBeside } from "./start.ts";
    import { unpack } from "./unpack.ts";
    refuseOldNode();
    export let ${names};
    const load = () => ({ ${names} } = unpack("${packed}"));
    const started = import.meta.main ?? isStarted();
    const [, , word, ...args] = process.argv;
    const isProgram = started && ${JSON.stringify(Object.keys(PROGRAMS))}.includes(word);
    const opening = started && !isProgram ? await open(${await firstAnswers()}) : undefined;
    load();
    // Not awaited: what imports this file, a dialect or a program, waits until it is evaluated; and this for that.
    if (isProgram) void runBeside(word, args);
    else if (started) void main(process.argv.slice(2), opening);`,
    { banner: "#!/usr/bin/env node" },
  );
  await Promise.all([replace(file, code, 0o755), writeView(file)]);
  return code.length;
}

/** What programs take from the server, wherever it is: from the file beside them, which is loaded already. */
const fromServer: Bun.BunPlugin = {
  name: "from the server",
  setup(build) {
    build.onResolve({ filter: /^\.\.\/(server|shop\/errors|stdio\/serve)\.ts$/ }, (found) =>
      dirname(found.importer) === dirname(import.meta.path)
        ? { path: "./server.js", external: true }
        : undefined,
    );
  },
};
/**
 * Writes the programs beside the server, which start them by their names, and what several of them need.
 *
 * @param folder where server.js is
 * @returns the sizes in bytes of what was written, by file
 */
export async function buildPrograms(folder: string): Promise<Record<string, number>> {
  const entries = Object.entries(PROGRAMS).map(([name, path]) => {
    // Node has `Temporal` from 26 on, and the mock shop's world is read with it.
    return [
      here(`${name}.ts`),
      `import "temporal-polyfill/global"; export { run } from "${path}";`,
    ];
  });
  const { outputs } = await Bun.build({
    entrypoints: entries.map(([file = ""]) => file),
    files: Object.fromEntries(entries),
    target: "node",
    minify: true,
    splitting: true,
    naming: { entry: "[name].[ext]", chunk: "shared-[hash].[ext]" },
    plugins: [fromServer],
    define: { BUILT_INTO: "import.meta.filename" },
  });
  const written = outputs.map(async (output) => {
    const name = basename(output.path);
    await replace(join(folder, name), await output.text());
    return [name, output.size] as const;
  });
  return Object.fromEntries(await Promise.all(written));
}

/**
 * Writes the server as an executable, with Bun in it and its code compiled to bytecode, and the page for views beside it.
 *
 * @param target another machine, as `bun-darwin-arm64`, whose Bun is fetched from npm. @default this one
 * @returns its size in bytes
 */
export async function buildExecutable(
  file: string,
  target?: Bun.Build.CompileTarget,
): Promise<number> {
  const entry = here("entry.ts");
  const imports = Object.entries(PROGRAMS).map(
    ([name, path]) => `${name}: () => import("${path}")`,
  );
  const text = `
    import { open } from "./start.ts";
    const programs = { ${imports.join()} };
    const [, , word, ...args] = process.argv;
    const program = Object.hasOwn(programs, word ?? "") ? programs[word] : undefined;
    if (program) await (await program()).run(args);
    else {
      const opening = await open(${await firstAnswers()});
      const { main } = await import("./rest.ts");
      void main(process.argv.slice(2), opening);
    }`;
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  await Bun.build({
    entrypoints: [entry],
    files: { [entry]: text },
    // A host may start it in any folder: what lies there must neither run nor set anything.
    compile: {
      outfile: file,
      autoloadBunfig: false,
      autoloadDotenv: false,
      ...(target && { target }),
    },
    minify: true,
    bytecode: true,
    format: "esm",
    splitting: true, // else what the rest imports is loaded at once
    define: { BUILT_INTO: "process.execPath" },
  });
  await writeView(file);
  return (await stat(file)).size;
}

if (import.meta.main) {
  const dist = (name: string) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));
  const size = await buildServer(dist("server.js"));
  console.log(`dist/server.js: ${Math.ceil(size / 1024)} KiB`);
  if (process.argv.includes("--executable")) {
    console.error("Compiling dist/shop-mcp, which takes a while.");
    const size = await buildExecutable(dist("shop-mcp"));
    console.log(`dist/shop-mcp: ${Math.ceil(size / 1024 / 1024)} MiB`);
  }
}
