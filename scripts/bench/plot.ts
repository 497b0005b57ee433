/**
 * The two plots, as SVG: a few lines, each named at its end. They bring their own background, light or dark as the
 * reader's system is, since a README does not tell an image which it is on.
 *
 * @module
 */
import type { GrowthResult } from "./measures/growth.ts";
import { CONCURRENCIES, type HttpResult, medianOf } from "./measures/http.ts";
import { count, median } from "./statistics.ts";

const SHOWN = [
  "floor",
  "ours",
  "ours-legacy",
  "mcp-lite",
  "rmcp",
  "tmcp",
  "mcp-go",
  "sdk2-bun",
  "mcp-py",
];

export function plotThroughput({ rows }: HttpResult) {
  const lines = rows
    .filter(({ name }) => SHOWN.includes(name))
    .map((row) => ({
      name: row.name,
      title: row.name === "ours-legacy" ? `${plain(row.title)}, 2025` : plain(row.title),
      values: CONCURRENCIES.map((at) => medianOf(row, `search_products ${at}`, "throughput")),
    }));
  const svg = draw({
    title: "search_products: calls per second",
    subtitle: "by connections at a time; more is better",
    ticks: CONCURRENCIES.map((at, x) => ({ x, label: at === 1 ? "1 connection" : `${at}` })),
    lines,
  });
  const alt = "Throughput by concurrency: this server, the floor and its peers";
  return { file: "throughput.svg", alt, svg };
}

export function plotGrowth({ series }: GrowthResult) {
  const calls = series.filter(({ operation }) => operation === "search_products");
  const tools = Object.keys(calls[0]?.cpu ?? {}).map(Number);
  const lines = calls.map(({ name, title, cpu }) => ({
    name,
    title: plain(title),
    values: tools.map((n) => median(cpu[n] ?? [])),
  }));
  const svg = draw({
    title: "search_products: CPU time per call, in microseconds",
    subtitle: "by the number of tools that the server offers; less is better",
    ticks: tools.map((n, at) => ({ x: n, label: at === 0 ? `${n} tools` : `${n}` })),
    lines,
  });
  return { file: "growth.svg", alt: "CPU per call by number of tools", svg };
}
const plain = (title: string) => title.replaceAll("*", "");

interface Line {
  name: string;
  title: string;
  values: number[];
}
interface Chart {
  title: string;
  subtitle: string;
  ticks: { x: number; label: string }[];
  lines: Line[];
}

const SIZE = { width: 860, height: 430, left: 64, right: 250, top: 74, bottom: 44 };
const LABEL = 19; // pixels between the names of two lines
const STYLE = `
  svg { color-scheme: light dark }
  text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--text) }
  svg { --back: #ffffff; --text: #1f2328; --faint: #59636e; --grid: #d8dee4; --peer: #7d8590; --ours: #0969da }
  @media (prefers-color-scheme: dark) {
    svg { --back: #0d1117; --text: #e6edf3; --faint: #9198a1; --grid: #30363d; --peer: #7d8590; --ours: #58a6ff }
  }
  .title { font-size: 17px; font-weight: 600 } .faint, .axis { fill: var(--faint) } .axis { font-size: 12.5px }
  .grid { stroke: var(--grid) } .peer { stroke: var(--peer); stroke-width: 1.5 } .leader { stroke: var(--grid) }
  .floor { stroke: var(--text); stroke-width: 2; stroke-dasharray: 6 5 }
  .ours, .ours-legacy { stroke: var(--ours); stroke-width: 3.5 } .ours-legacy { stroke-width: 2; stroke-dasharray: 2 4 }
  .ours-name { fill: var(--ours); font-weight: 600 } path { fill: none; stroke-linejoin: round }
`;

function draw({ title, subtitle, ticks, lines }: Chart): string {
  const { width, height, left, right, top, bottom } = SIZE;
  const [x0, x1] = [ticks[0]?.x ?? 0, ticks.at(-1)?.x ?? 1];
  const steps = scaleFor(Math.max(...lines.flatMap(({ values }) => values)));
  const x = (value: number) => left + ((value - x0) / (x1 - x0)) * (width - left - right);
  const y = (value: number) =>
    height - bottom - (value / (steps.at(-1) ?? 1)) * (height - top - bottom);
  const grid = steps.map((step) => {
    const line = `<path class="grid" d="M${left} ${y(step)}H${width - right}"/>`;
    return `${line}<text class="axis" x="${left - 8}" y="${y(step) + 4}" text-anchor="end">${count(step)}</text>`;
  });
  const axis = ticks.map(
    ({ x: at, label }) =>
      `<text class="axis" x="${x(at)}" y="${height - bottom + 22}" text-anchor="middle">${label}</text>`,
  );
  const drawn = lines
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ name, values }) => {
      const points = values.map((value, at) => `${round(x(ticks[at]?.x ?? 0))} ${round(y(value))}`);
      return `<path class="${/^(floor|ours)/.test(name) ? name : "peer"}" d="M${points.join("L")}"/>`;
    });
  const names = placeNames(lines, y).map(({ line, at }) => {
    const value = line.values.at(-1) ?? NaN;
    const from = width - right;
    const leader = `<path class="leader" d="M${from + 3} ${round(y(value))}L${from + 16} ${round(at)}"/>`;
    const kind = line.name.startsWith("ours") ? ' class="ours-name"' : "";
    return `${leader}<text${kind} x="${from + 20}" y="${round(at + 5)}">${line.title}  <tspan class="faint">${count(value)}</tspan></text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<style>${STYLE}</style>
<rect width="${width}" height="${height}" rx="8" style="fill: var(--back)"/>
<text class="title" x="20" y="32">${title}</text>
<text class="faint" x="20" y="53">${subtitle}</text>
${[...grid, ...axis, ...drawn, ...names].join("\n")}
</svg>
`;
}
const round = (value: number) => Math.round(value * 10) / 10;
/** Peers below, this server on top. */
const rank = ({ name }: Line) => (name === "ours" ? 2 : name.startsWith("ours") ? 1 : 0);

/** Round steps from 0 to above the highest value. */
function scaleFor(highest: number): number[] {
  const rough = highest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((of) => of * power).find((of) => of >= rough) ?? rough;
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, at) => at * step);
}
/** A height for each line's name: as near to the end of the line as the other names let it be. */
function placeNames(lines: Line[], y: (value: number) => number) {
  const placed = lines
    .map((line) => ({ line, at: y(line.values.at(-1) ?? 0) }))
    .toSorted((a, b) => b.at - a.at); // from the bottom
  let below = SIZE.height - SIZE.bottom + LABEL;
  for (const name of placed) below = name.at = Math.min(name.at, below - LABEL);
  return placed;
}
