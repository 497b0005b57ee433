/** deploy/ passes what lints its kinds: the schemas of Compose and Kubernetes, YAML, Dockerfiles, and nginx itself. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ended, install } from "../../scripts/django.ts";
import { nginxSite, readManifests } from "./parts/compose.ts";
import { NGINX, nginxConfig } from "./parts/nginx.ts";

const root = join(import.meta.dir, "../..");
const deploy = join(root, "deploy");
const folder = mkdtempSync(join(tmpdir(), "deploy-"));
afterAll(() => rmSync(folder, { recursive: true }));

let bin = "";
beforeAll(async () => {
  const file = join(import.meta.dir, "parts/lint-requirements.txt");
  const python = await install({ title: "linters", file, venv: join(root, ".venvs/deploy") });
  bin = dirname(python);
}, 300_000);
/** Runs one of them; gives what it found, if anything. */
async function lint(program: string, ...args: string[]) {
  const { out, err, code } = await ended([join(bin, program), ...args], { cwd: deploy });
  return code === 0 ? "" : out + err || `exit code ${code}`;
}

const YAML_RULES = `
extends: default
rules:
  line-length: {max: 120}
  document-start: disable
  braces: {max-spaces-inside: 1}
  comments: {min-spaces-from-content: 1}
`;
test("as YAML", async () => {
  expect(await lint("yamllint", "--strict", "--config-data", YAML_RULES, ".")).toBe("");
});

test("as a Compose file", async () => {
  const schema = ["--builtin-schema", "vendor.compose-spec"];
  expect(await lint("check-jsonschema", ...schema, "compose.yaml")).toBe("");
  const wrong = join(folder, "compose.yaml");
  await Bun.write(
    wrong,
    (await Bun.file(join(deploy, "compose.yaml")).text()).replace("image:", "imagine:"),
  );
  expect(await lint("check-jsonschema", ...schema, wrong)).toContain("imagine");
});

test("as Kubernetes manifests", async () => {
  const { resources } = await readManifests();
  const strict = ["--strict", "--kubernetes-version", "1.33.0"];
  for (const file of [...resources, "kubernetes/events.yaml"])
    expect(await lint("kubernetes-validate", ...strict, file)).toBe("");
  const wrong = join(folder, "server.yaml");
  await Bun.write(
    wrong,
    (await Bun.file(join(deploy, "kubernetes/server.yaml")).text()).replace(
      "replicas:",
      "replica:",
    ),
  );
  expect(await lint("kubernetes-validate", ...strict, wrong)).toContain("replica");
});

const release = join(root, ".github/workflows/release.yml");
test("the workflow of a release, by its schema and by what attackers look for", async () => {
  const schema = ["--builtin-schema", "vendor.github-workflows"];
  expect(await lint("check-jsonschema", ...schema, release)).toBe("");
  expect(await lint("zizmor", "--offline", "--quiet", release)).toBe("");
  const wrong = join(folder, "release.yml");
  const text = await Bun.file(release).text();
  await Bun.write(wrong, text.replace(/actions\/checkout@\w{40}/, "actions/checkout@v7"));
  expect(await lint("zizmor", "--offline", "--quiet", wrong)).toContain("unpinned-uses");
});

test("as Dockerfiles", async () => {
  expect(await lint("hadolint", "../Dockerfile", "django.Dockerfile")).toBe("");
});

describe("as a site of nginx", () => {
  const hosts = { LISTEN: "8080", RESOLVER: "127.0.0.11" };
  const upstreams = { MCP_0: "127.0.0.1:3000", MCP_1: "127.0.0.1:3001", DJANGO: "127.0.0.1:8000" };
  const file = join(folder, "nginx.conf");

  test("by gixy", async () => {
    await Bun.write(file, nginxConfig(folder, await nginxSite({ ...hosts, ...upstreams })));
    const skips = ["--skips", "proxy_buffering_off"]; // streams and questions have to arrive at once
    expect(await lint("gixy", ...skips, file)).toBe("");
    await Bun.write(file, (await Bun.file(file).text()).replace("Host $host", "Host $http_host"));
    expect(await lint("gixy", ...skips, file)).toContain("host_spoofing");
  });

  test.skipIf(!NGINX)("by nginx -t", async () => {
    await Bun.write(file, nginxConfig(folder, await nginxSite({ ...hosts, ...upstreams }, false)));
    const { err, code } = await ended([NGINX ?? "", "-t", "-e", "stderr", "-c", file]);
    expect([code, err]).toEqual([0, expect.stringContaining("test is successful")]);
  });
});
