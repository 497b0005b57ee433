/** deploy/compose.yaml and nginx.conf.template as the programs see them that they start. */
import * as z from "zod";

const folder = new URL("../../../deploy/", import.meta.url);
const read = (name: string) => Bun.file(new URL(name, folder)).text();

const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string().optional(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.string()).default({}),
    }),
  ),
});
/** Names of the variables in a text, as `${NAME:?}` or `${NAME}`. */
export const variablesOf = (text: string): string[] => [
  ...new Set(Array.from(text.matchAll(/\$\{(\w+)(:\?)?\}/g), ([, name = ""]) => name)),
];
const fill = (text: string, values: Record<string, string>) =>
  text.replace(/\$\{(\w+)(:\?)?\}/g, (whole, name: string) => values[name] ?? whole);

/** What `.env` has to say, and what a comment there says of it. */
export async function exampleValues(): Promise<Record<string, string>> {
  const lines = (await read("example.env")).split("\n").filter((line) => /^\w+=/.test(line));
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}
/** The services, with these values for the variables. */
export async function readCompose(values: Record<string, string>) {
  const text = fill(await read("compose.yaml"), values);
  return { text, ...composeSchema.parse(Bun.YAML.parse(text)) };
}
/**
 * What the nginx image makes of the template.
 * @param resolves whether this nginx looks up the names of upstreams anew, as it does since 1.27.3
 */
export async function nginxSite(values: Record<string, string>, resolves = true): Promise<string> {
  const text = fill(await read("nginx.conf.template"), values);
  return resolves ? text : text.replaceAll(" resolve;", ";");
}
/** Every YAML document of the Kubernetes manifests, by file. */
export async function readManifests() {
  const { resources } = z
    .object({ resources: z.array(z.string()) })
    .parse(Bun.YAML.parse(await read("kustomization.yaml")));
  const files = await Promise.all(resources.map(async (name) => [name, await read(name)] as const));
  const documents = files.flatMap(([, text]) =>
    text.split(/^---$/m).map((one) => Bun.YAML.parse(one)),
  );
  return { resources, documents };
}
