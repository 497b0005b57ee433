/**
 * What a check finds. Every check returns results, made by `green`, `amber` and `red`; `examine.ts` makes the
 * lines of the report of them.
 */

/** green: it fits; amber: it works in part, or is not known; red: it does not work. */
export type Level = "green" | "amber" | "red";
/** One line of the report, as `--json` prints it. */
export interface ReportLine {
  level: Level;
  /** The name of the check, or of the endpoint. */
  check: string;
  /** What was found. */
  says: string;
  /** What to do about it. */
  fix?: string;
}
export type CheckResult = Omit<ReportLine, "check">;

/** Makes results of a level from one string: `red("what was found → what to do about it")`. */
export const resultOf =
  (level: Level) =>
  (text: string): CheckResult => {
    const [says = "", fix] = text.replace(/\p{C}/gu, "").split(" → ");
    return { level, says, ...(fix && { fix }) };
  };
export const [green, amber, red] = [resultOf("green"), resultOf("amber"), resultOf("red")];
