/** deploy/ fits this repository: its settings are settings, its names agree, its images hold what they start. */
import { expect, test } from "bun:test";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { accessOf, readSettings } from "../settings.ts";
import { startHttp } from "./hosts/start-program.ts";
import {
  exampleValues,
  readCompose,
  readManifests,
  variablesOf,
} from "./production/parts/compose.ts";

const root = join(import.meta.dir, "..");
const deploy = (name: string) => Bun.file(join(root, "deploy", name)).text();
const secret = "0123456789abcdef".repeat(4);
/** A key as `bun run assertion-key` makes it would do; none is read here. */
const values = async () => {
  const given = await exampleValues();
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value || secret]));
};
const SERVERS = ["mcp-0", "mcp-1"];

test.each(SERVERS)("the server %s of the compose file starts with its settings", async (name) => {
  const { services } = await readCompose(await values());
  const settings = readSettings([], services[name]?.environment ?? {});
  expect(settings).toMatchObject({ http: true, host: "0.0.0.0", port: 3000, instance: name });
  expect(accessOf(settings)).toMatchObject({ isProxied: true, hosts: ["nginx", "localhost"] });
});

test("the servers of the Kubernetes manifests start with their settings", async () => {
  const { documents } = await readManifests();
  const entry = z.object({ name: z.string(), value: z.string().optional() });
  const server = z.object({
    kind: z.literal("StatefulSet"),
    metadata: z.object({ name: z.literal("mcp") }),
    spec: z.object({
      replicas: z.number(),
      template: z.object({
        spec: z.object({ containers: z.array(z.object({ env: z.array(entry) })) }),
      }),
    }),
  });
  const { spec } = server.parse(documents.find((one) => server.safeParse(one).success));
  const names = Array.from({ length: spec.replicas }, (_, nth) => `mcp-${nth}`);
  expect(names).toEqual(SERVERS);
  const env = Object.fromEntries(
    spec.template.spec.containers[0]?.env.map(({ name, value }) => [name, value ?? "mcp-0"]) ?? [],
  );
  const [, listed = ""] = /envFrom:\n\s+# (.*)/.exec(await deploy("kubernetes/server.yaml")) ?? [];
  const secrets = { ...(await values()), REDIS_URL: "redis://:p@valkey:6379" };
  const { environment = {} } = (await readCompose(secrets)).services["mcp-0"] ?? {};
  for (const name of listed.split(", ")) env[name] = environment[name] ?? "";
  expect(accessOf(readSettings([], env)).isProxied).toBe(true);
  const { ...both } = environment;
  delete both["SHOP_MCP_ALLOWED_HOSTS"]; // there, Django has the keys by the shop's own address
  expect(Object.keys(env).toSorted()).toEqual(Object.keys(both).toSorted());
});

test("nginx leads each session to the server in whose name it is", async () => {
  const site = await deploy("nginx.conf.template");
  for (const name of SERVERS) {
    expect(site).toContain(`"~^${name}\\." ${name};`);
    expect(site).toMatch(
      new RegExp(
        `upstream ${name} \\{[^}]*server \\$\\{${name.toUpperCase().replace("-", "_")}\\} max`,
      ),
    );
  }
  const { services } = await readCompose(await values());
  expect(Object.keys(services["nginx"]?.environment ?? {})).toEqual(
    expect.arrayContaining(variablesOf(site)),
  );
});

test("what Django reports is signed with the servers' secret, and led to them by nginx", async () => {
  const given = { ...(await values()), WEBHOOK_SECRET: "the secret of the webhook, and no other" };
  const { services } = await readCompose(given);
  const { WEBHOOK_SECRET, WEBHOOK_URL = "" } = services["django"]?.environment ?? {};
  for (const name of SERVERS)
    expect(services[name]?.environment["SHOP_MCP_WEBHOOK_SECRET"]).toBe(WEBHOOK_SECRET ?? "none");
  const { host, pathname } = new URL(WEBHOOK_URL);
  expect(host).toBe(`nginx:${services["nginx"]?.environment["LISTEN"]}`);
  const site = await deploy("nginx.conf.template");
  expect(site).toMatch(new RegExp(`location = ${pathname} \\{\\s+proxy_pass http://mcp;`));
  const { command, environment } = services["events"] ?? {};
  expect(command).toEqual(["python", "manage.py", "send_events"]);
  expect(environment).toEqual(services["django"]?.environment ?? {});
  expect(await deploy("kubernetes/events.yaml")).toContain(`command: [${command?.join(", ")}]`);
});

test("example.env names what the compose file needs, and nothing else", async () => {
  const needed = variablesOf(await deploy("compose.yaml"));
  expect(Object.keys(await exampleValues()).toSorted()).toEqual(needed.toSorted());
});

test("every image has a version, and Bun's is this repository's", async () => {
  const { text } = await readCompose({});
  const { resources } = await readManifests();
  const texts = [
    text,
    ...(await Promise.all(
      [...resources, "kubernetes/events.yaml", "../Dockerfile", "django.Dockerfile"].map(deploy),
    )),
  ];
  const images = texts.flatMap((it) =>
    Array.from(
      it.matchAll(/^\s*(?:image:|FROM(?: --platform=\S+)?) (\S+)/gm),
      ([, image = ""]) => image,
    ),
  );
  expect(images.length).toBeGreaterThan(6);
  for (const image of images) expect(image).toMatch(/:\d/);
  const { devDependencies } = await Bun.file(join(root, "package.json")).json();
  expect(images.filter((image) => image.startsWith("oven/bun"))).toEqual(
    Array(2).fill(`oven/bun:${devDependencies.bun}-slim`),
  );
});

test("the image asks its server over HTTP whether it lives, and over stdio nothing", async () => {
  const [, json = ""] =
    /^HEALTHCHECK .* CMD (\[[^]*?\])\n/m.exec(await deploy("../Dockerfile")) ?? [];
  const [, ...args] = z.array(z.string()).parse(JSON.parse(json.replaceAll("\\\n", "")));
  const check = async (env: Record<string, string>) =>
    Bun.spawn([process.execPath, ...args], { env, stderr: "ignore" }).exited;
  const server = await startHttp({});
  const over = { SHOP_MCP_HTTP: "true", SHOP_MCP_PORT: new URL(server.url).port };
  expect(await check(over)).toBe(0);
  await server[Symbol.asyncDispose]();
  expect(await check(over)).not.toBe(0);
  for (const http of ["", "false", "0"]) expect(await check({ SHOP_MCP_HTTP: http })).toBe(0);
  expect(await check({})).toBe(0);
});

test("the image of the server holds all that it starts", async () => {
  const copy = mkdtempSync(join(tmpdir(), "image-"));
  const ignored = (await deploy("../.dockerignore")).split("\n");
  for (const name of ignored.filter((line) => line.startsWith("!")).map((line) => line.slice(1)))
    if (existsSync(join(root, name)))
      cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  const child = Bun.spawn([process.execPath, "server.ts"], {
    cwd: copy,
    env: {
      SHOP_MCP_HTTP: "true",
      SHOP_MCP_PORT: "0",
      DJANGO_API_BASE: "http://127.0.0.1:9",
      REDIS_URL: "redis://127.0.0.1:9",
    },
    stderr: "pipe",
  });
  let printed = "";
  for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream()))
    if ((printed += chunk).includes("\n")) break;
  child.kill("SIGKILL");
  rmSync(copy, { recursive: true });
  expect(printed).toContain("over http://127.0.0.1:");
});
