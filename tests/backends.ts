/**
 * The shops that stories are played in: the mock, a new one for each, and one real Django.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWorld, seed } from "../mocks/world.ts";
import { makeVenv } from "../scripts/django.ts";
import { serveShop } from "../scripts/shop.ts";

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
  Bun.file(new URL(world ? `./worlds/${world}.json` : "../mocks/world.json", import.meta.url));

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
 * One real Django, whose world is loaded anew when the last story changed it or another is wanted.
 * @param urls its ROOT_URLCONF: the shop's own, or the same shop in another dialect
 */
export async function openDjango(urls = "project.urls"): Promise<Backend> {
  await makeVenv();
  const folder = mkdtempSync(join(tmpdir(), "django-shop-"));
  const database = { DATABASE_URL: `sqlite:///${folder}/db.sqlite3`, SHOP_CLOCK };
  const django = Bun.spawn(["../.venv/bin/python", "django_shop.py"], {
    cwd: import.meta.dir,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", SHOP_URLCONF: urls, ...database },
    stdout: "pipe",
    stderr: "inherit",
  });
  const stop = async () => {
    django.kill();
    await django.exited;
    rmSync(folder, { recursive: true });
  };
  const { value } = await django.stdout.pipeThrough(new TextDecoderStream()).getReader().read();
  if (!value) throw new Error("Django did not start", { cause: await stop() });
  const url = value.trim();
  const answered = async (init?: RequestInit) => {
    const response = await fetch(`${url}/__world/`, init);
    if (!response.ok) throw new Error(`Django's world: HTTP ${response.status}`);
    return response;
  };

  let loaded: string | undefined;
  return {
    name: "django",
    async open(name) {
      const file = fileOf(name);
      if (loaded !== file.name) await answered({ method: "PUT", body: file });
      loaded = file.name;
      const close = async (isChanged: boolean) => {
        if (isChanged) loaded = undefined;
      };
      return { url, world: async () => (await answered()).json(), close };
    },
    stop,
  };
}
