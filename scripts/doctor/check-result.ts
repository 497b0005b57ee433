/** A line of the doctor's report, as every check makes it. */

export type Level = "green" | "amber" | "red";
/** One line of the report: what was looked at, what is so, and what to do about it. */
export interface Line {
  level: Level;
  check: string;
  says: string;
  fix?: string;
}

export type Said = Omit<Line, "check">;
/** A line out of words: what is so, and behind an arrow what to do. */
export const saying = (level: Level) => (words: string) => {
  const [says = "", fix] = words.replace(/\p{C}/gu, "").split(" → ");
  return { level, says, ...(fix && { fix }) };
};

export const [green, amber, red] = [saying("green"), saying("amber"), saying("red")];
