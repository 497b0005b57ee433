/** The dialect that findings make. One that stops the start becomes a TODO: a module that is written starts. */
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import type { Dialect } from "../../../shop/contract.ts";
import { loadDialect } from "../../../shop/mapping/load-dialect.ts";
import { type Finding, writeModule } from "./findings.ts";

const ENGINE = fileURLToPath(new URL("../../../shop/mapping/define-shop.ts", import.meta.url));
/** Loads the text of a module, as `--shop` would. */
export async function loadModule(text: string): Promise<Dialect> {
  const file = `${tmpdir()}/suggested-${process.pid}-${Bun.randomUUIDv7()}.ts`;
  await Bun.write(file, text.replace("../shop/mapping/define-shop.ts", ENGINE));
  try {
    return await loadDialect(file);
  } catch (error) {
    throw new Error(
      String(error)
        .replaceAll(file, "the module")
        .replace(/^.*the module: /, ""),
    );
  } finally {
    await Bun.file(file).delete();
  }
}
/** Where a finding stands, as an error of the tables writes it. */
const placeOf = ({ at }: Finding) => at.join(".");
/** What is left of the findings once each that stops the start is a TODO, and the dialect of it. */
export async function loadFindings(
  all: Finding[],
): Promise<{ findings: Finding[]; dialect?: Dialect }> {
  let findings = all;
  for (let tries = 0; tries < 20; tries++) {
    try {
      return { findings, dialect: await loadModule(writeModule([], findings)) };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const named = (finding: Finding) => {
        const parts = finding.at.map((_, index) => finding.at.slice(0, index + 1).join("."));
        return Math.max(
          0,
          ...parts.filter((part) => why.includes(part)).map(({ length }) => length),
        );
      };
      const [worst] = findings
        .filter(({ is }) => is !== undefined)
        .toSorted((a, b) => named(b) - named(a));
      if (!worst || !named(worst)) return { findings: [] };
      const isBelow = (finding: Finding) =>
        finding !== worst && `${placeOf(finding)}.`.startsWith(`${placeOf(worst)}.`);
      findings = findings.flatMap((finding) => {
        if (finding === worst)
          return [{ at: finding.at, todo: `${finding.is} stops the start: ${why}` }];
        return isBelow(finding) ? [] : [finding];
      });
    }
  }
  return { findings: [] };
}
