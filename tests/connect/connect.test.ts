/** `bun run connect` in an empty home: what it shows, asks and writes, and what it refuses. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { connect, type Surroundings } from "../../scripts/connect/connect.ts";
import { filesOf, hostNames, hostOf, snippet, type HostName } from "../../scripts/connect/hosts.ts";

const SECRET = "sesame-opens";
const base = mkdtempSync(join(tmpdir(), "connect-"));
afterAll(() => rmSync(base, { recursive: true }));
let home = "";
let nth = 0;
beforeEach(() => {
  home = join(base, `Mia Lindqvist ö ${nth++}`);
  mkdirSync(home);
});

/** Runs the program. `answer` is what a person types, if there is one. */
async function run(args: string, options: Partial<Surroundings> & { answer?: string } = {}) {
  const said: string[] = [];
  const asked: string[] = [];
  const { answer, ...others } = options;
  const around: Surroundings = {
    platform: "linux",
    home,
    dir: join(home, "site"),
    env: {},
    npx: { path: "/opt/node/bin/npx", prefix: "/", isWindows: false },
    installation: { kind: "clone", folder: "/clone of mine", bun: "/opt/bun" },
    say: (text) => said.push(text),
    ask:
      answer === undefined
        ? undefined
        : async (question) => {
            asked.push(question);
            return answer;
          },
    ...others,
  };
  const code = await connect(args.split(" ").filter(Boolean), around);
  return { code, text: said.join("\n"), asked };
}
/** Every file of the home, with its text and mode, by path. */
function contents(folder = home): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry): [string, string] => {
        const file = join(entry.parentPath, entry.name);
        const text = entry.isSymbolicLink()
          ? `-> ${readlinkSync(file)}`
          : readFileSync(file, "utf8");
        return [relative(home, file), `${(statSync(file).mode & 0o777).toString(8)} ${text}`];
      })
      .toSorted(),
  );
}
function write(file: string, text: string | Buffer, mode = 0o644): string {
  const path = join(home, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}
const fileOf = (name: HostName) =>
  relative(
    home,
    filesOf(hostOf(name), "user", { platform: "linux", home, env: {}, dir: home }).at(-1) ?? "",
  );
const read = (file: string) => readFileSync(join(home, file), "utf8");
const CURSOR = ".cursor/mcp.json";

/** What somebody may have in a host's file, with another server. */
const otherText = (name: HostName): string => {
  const { servers, format, isList } = hostOf(name);
  if (format === "toml") return `# mine\nmodel = "m"\n\n[${servers}.other]\nurl = "u" # kept\n`;
  if (format === "yaml")
    return isList
      ? `# mine\nname: c\n${servers}:\n  - name: other # kept\n    url: u\n`
      : `# mine\n${servers}:\n  other: # kept\n    url: u\nlast: 1\n`;
  return `// mine\n{\n\t"${servers}": {\n\t\t"other": { "url": "u" }, // kept\n\t},\n\t"last": 1\n}`;
};
const before = { "no file": undefined, "an empty file": "", "another server": otherText } as const;
const table = hostNames.flatMap((name) =>
  Object.entries(before).map(([what, text]) => ({
    name,
    what,
    text: typeof text === "function" ? text(name) : text,
  })),
);
describe.each(table)("$name with $what", ({ name, text }) => {
  const options = { env: { DJANGO_API_TOKEN: SECRET } };
  test.each([
    "--demo",
    "--url https://shop.example",
    "--http http://127.0.0.1:3000/mcp --bearer-env DJANGO_API_TOKEN",
  ])("%s, twice, and --remove", async (server) => {
    if (text !== undefined) write(fileOf(name), text);
    const empty = contents();
    expect(await run(`${name} ${server} --yes`, options)).toMatchObject({ code: 0 });
    const once = contents();
    expect(once).not.toEqual(empty);
    expect(await run(`${name} ${server} --yes`, options)).toMatchObject({
      code: 0,
      text: expect.stringContaining("already"),
    });
    expect(contents()).toEqual(once);
    if (text) expect(read(fileOf(name))).toContain("// kept".slice(text.includes("//") ? 0 : 3));
    const removed = await run(`${name} --remove --yes`);
    expect(removed.code).toBe(0);
    expect(contents()).toEqual(empty);
  });
});

describe("what is shown", () => {
  test("the entry alone, and then a question", async () => {
    write(CURSOR, `{\n  "mcpServers": { "other": { "env": { "TOKEN": "theirs" } } }\n}\n`);
    const { code, text, asked } = await run("cursor --demo", { answer: "yes" });
    expect(code).toBe(0);
    expect(asked).toEqual(["Write it? [y/N] "]);
    expect(text).toContain(join(home, CURSOR));
    expect(text).toContain('+       "args": ["--cwd=/clone of mine", "run", "demo", "--stdio"]');
    expect(text).not.toContain("theirs");
    expect(text).toContain(`${CURSOR}.backup-1`);
  });
  test.each(["n", "", "no", "Yesterday", "\u001b[A"])("%j is no", async (answer) => {
    const { code, text } = await run("cursor --demo", { answer });
    expect(code).toBe(1);
    expect(text).toEndWith("Nothing was written.");
    expect(contents()).toEqual({});
  });
  test("without a terminal nothing is written, and --yes is named", async () => {
    const { code, text } = await run("cursor --demo");
    expect(code).toBe(1);
    expect(text).toContain("Add --yes.");
    expect(contents()).toEqual({});
  });
  test("--print shows what belongs in the file, and the link, and needs no answer", async () => {
    write(CURSOR, "{ this is no JSON");
    const was = contents();
    const { code, text } = await run("cursor --url https://shop.example --print");
    expect(code).toBe(0);
    expect(text).toContain('"DJANGO_API_TOKEN": "${env:DJANGO_API_TOKEN}"');
    expect(text).toContain("cursor://anysphere.cursor-deeplink/mcp/install?name=shop&config=");
    expect(contents()).toEqual(was);
  });
  test("--print --remove shows what would go", async () => {
    await run("cursor --demo --yes");
    const was = contents();
    const { code, text } = await run("cursor --remove --print");
    expect(code).toBe(0);
    expect(text).toContain('-     "shop": {');
    expect(contents()).toEqual(was);
  });
  test("a change shows the lines that differ", async () => {
    await run("codex --demo --yes");
    const { text } = await run("codex --url https://shop.example --yes -- --read-only");
    expect(text).toContain('- args = [ "--cwd=/clone of mine", "run", "demo", "--stdio" ]');
    expect(text).toContain('+ args = [ "--cwd=/clone of mine", "server.ts", "--read-only" ]');
    expect(text).toContain("  [mcp_servers.shop]");
  });
});

describe("a secret", () => {
  const env = { DJANGO_API_TOKEN: SECRET };
  const plain = hostNames.filter((name) => hostOf(name).secret.stdio === "plain");
  test("is nowhere but in the files of hosts that have no better way, and never on the screen", async () => {
    for (const name of hostNames) {
      const { code, text } = await run(`${name} --url https://shop.example --yes`, { env });
      expect(code).toBe(0);
      expect(text).not.toContain(SECRET);
      expect(text.includes("in plain text")).toBe(plain.includes(name));
      expect(read(fileOf(name)).includes(SECRET)).toBe(plain.includes(name));
      const printed = await run(`${name} --url https://shop.example --print`, { env });
      expect(printed.text).not.toContain(SECRET);
    }
    expect(plain).toEqual(["claude-desktop", "lm-studio", "jetbrains"]);
  });
  test.each(plain)("in plain text in %s makes the files that hold it private", async (name) => {
    write(fileOf(name), "{}", 0o644);
    await run(`${name} --url https://shop.example --yes`, { env });
    await run(`${name} --url https://other.example --yes`, { env });
    const holding = Object.values(contents()).filter((text) => text.includes(SECRET));
    expect(holding.map((text) => text.slice(0, 3))).toEqual(["600", "600"]);
  });
  test.each(["jetbrains --url https://shop.example", "zed --http http://x/mcp --bearer-env T"])(
    "is never in plain text in a project's file: %s",
    async (args) => {
      const secrets = { env: { ...env, T: SECRET } };
      const { code, text } = await run(`${args} --scope project --yes`, secrets);
      expect(code).toBe(2);
      expect(text).toMatch(/a project's file is often shared/);
      expect(contents()).toEqual({});
    },
  );
  test("that changes is not shown on either side", async () => {
    await run("claude-desktop --url https://shop.example --yes", { env });
    const { text } = await run("claude-desktop --url https://shop.example --yes", {
      env: { DJANGO_API_TOKEN: "another-word" },
    });
    expect(text).toContain("Only a secret changes");
    expect(text).not.toMatch(/sesame|another-word/);
    expect(read(fileOf("claude-desktop"))).toContain("another-word");
  });
  test("that is missing is asked for in words", async () => {
    const { code, text } = await run("claude-desktop --url https://shop.example --yes");
    expect(code).toBe(2);
    expect(text).toMatch(/no place for secrets.*DJANGO_API_TOKEN.*--no-token/);
    expect(contents()).toEqual({});
    const without = await run("claude-desktop --url https://shop.example --no-token --yes");
    expect(without.code).toBe(0);
  });
  test("is a password where the shop is logged in to", async () => {
    await run(
      "gemini --url https://shop.example --yes -- --django-login /api/token/ --django-user m",
    );
    expect(read(fileOf("gemini"))).toContain('"DJANGO_PASSWORD": "${DJANGO_PASSWORD}"');
    expect(read(fileOf("gemini"))).not.toContain("DJANGO_API_TOKEN");
  });
  test("of VS Code is asked for by an input, which goes with the entry", async () => {
    const file = fileOf("vscode");
    const mine = '{\n  "inputs": [{ "id": "mine", "type": "promptString" }],\n  "servers": {}\n}\n';
    write(file, mine);
    await run("vscode --url https://shop.example --yes");
    expect(read(file)).toContain('"id": "shop-django-api-token"');
    write(file, `${read(file)}\n`); // as an editor does it
    await run("vscode --remove --yes");
    expect(read(file).trimEnd()).toBe(mine.trimEnd());
  });
  test("of VS Code stays where another entry refers to it", async () => {
    const file = fileOf("vscode");
    await run("vscode --url https://shop.example --yes");
    const { inputs, servers } = JSON.parse(read(file));
    write(file, JSON.stringify({ inputs, servers: { ...servers, copied: servers.shop } }));
    await run("vscode --remove --yes");
    expect(JSON.parse(read(file))).toEqual({ inputs, servers: { copied: servers.shop } });
  });
});

describe("an entry of another's", () => {
  const theirs = '{ "mcpServers": { "shop": { "command": "their-shop" } } }\n';
  test.each(["--demo", "--remove"])("is not touched by --yes %s", async (args) => {
    write(CURSOR, theirs);
    const { code, text } = await run(`cursor ${args} --yes`);
    expect(code).toBe(1);
    expect(text).toContain("not written by this program");
    expect(read(CURSOR)).toBe(theirs);
  });
  test("keeps its secrets to itself, wherever they stand in it", async () => {
    const hidden = ["s3cr3t-1", "s3cr3t-2", "s3cr3t-3", "s3cr3t-4", "pa$$w0rd{5}"];
    const [flag, joined, query, user, variable] = hidden;
    const shop = {
      command: "x",
      args: [
        "--api-key",
        flag,
        `--token=${joined}`,
        `https://x/?key=${query}`,
        `https://${user}@x/`,
      ],
      env: { PASSWORD: variable, TOKEN: "${TOKEN}" },
    };
    write(CURSOR, JSON.stringify({ mcpServers: { shop } }));
    const { text } = await run("cursor --demo", { answer: "n" });
    expect(hidden.filter((secret) => secret && text.includes(secret))).toEqual([]);
    expect(text).toContain('"TOKEN": "${TOKEN}"');
    expect(text).toContain("--token=…");
  });
  test("keeps a secret that stands behind a name, in a header, in an address or as a default", async () => {
    const hidden = Array.from({ length: 10 }, (_, nth) => `s3cr3t-${nth}`);
    const [header, variable, database, shell, pat, access, cookie, url, fallback, long] = hidden;
    const shop = {
      command: "x",
      args: [
        "--header",
        `Authorization: Bearer ${header}`,
        "--header",
        "X-Api-Key:${KEY}",
        "-e",
        `GITHUB_TOKEN=${variable}`,
        `postgres://mia:${database}@db/shop`,
        "-c",
        `'API_KEY=${shell} x'`,
        `${"-".repeat(2000)}${long}`,
      ],
      env: {
        GITHUB_PAT: pat,
        AWS_ACCESS_KEY: access,
        DATABASE_URL: `mysql://mia:${url}@db`,
        SOME_TOKEN: `\${SOME_TOKEN:-${fallback}}`,
      },
      headers: { Cookie: cookie },
    };
    write(CURSOR, JSON.stringify({ mcpServers: { shop } }));
    const { text } = await run("cursor --demo", { answer: "n" });
    expect(hidden.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).toContain('"X-Api-Key:${KEY}"');
    expect(text).toContain("postgres://…@db/shop");
  });
  test("is replaced only where a person says so", async () => {
    write(CURSOR, theirs);
    expect(await run("cursor --demo", { answer: "n" })).toMatchObject({ code: 1 });
    expect(read(CURSOR)).toBe(theirs);
    const { asked } = await run("cursor --demo", { answer: "y" });
    expect(asked).toEqual(["Replace it? [y/N] "]);
    expect(read(CURSOR)).toContain("/clone of mine");
    expect(read(`${CURSOR}.backup-1`)).toBe(theirs);
  });
  test("stands beside ours of another name", async () => {
    write(CURSOR, theirs);
    expect(await run("cursor --demo --name my-shop --yes")).toMatchObject({ code: 0 });
    expect(read(CURSOR)).toContain('"shop": { "command": "their-shop" }');
    expect(read(CURSOR)).toContain('"my-shop"');
    expect(await run("cursor --remove --name my-shop --yes")).toMatchObject({ code: 0 });
    expect(read(CURSOR)).toBe(theirs);
  });
  test("at an address elsewhere is not ours, at the one given it is", async () => {
    const there = "https://mcp.shop.example/mcp";
    write(CURSOR, `{ "mcpServers": { "shop": { "url": "${there}" } } }\n`);
    expect(await run("cursor --remove --yes")).toMatchObject({ code: 1 });
    expect(await run(`cursor --remove --http ${there} --yes`)).toMatchObject({ code: 0 });
  });
});

/** YAML of a few lines that is 9 ** deep values. */
const nested = (deep: number) =>
  Array.from({ length: deep }, (_, nth) => {
    const inner = nth ? `*a${nth - 1}` : "x";
    return `k${nth}: &a${nth} [${Array(9).fill(inner).join()}]`;
  }).join("\n");

describe("a file that is not as it should be", () => {
  test.each([
    ["is not JSON", "{ nope", /not valid JSON: .* at line 1, column 3.*--print/],
    ["is an array", "[]", /an object belongs/],
    ["has another type at the key", '{ "mcpServers": [] }', /an object belongs/],
    ["is UTF-16", Buffer.from("\uFEFF{}", "utf16le"), /not UTF-8/],
  ])("%s", async (_, text, words) => {
    write(CURSOR, text);
    const was = contents();
    const { code, text: said } = await run("cursor --demo --yes");
    expect(code).toBe(1);
    expect(said).toContain(join(home, CURSOR));
    expect(said).toMatch(words);
    expect(contents()).toEqual(was);
  });
  test("is read-only", async () => {
    write(CURSOR, "{}", 0o444);
    const { code, text } = await run("cursor --demo --yes");
    expect(code).toBe(1);
    expect(text).toMatch(/was not changed: it is read-only/);
    expect(read(CURSOR)).toBe("{}");
  });
  test("is a folder", async () => {
    mkdirSync(join(home, CURSOR), { recursive: true });
    expect((await run("cursor --demo --yes")).text).toMatch(/it is a folder/);
  });
  test("has a file where its folder belongs", async () => {
    write(".cursor", "");
    expect((await run("cursor --demo --yes")).text).toMatch(/a part of its path is a file/);
  });
  test("is a device, which a link of a project may lead to", async () => {
    mkdirSync(join(home, ".cursor"));
    symlinkSync("/dev/zero", join(home, CURSOR));
    const { code, text } = await run("cursor --demo --yes");
    expect(text).toMatch(/was not changed: it is a device or a pipe/);
    expect(code).toBe(1);
  });
  test.each([
    ["whose aliases grow", (deep: number) => `${nested(deep)}\n`],
    ["with an alias that leads nowhere", () => "x: *nope\n"],
  ])("is YAML %s", async (_, text) => {
    write(".config/goose/config.yaml", text(12));
    const { code, text: said } = await run("goose --demo --yes");
    expect(said).toMatch(/was not changed: its aliases lead nowhere/);
    expect(code).toBe(1);
  });
  test.each([
    ["goose", ".config/goose/config.yaml", "a: 1\n"],
    ["codex", ".codex/config.toml", "a = 1\n"],
  ])("of %s is larger than 2 MB", async (name, file, line) => {
    write(file, line + `#${" ".repeat(99)}\n`.repeat(2 ** 15));
    expect((await run(`${name} --demo --yes`)).text).toMatch(/it is larger than 2 MB/);
  });
  test("is larger than 64 MB", async () => {
    truncateSync(write(CURSOR, ""), 64 * 1024 * 1024 + 1);
    expect((await run("cursor --demo --yes")).text).toMatch(/larger than 64 MB/);
  });
  test("is a link: the file that it leads to is written, and stays a link", async () => {
    write("dotfiles/cursor.json", "{}\n", 0o640);
    mkdirSync(join(home, ".cursor"));
    symlinkSync(join(home, "dotfiles/cursor.json"), join(home, CURSOR));
    const { code, text } = await run("cursor --demo --yes");
    expect(code).toBe(0);
    expect(text).toContain(`a link to ${join(home, "dotfiles/cursor.json")}`);
    expect(contents()[CURSOR]).toStartWith("640 -> ");
    expect(read("dotfiles/cursor.json")).toContain("mcpServers");
    expect(await run("cursor --remove --yes")).toMatchObject({ code: 0 });
    expect(contents()).toEqual({
      "dotfiles/cursor.json": "640 {}\n",
      [CURSOR]: `640 -> ${join(home, "dotfiles/cursor.json")}`,
    });
  });
  test("is a link that leads nowhere", async () => {
    mkdirSync(join(home, ".cursor"));
    symlinkSync(join(home, "gone"), join(home, CURSOR));
    expect((await run("cursor --demo --yes")).text).toMatch(/a symbolic link that leads nowhere/);
  });
  test("is changed by another program while a person decides", async () => {
    write(CURSOR, "{}\n");
    const { code, text } = await run("cursor --demo", {
      ask: async () => {
        write(CURSOR, '{ "mcpServers": { "new": {} } }\n');
        return "y";
      },
    });
    expect(code).toBe(1);
    expect(text).toMatch(/another program changed it meanwhile/);
    expect(read(CURSOR)).toBe('{ "mcpServers": { "new": {} } }\n');
  });
  test("comes to be while a person decides", async () => {
    const { code } = await run("cursor --demo", {
      ask: async () => {
        write(CURSOR, "{}\n");
        return "y";
      },
    });
    expect(code).toBe(1);
    expect(read(CURSOR)).toBe("{}\n");
  });
});

describe("backups", () => {
  test("never take the place of an earlier one, nor of a file of that name", async () => {
    write(CURSOR, "{}\n");
    write(`${CURSOR}.backup-1`, "mine");
    write(`${CURSOR}.backup-old`, "mine, too");
    await run("cursor --demo --yes");
    await run("cursor --url https://shop.example --yes");
    expect(read(`${CURSOR}.backup-1`)).toBe("mine");
    expect(read(`${CURSOR}.backup-old`)).toBe("mine, too");
    expect(read(`${CURSOR}.backup-2`)).toBe("{}\n");
    expect(read(`${CURSOR}.backup-3`)).toContain("demo");
  });
  test("do not take the place of one that comes to be while a person decides", async () => {
    write(CURSOR, "{}\n");
    const { code, text } = await run("cursor --demo", {
      ask: async () => {
        write(`${CURSOR}.backup-1`, "mine");
        return "y";
      },
    });
    expect(code).toBe(1);
    expect(text).toMatch(/another backup has come to be/);
    expect(read(`${CURSOR}.backup-1`)).toBe("mine");
    expect(read(CURSOR)).toBe("{}\n");
  });
  test("are those with a plain number, and no links", async () => {
    write(CURSOR, "{}\n");
    for (const ending of ["", "0x10", "1e3", "-5", "01", "9007199254740993"])
      write(`${CURSOR}.backup-${ending}`, "mine");
    symlinkSync("/dev/zero", join(home, `${CURSOR}.backup-7`));
    expect(await run("cursor --demo --yes")).toMatchObject({ code: 0 });
    expect(read(`${CURSOR}.backup-8`)).toBe("{}\n");
    expect(await run("cursor --remove --yes")).toMatchObject({ code: 0 });
    expect(read(CURSOR)).toBe("{}\n");
  });
  test("are made by one run at a time, and a run that broke off says what is left of it", async () => {
    write(CURSOR, "{}\n");
    write(`${CURSOR}.new`, "");
    const { code, text } = await run("cursor --demo --yes");
    expect(text).toContain("another program is writing it. Run this again; if it stays so, delete");
    expect(code).toBe(1);
    expect(Object.keys(contents())).toEqual([CURSOR, `${CURSOR}.new`]);
    expect(read(CURSOR)).toBe("{}\n");
  });
  test("--remove keeps what the host has changed since", async () => {
    write(CURSOR, "{}\n");
    await run("cursor --demo --yes");
    write(CURSOR, read(CURSOR).replace('"mcpServers"', '"theme": "dark",\n  "mcpServers"'));
    await run("cursor --remove --yes");
    expect(JSON.parse(read(CURSOR))).toEqual({ theme: "dark", mcpServers: {} });
  });
  test("--remove after a second connect takes it out, not back to the first", async () => {
    await run("cursor --demo --yes");
    await run("cursor --url https://shop.example --yes");
    expect(await run("cursor --remove --yes")).toMatchObject({ code: 0 });
    expect(Object.keys(contents())).toEqual([`${CURSOR}.backup-1`]);
  });
});

describe("the command line", () => {
  test.each([
    ["", 2, /bun run connect HOST/],
    ["--help", 0, /claude-desktop, claude-code, cursor/],
    ["--demo", 2, /Name a host: claude-desktop/],
    ["curser --demo", 2, /no host "curser"\. Did you mean cursor\? There are: .*mcporter/],
    ["claude --demo", 2, /Did you mean claude-/],
    ["emacs --demo", 2, /no host "emacs"\. There are:/],
    ["cursor", 2, /--demo is the demo shop, --url/],
    ["cursor --demo --url https://shop.example", 2, /Choose one of --demo and --url/],
    ["cursor --url shop.example", 2, /--url must be an http\(s\) address.*got "shop.example"/],
    ["cursor --url https://mia:pw@shop.example", 2, /--url must be [^;]*without a password\.$/],
    ["cursor --url https://:pw@shop.example", 2, /--url must be [^;]*without a password\.$/],
    ["cursor --http ftp://x/mcp", 2, /--http must be/],
    ["cursor --url https://shop.example -- --curency EUR", 2, /Unknown option '--curency'/],
    ["cursor --http http://x/${env:KEY} --yes", 2, /--http has "\$", .* percent-encoded; got/],
    ['cursor --url https://x/"a --yes', 2, /--url has "\\"", which an address holds only perc/],
    ["cursor --url https://x/\u009b1m --yes", 2, /--url has ".", which/],
    ["cursor --http http://x/mcp --bearer-env sk-1 --yes", 2, /name of a variable.*not the token/],
    ["cursor --demo --bearer-env T --yes", 2, /--bearer-env goes with --http/],
    ["cursor --demo --scope mine", 2, /--scope must be user or project/],
    ["cursor --demo --name ../x", 2, /--name must be letters/],
    ["cursor --demo --nmae x", 2, /Unknown option '--nmae'/],
    ["windsurf --demo --scope project", 2, /Windsurf has no file for a project/],
    ["cursor --remove", 0, /there is no "shop" in .*Nothing to take out/],
  ] as const)("%s", async (args, code, words) => {
    const result = await run(args);
    expect(result.text).toMatch(words);
    expect(result.code).toBe(code);
    expect(contents()).toEqual({});
  });
  test("takes a host by its title, and a shop from the environment", async () => {
    const { code } = await run("Cursor --yes", {
      env: { DJANGO_API_BASE: "https://shop.example" },
    });
    expect(code).toBe(0);
    expect(read(CURSOR)).toContain('"DJANGO_API_BASE": "https://shop.example"');
  });
  test("connects several hosts, and goes on where one cannot be", async () => {
    write(CURSOR, "{ nope");
    const { code, text } = await run("cursor codex --demo --yes");
    expect(code).toBe(1);
    expect(text).toContain("not valid JSON");
    expect(read(".codex/config.toml")).toContain("[mcp_servers.shop]");
  });
  test.each([
    ["opencode", ".config/opencode/opencode.jsonc"],
    ["lm-studio", ".cache/lm-studio/mcp.json"],
  ] as const)("edits the file that %s has", async (name, file) => {
    write(file, "{}\n");
    expect((await run(`${name} --demo --yes`)).code).toBe(0);
    expect(Object.keys(contents())).toEqual([file, `${file}.backup-1`]);
  });
  test("writes a project's file in its folder", async () => {
    await run("claude-code copilot vscode --demo --scope project --yes");
    expect(Object.keys(contents())).toEqual([
      "site/.mcp.json",
      "site/.mcp.json.backup-1", // Claude Code and Copilot read the same file
      "site/.vscode/mcp.json",
    ]);
    const modes = Object.values(contents()).map((text) => text.slice(0, 3));
    expect(new Set(modes)).toEqual(new Set([(0o666 & ~process.umask()).toString(8)]));
    await run(`gemini --demo --scope project --dir ${base} --yes`);
    expect(readFileSync(join(base, ".gemini/settings.json"), "utf8")).toContain('"shop"');
  });
});

describe("the package from npm", () => {
  const npx = { path: "/opt/node/bin/npx", prefix: "/", isWindows: false };
  const installation = { kind: "package", spec: "django-shop-mcp@1.2.3", npx } as const;
  test("is started by npx, which reads no settings of the folder that a host stands in", async () => {
    await run("codex --demo --yes", { installation });
    expect(read(".codex/config.toml")).toContain('command = "npx"');
    expect(read(".codex/config.toml")).toContain(
      'args = [ "--prefix=/", "-y", "django-shop-mcp@1.2.3", "demo", "--stdio" ]',
    );
  });
  test("has a path to npx and node in a host on the desktop", async () => {
    await run("claude-desktop --demo --yes", { installation });
    const { shop } = JSON.parse(read(fileOf("claude-desktop"))).mcpServers;
    expect(shop.command).toBe("/opt/node/bin/npx");
    expect(shop.env.PATH).toBe("/opt/node/bin:/usr/bin:/bin");
  });
  test("is started by cmd on Windows", async () => {
    const windows = { ...npx, prefix: "C:\\Users\\mia", isWindows: true };
    await run("cursor --demo --yes", { installation: { ...installation, npx: windows } });
    const { shop } = JSON.parse(read(CURSOR)).mcpServers;
    expect([shop.command, ...shop.args].join(" ")).toBe(
      "cmd /c npx --prefix=C:\\Users\\mia -y django-shop-mcp@1.2.3 demo --stdio",
    );
  });
  test("takes nothing on Windows that cmd would read as a command", async () => {
    const windows = { ...npx, isWindows: true };
    for (const args of ["--http http://x/mcp?a=1&calc", "--http http://x/%PATH%"]) {
      const { code, text } = await run(`claude-desktop ${args} --yes`, { npx: windows });
      expect(text).toMatch(/Windows starts npx by cmd, which would read part of "http:/);
      expect(code).toBe(2);
    }
    expect(contents()).toEqual({});
  });
  test("an address reaches Claude Desktop by mcp-remote, with the token out of its arguments", async () => {
    await run("claude-desktop --http http://127.0.0.1:3000/mcp --bearer-env T --yes", {
      env: { T: SECRET },
    });
    const { shop } = JSON.parse(read(fileOf("claude-desktop"))).mcpServers;
    expect(shop.args.slice(2)).toEqual([
      expect.stringMatching(/^mcp-remote@\d/),
      "http://127.0.0.1:3000/mcp",
      "--header",
      "Authorization:Bearer ${T}",
    ]);
    expect(shop.env.T).toBe(SECRET);
  });
});

test("an executable starts itself", async () => {
  const installation = { kind: "executable", program: "/opt/shop mcp" } as const;
  await run("cursor --demo --yes", { installation });
  expect(JSON.parse(read(CURSOR)).mcpServers.shop).toMatchObject({
    command: "/opt/shop mcp",
    args: ["demo", "--stdio"],
  });
  expect(await run("cursor --remove --yes", { installation })).toMatchObject({ code: 0 });
});

test("the snippet of a host is the file that connect writes where there is none", async () => {
  for (const name of hostNames) {
    await run(`${name} --demo --yes`);
    const server = {
      kind: "stdio",
      command: "/opt/bun",
      args: ["--cwd=/clone of mine", "run", "demo", "--stdio"],
      env: {},
      secrets: [],
    } as const;
    expect(read(fileOf(name))).toBe(
      snippet(hostOf(name), "shop", { ...server, args: [...server.args], secrets: [] }),
    );
  }
});
