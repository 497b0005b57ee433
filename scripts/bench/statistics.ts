/** The few numbers that the tables are made of. */

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[middle]];
  return (low + high) / 2;
}
/**
 * How much one series is of another: the median of the ratios of each round, since what disturbs a machine for
 * seconds disturbs both.
 */
export const ratio = (series: number[], of: number[]): number =>
  median(series.map((value, round) => value / (of[round] ?? NaN)));

/** The same entries, beginning elsewhere in each round. */
export const rotate = <T>(entries: T[], round: number): T[] => {
  const first = round % entries.length;
  return [...entries.slice(first), ...entries.slice(0, first)];
};

/** One goal of the issue, with what was measured. */
export interface Goal {
  what: string;
  measured: number;
  atLeast?: number;
  atMost?: number;
}
export const isMet = ({ measured, atLeast = -Infinity, atMost = Infinity }: Goal): boolean =>
  measured >= atLeast && measured <= atMost;

/** A ratio as it stands in a table. */
export const times = (value: number): string =>
  Number.isNaN(value)
    ? "–"
    : value < 10
      ? value.toFixed(2)
      : value < 100
        ? value.toFixed(1)
        : value.toFixed(0);
/** A count or a time, with a space between thousands. */
export const count = (value: number, digits = 0): string =>
  value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** A table in Markdown; all columns but the first are numbers. */
export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const rule = line(head.map((_, column) => (column ? "--:" : "---")));
  return [line(head), rule, ...rows.map(line)].join("\n");
}
