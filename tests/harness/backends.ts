/**
 * The shops that stories are played in: the mock, a new one for each, and one real Django.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWorld, seed } from "../../mocks/world.ts";
import { makeVenv } from "../../scripts/django.ts";
import { serveShop } from "../../scripts/shop.ts";

/** It is always then at the shop, so that worlds can be compared in the end. */
const SHOP_CLOCK = "2026-11-22T09:00:00Z";

/** A shop that one story is played in. */
interface OpenShop {
  url: string;
  /** Its world as it is now, as JSON has it. */
  world(): Promise<unknown>;
  /** Ends it; `isChanged` says that its world may not be used again. */
  close(isChanged: boolean): Promise<unknown>;
}
/** Where shops for stories come from. */
export interface Backend {
  name: "mock" | "django";
  /** A shop with this world: the seed, or tests/worlds/NAME.json. */
  open(world?: string): Promise<OpenShop>;
  stop(): Promise<unknown>;
}
const fileOf = (world?: string) =>
  Bun.file(new URL(world ? `../worlds/${world}.json` : "../../mocks/world.json", import.meta.url));

/** The mock: a shop of its own for every story. */
export function openMock(): Backend {
  return {
    name: "mock",
    async open(name) {
      const world = name ? readWorld(await fileOf(name).json()) : seed;
      const { url, shop, stop } = serveShop({ world, now: () => new Date(SHOP_CLOCK) });
      return { url, world: async () => JSON.parse(JSON.stringify(shop.world())), close: stop };
    },
    stop: async () => undefined,
  };
}

/**
 * Starts a Django of the tests, a script that prints its address, on a free port with a database of its own.
 * `ask` is `fetch` for its own paths, such as `/__world/`, and throws what is not answered well.
 */
export async function startDjango(script: string, given: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), "django-shop-"));
  const database = { DATABASE_URL: `sqlite:///${folder}/db.sqlite3` };
  const python = join(import.meta.dir, "..", "..", ".venv", "bin", "python");
  const child = Bun.spawn([python, join(import.meta.dir, script)], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...database, ...given },
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
 * One real Django, whose world is loaded anew when the last story changed it or another is wanted.
 * @param urls its ROOT_URLCONF: the shop's own, or the same shop in another dialect
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
      const file = fileOf(name);
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
