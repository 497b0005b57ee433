/**
 * The image of the server, built and started where a Docker engine answers; where none does, that is said. Its file is
 * read by tests/deploy.test.ts and linted by `bun run test:production` in any case.
 */
import { expect, test } from "bun:test";
import { ended, runOrThrow } from "../../scripts/django.ts";
import { image } from "../../scripts/package/manifests.ts";
import { hasDocker } from "../../scripts/package/package.ts";
import { arrive, look, openShop, SEEN } from "./newcomer.ts";

const isBuilt = await hasDocker();
if (!isBuilt)
  console.error("docker: no engine answers: the image was NOT built, and is not proven.");
const PATH = process.env["PATH"] ?? "";
const RUN = ["docker", "run", "--rm", "--network", "host", "--read-only", "--cap-drop", "ALL"];

test.skipIf(!isBuilt)("over stdio it finds a product and an order", async () => {
  using newcomer = arrive();
  await using shop = openShop();
  const variables = Object.keys(shop.settings).flatMap((name) => ["--env", name]);
  const command = [...RUN, "--interactive", ...variables, image];
  expect(await look(await newcomer.connect(command, { ...shop.settings, PATH }))).toMatchObject(
    SEEN,
  );
});

test.skipIf(!isBuilt)("over HTTP it is healthy, and nobody's root", async () => {
  await using shop = openShop();
  const settings = { ...shop.settings, SHOP_MCP_HTTP: "true" };
  const variables = Object.entries(settings).flatMap(([name, value]) => [
    "--env",
    `${name}=${value}`,
  ]);
  const started = await runOrThrow([
    ...RUN,
    "--detach",
    "--health-interval=1s",
    ...variables,
    image,
  ]);
  const id = started.trim();
  try {
    const stateOf = async (field: string) =>
      (await runOrThrow(["docker", "inspect", "--format", `{{${field}}}`, id])).trim();
    let health = "starting";
    while (health === "starting") {
      await ended(["docker", "exec", id, "bun", "--version"]); // takes a while, and shows that it runs
      health = await stateOf(".State.Health.Status");
    }
    expect(health).toBe("healthy");
    expect(await stateOf(".Config.User")).toBe("1000");
  } finally {
    await ended(["docker", "stop", id]);
  }
});
