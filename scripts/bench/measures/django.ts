/**
 * Against a real Django: the reference shop in django/, served by gunicorn with two workers on SQLite. The call
 * through this server is compared with the same GET asked directly. Each search has another `max_price`, which all
 * products are below, so that none shares another's answer.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { install, makeVenv, runOrThrow } from "../../django.ts";
import { ours } from "../contenders.ts";
import { contenders as folder, root } from "../install.ts";
import { send } from "../load.ts";
import { freePort } from "../../free-port.ts";
import { spawn, start, waitFor } from "../processes.ts";
import { headersOf, MARK, META } from "../protocol.ts";
import { count, type Goal, median, ratio, rotate, table, times } from "../statistics.ts";

const TOKEN = "demo-mia";
const CONCURRENCY = 16;
/** An operation, as a call and as the GET that it makes. */
const OPERATIONS = [
  {
    name: "search_products",
    input: { query: "garden", max_price: MARK, limit: 10 },
    path: `/api/products/search/?q=garden&limit=10&max_price=${MARK}`,
  },
  { name: "get_order_status", input: { order_id: "1036" }, path: "/api/orders/1036/status/" },
];

interface Row {
  operation: string;
  way: "directly" | "through this server";
  throughput: number[];
  p50: number[];
  errors: number;
}
export type DjangoResult = Row[];

/** gunicorn as its documentation has it, with two workers. */
async function serveDjango() {
  const python = await makeVenv();
  await install({
    title: "gunicorn",
    file: `${folder}/python/requirements-gunicorn.txt`,
    record: "installed-gunicorn.txt",
    create: false,
  });
  const database = mkdtempSync(`${tmpdir()}/bench-django-`);
  const cwd = `${root}/django`;
  const env = { DATABASE_URL: `sqlite:///${database}/db.sqlite3` };
  for (const step of [
    ["migrate", "--verbosity", "0"],
    ["load_world", `${root}/mocks/world.json`],
  ])
    await runOrThrow([python, "manage.py", ...step], { cwd, env });
  const port = freePort();
  const options = `--workers 2 --worker-class gthread --threads 8 --bind 127.0.0.1:${port}`;
  const gunicorn = [python, "-m", "gunicorn", ...options.split(" "), "project.wsgi:application"];
  const { stop } = spawn(gunicorn, { cwd, env });
  await waitFor(port);
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => (await stop(), rmSync(database, { recursive: true })),
  };
}

export async function measureDjango({ rounds = 5, seconds = 2 }): Promise<DjangoResult> {
  const django = await serveDjango();
  const server = await start(ours, django.url, {
    env: { DJANGO_API_TOKEN: TOKEN },
    isOtherShop: true,
  });
  const plans = OPERATIONS.flatMap(({ name, input, path }) => {
    const params = { name, arguments: input, _meta: META };
    const call = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
    const body = call.replace(`"${MARK}"`, MARK); // a number
    const row = (way: Row["way"]): Row => ({
      operation: name,
      way,
      throughput: [],
      p50: [],
      errors: 0,
    });
    const direct = { url: django.url + path, headers: { Authorization: `Token ${TOKEN}` } };
    return [
      { row: row("directly"), ...direct },
      {
        row: row("through this server"),
        url: server.url,
        headers: headersOf("modern", name),
        body,
      },
    ];
  });
  try {
    for (const { row: _, ...plan } of plans)
      await send({ ...plan, concurrency: CONCURRENCY, seconds: 1 });
    for (let round = 0; round < rounds; round++)
      for (const { row, ...plan } of rotate(plans, round)) {
        const sent = await send({ ...plan, concurrency: CONCURRENCY, seconds });
        row.throughput.push((sent.requests / sent.microseconds) * 1e6);
        row.p50.push(sent.p50 / 1000);
        row.errors += sent.errors;
      }
  } finally {
    await server.stop();
    await django.stop();
  }
  return plans.map(({ row }) => row);
}

const pairs = (result: DjangoResult) =>
  OPERATIONS.flatMap(({ name }) => {
    const rows = result.filter(({ operation }) => operation === name);
    const [direct, through] = [rows[0], rows[1]];
    return direct && through ? [{ name, direct, through }] : [];
  });
const more = (one: number[], other: number[]) =>
  median(one.map((value, round) => value - (other[round] ?? NaN)));

export function reportDjango(result: DjangoResult): string {
  const rows = pairs(result).flatMap(({ name, direct, through }) =>
    [direct, through].map((row) => [
      `\`${name}\` ${row.way}`,
      row.errors ? `void: ${row.errors} errors` : count(median(row.throughput), 1),
      times(ratio(row.throughput, direct.throughput)),
      count(median(row.p50), 2),
      count(more(row.p50, direct.p50), 2),
    ]),
  );
  return table(["", "calls/s", "of directly", "p50, ms", "more than directly, ms"], rows);
}

export function djangoGoals(result: DjangoResult): Goal[] {
  return pairs(result).flatMap(({ name, direct, through }) => {
    const isVoid = direct.errors + through.errors > 0;
    const what = `4: \`${name}\` against real Django`;
    const throughput = isVoid ? NaN : ratio(through.throughput, direct.throughput);
    const p50 = isVoid ? NaN : more(through.p50, direct.p50);
    return [
      { what: `${what}: throughput, of asking it directly`, measured: throughput, atLeast: 0.9 },
      { what: `${what}: more p50, ms`, measured: p50, atMost: 1 },
    ];
  });
}
