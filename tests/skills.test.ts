/** The skills of plugin/ speak of the server as it is: what stands in code there is something that it says or takes. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { tools } from "../server.ts";
import surface from "./surface.json";

const root = join(import.meta.dir, "..");
const skills = readdirSync(join(root, "plugin/skills"));
const read = (skill: string) => Bun.file(join(root, "plugin/skills", skill, "SKILL.md")).text();

/** The names of tools, arguments and fields, and the values that are listed, from what hosts read. */
const names = new Set<string>(["me", "XXX"]);
const values = new Set<unknown>([true, false]);
function collect(schema: unknown): void {
  if (typeof schema !== "object" || schema === null) return;
  for (const [key, part] of Object.entries(schema)) {
    if (key === "properties") Object.keys(part).forEach((name) => names.add(name));
    if (key === "enum") part.forEach((value: unknown) => values.add(value));
    collect(part);
  }
}
for (const { name, inputSchema, outputSchema } of surface.tools) {
  names.add(name);
  collect([inputSchema, outputSchema]);
}

/** What the server has said, in the transcripts of the stories. */
async function saidInStories(): Promise<string> {
  const files = Array.from(new Bun.Glob("tests/stories/*/*.md").scanSync(root));
  return (await Promise.all(files.map((file) => Bun.file(join(root, file)).text()))).join("\n");
}

/** Whether the server has it: a name, a listed value, `name: value`, or words that it has said. */
function isKnown(code: string, said: string): boolean {
  const [, name = "", json = ""] = /^(\w+): (.+)$/.exec(code) ?? [];
  if (name) return names.has(name) && values.has(JSON.parse(json));
  return /^\w+$/.test(code) ? names.has(code) || values.has(code) : said.includes(code);
}

test.each(skills)("%s names tools, arguments, values and words that there are", async (skill) => {
  const said = await saidInStories();
  const codes = Array.from((await read(skill)).matchAll(/`([^`]+)`/g), ([, code = ""]) => code);
  expect(codes.length).toBeGreaterThan(5);
  expect(codes.filter((code) => !isKnown(code, said))).toEqual([]);
});

test.each(skills)("%s names, in what hosts see of it, tools that there are", async (skill) => {
  const [, description = ""] = /^description: (.*)$/m.exec(await read(skill)) ?? [];
  const tools = surface.tools.map(({ name }) => name);
  const named = Array.from(description.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g), ([name]) => name);
  expect(named.length).toBeGreaterThan(1);
  expect(named.filter((name) => !tools.includes(name) && !names.has(name))).toEqual([]);
});

test("every tool that is offered as a rule is spoken of by a skill", async () => {
  const texts = (await Promise.all(skills.map(read))).join("\n");
  expect(Object.keys(tools).filter((name) => !texts.includes(`\`${name}\``))).toEqual([]);
});
