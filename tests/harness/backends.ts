/**
 * The shops that stories are played in: `openMock`, which gives each story a shop of its own, and `openDjango`,
 * one real Django for all of them. `play.ts` opens a shop for a story and closes it after its last step.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWorld, seed } from "../../mocks/world.ts";
import { makeVenv } from "../../scripts/django.ts";
import { serveShop } from "../../scripts/shop.ts";

/** The shop's time stands still, so that the worlds of two plays can be compared. */
const SHOP_CLOCK = "2026-11-22T09:00:00Z";

/** A shop that is open for one story. */
interface OpenShop {
  url: string;
  /** The world as it is now, as plain JSON. */
  world(): Promise<unknown>;
  /** `isChanged`: the world is no longer the one that was loaded, so it cannot be used again. */
  close(isChanged: boolean): Promise<unknown>;
}
/** Opens shops for stories. */
export interface Backend {
  name: "mock" | "django";
  /** Opens a shop with this world, `tests/worlds/NAME.json`; without a name, with the seed of the mock. */
  open(world?: string): Promise<OpenShop>;
  stop(): Promise<unknown>;
}
const worldFile = (world?: string) =>
  Bun.file(new URL(world ? `../worlds/${world}.json` : "../../mocks/world.json", import.meta.url));

/** The world of a story, by its name. */
export const readWorldOf = async (name?: string) =>
  name ? readWorld(await worldFile(name).json()) : seed;

/** The mock: a new shop for each story. */
export function openMock(): Backend {
  return {
    name: "mock",
    async open(name) {
      const world = await readWorldOf(name);
      const { url, shop, stop } = serveShop({ world, now: () => new Date(SHOP_CLOCK) });
      return { url, world: async () => JSON.parse(JSON.stringify(shop.world())), close: stop };
    },
    stop: async () => undefined,
  };
}

/**
 * Starts a Django for tests, on a free port and with a database of its own.
 *
 * @param script a Python file, by its path from this folder, that serves the shop and prints its address
 * @param env its environment, besides `DATABASE_URL`
 * @returns `ask`, which is `fetch` for paths of this Django, such as `/__world/`, and throws unless the answer is 2xx
 */
export async function startDjango(script: string, env: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "django-shop-"));
  const database = { DATABASE_URL: `sqlite:///${folder}/db.sqlite3` };
  const python = join(import.meta.dir, "..", "..", ".venv", "bin", "python");
  const child = Bun.spawn([python, join(import.meta.dir, script)], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...database, ...env },
    stdout: "pipe",
    stderr: "inherit",
  });
  const stop = async () => {
    child.kill();
    await child.exited;
    rmSync(folder, { recursive: true });
  };
  const { value } = await child.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  if (!value) throw new Error("Django did not start", { cause: await stop() });
  const url = value.trim();
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init);
    if (!response.ok) throw new Error(`Django's ${path}: HTTP ${response.status}`);
    return response;
  };
  return { url, ask, stop };
}

/**
 * One real Django for all stories. Its world is loaded again only when the story before changed it, or had another.
 *
 * @param urls its `ROOT_URLCONF`: that of the reference shop, or of the same shop with another API
 */
export async function openDjango(urls = "project.urls"): Promise<Backend> {
  await makeVenv();
  const { url, ask, stop } = await startDjango("django_shop.py", {
    SHOP_URLCONF: urls,
    SHOP_CLOCK,
  });

  let loaded: string | undefined;
  return {
    name: "django",
    async open(name) {
      const file = worldFile(name);
      if (loaded !== file.name) await ask("/__world/", { method: "PUT", body: file });
      loaded = file.name;
      const close = async (isChanged: boolean) => {
        if (isChanged) loaded = undefined;
      };
      return { url, world: async () => (await ask("/__world/")).json(), close };
    },
    stop,
  };
}
