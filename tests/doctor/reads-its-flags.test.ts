/** Which flags the doctor has, and what it says of wrong ones. */
import { expect, test } from "bun:test";
import { run } from "../../scripts/doctor/doctor.ts";
import { BASE, mockShop } from "./run-doctor.ts";

test.each([
  [
    ["--token", "t"],
    "DJANGO_API_BASE (--django) is not set. Address of your Django, as https://shop.example[/path]",
  ],
  [
    ["--django", "shop"],
    'DJANGO_API_BASE (--django) must be an http(s) address without credentials or query; got "shop".',
  ],
  [
    ["--django", BASE, "--auth", "Basic"],
    'DJANGO_API_AUTH (--auth) must be Token, Bearer or JWT; got "Basic".',
  ],
  [["--django", BASE, "--out", "/tmp/x.ts"], "--out is for --suggest: give both"],
  [
    ["--django", BASE, "--suggest", "--out", import.meta.dir],
    `${import.meta.dir} cannot be written (EISDIR): give --out another name`,
  ],
  [["--colour"], "Unknown option '--colour': see --help"],
  [["--django", BASE, "--order", "../1"], "--order must be an id, such as 1021; got ../1"],
  [["--django", BASE, "--schema", "http://:x"], "--schema must be a URL or a path; got http://:x"],
])("a flag that does not fit: %p", async (args, line) => {
  expect(await run(args, {}, mockShop().runtime)).toEqual({ err: `doctor: ${line}`, code: 2 });
});

test("--help lists every flag", async () => {
  const { out = "", code } = await run(["--help"], {});
  expect(code).toBe(0);
  for (const flag of [
    "--django",
    "--token",
    "--second-token",
    "--shop",
    "--schema",
    "--json",
    "--suggest",
  ])
    expect(out).toContain(flag);
});
