/** docs/clients.md without its clients: what needs no toolchain to be checked. */
import { expect, test } from "bun:test";
import { clients } from "./clients.ts";
import { root, type Stack } from "./install.ts";

const read = (path: string) => Bun.file(`${root}/${path}`).text();
const manifests: Record<Stack, string[]> = {
  python: ["python/modern.in", "python/handshake.in"],
  go: ["go/go.mod"],
  node: ["node/package.json"],
  rust: ["rust/Cargo.toml"],
};

test("the table has a row for each client and transport, in order", async () => {
  const [, table = ""] = (await read("docs/clients.md")).split(/<!-- \/?clients -->/);
  const rows = table.trim().split("\n").slice(2);
  const firstCells = rows.map((row) =>
    row
      .split("|")
      .slice(1, 3)
      .map((cell) => cell.trim()),
  );
  expect(firstCells).toEqual(
    clients.flatMap(({ title, transports }) => transports.map((transport) => [title, transport])),
  );
});

test.each(clients)("the versions in $title are those that are installed", async (client) => {
  const files = manifests[client.stack].map((file) => read(`tests/clients/${file}`));
  const pinned = (await Promise.all(files)).join("\n");
  const versions = client.title.match(/\d+\.\d+\.\d+/g) ?? [];
  expect(versions).not.toBeEmpty();
  for (const version of versions) expect(pinned).toMatch(new RegExp(`[=v": ]${version}\\b`));
});
