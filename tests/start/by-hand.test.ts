/** Started by hand, in a terminal, the server says what it is, and what to type. */
import { expect, test } from "bun:test";
import { FIRST_STEPS, servingAt, TYPED, WAITING } from "../../stdio/by-hand.ts";

const server = new URL("../../server.ts", import.meta.url).pathname;
const NO_SHOP = { DJANGO_API_BASE: "http://127.0.0.1:9", DJANGO_API_TOKEN: "t" };

/** The server in a terminal of its own, in which all that it prints can be read. */
function openTerminal(args: string[], env: Record<string, string>) {
  let screen = "";
  let changed = Promise.withResolvers<void>();
  const decoder = new TextDecoder();
  const child = Bun.spawn([process.execPath, server, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    terminal: {
      cols: 1000, // nothing is wrapped
      data(_, bytes) {
        screen += decoder.decode(bytes, { stream: true });
        changed.resolve();
        changed = Promise.withResolvers();
      },
    },
  });
  return {
    child,
    type: (line: string) => child.terminal?.write(`${line}\n`),
    /** Waits until this is on the screen. */
    async shows(text: string | RegExp): Promise<string> {
      const isThere = () => (typeof text === "string" ? screen.includes(text) : text.test(screen));
      while (!isThere()) await changed.promise;
      return screen;
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await child.exited;
    },
  };
}

test("without settings", async () => {
  await using terminal = openTerminal([], {});
  const screen = await terminal.shows(FIRST_STEPS);
  expect(screen).toContain("DJANGO_API_BASE (--django-api-base) is not set.");
  for (const command of ["bun run demo", "bun run connect HOST", "bun run server --help"])
    expect(screen).toContain(`\`${command}\``);
  expect(await terminal.child.exited).toBe(2);
});
test("with a setting that is wrong", async () => {
  await using terminal = openTerminal([], { DJANGO_API_BASE: "ftp://shop.example" });
  expect(await terminal.shows(FIRST_STEPS)).toContain('got "ftp://shop.example"');
});
test("with settings, over stdio; and what is typed there is answered in words, not in JSON", async () => {
  await using terminal = openTerminal([], NO_SHOP);
  await terminal.shows(WAITING);
  terminal.type("hello");
  expect(await terminal.shows(TYPED)).not.toContain('"error"');
  terminal.type('{"jsonrpc": "2.0", "id": 7, "method": "ping"}');
  await terminal.shows('"id":7}');
});
test("with settings, over HTTP", async () => {
  await using terminal = openTerminal(["--http", "--port", "0"], NO_SHOP);
  const screen = await terminal.shows(/adds it to your assistant/);
  const [url = ""] = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(screen) ?? [];
  expect(screen).toContain(servingAt(url));
});
test("a host is told none of that", async () => {
  const child = Bun.spawn([process.execPath, server], {
    env: { PATH: process.env["PATH"] ?? "" },
    stdin: new Blob(["hello\n"]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect(out).toBe("");
  expect(err.trim().split("\n")).toHaveLength(1);
});
