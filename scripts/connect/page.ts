/**
 * The page docs/connect.md, made of what `bun run connect` writes. `bun run surface` renews it.
 *
 * @module
 */
import { NAME, VERSION } from "../../settings.ts";
import { table } from "../sections.ts";
import {
  fileTitle,
  type Host,
  type HostName,
  hostNames,
  hostOf,
  type OneClickLink,
  oneClickLink,
  type ServerLaunch,
  snippet,
} from "./hosts.ts";
import { bridge, launchServer, type Npx } from "./launch.ts";

const npx: Npx = { prefix: "/", isWindows: false };
const clone = { kind: "clone", folder: `/path/to/${NAME}`, bun: "bun" } as const;
const secrets = [{ variable: "DJANGO_API_TOKEN", title: "API token of the shop's Django" }];
const shop = { kind: "shop", url: "https://shop.example", flags: [], secrets } as const;
const ownShop = launchServer(clone, { ...shop, flags: [], secrets });
const address: ServerLaunch = { kind: "http", url: "http://127.0.0.1:3000/mcp" };
/** The demo shop from npm, which needs no path and no token, so that a link can add it. */
const demoFromNpm = launchServer(
  { kind: "package", spec: `${NAME}@${VERSION}`, npx },
  { kind: "demo" },
);

/** What a page shows of a host. */
export interface HostExample {
  name: HostName;
  title: string;
  /** Its file with a shop of one's own, from a clone. */
  stdio: string;
  /** Its file with a server that runs already. */
  http: string;
  language: string;
  /** Adds the demo shop from npm. */
  link?: OneClickLink;
}
/** The hosts with what their files hold, for pages. */
export const snippets = (): HostExample[] =>
  hostNames.map((name) => {
    const host = hostOf(name);
    return {
      name,
      title: host.title,
      stdio: snippet(host, "shop", ownShop),
      http: snippet(host, "shop", host.http ? address : bridge(address, npx)),
      language: host.format,
      link: oneClickLink(host, "demo-shop", demoFromNpm),
    };
  });

const code = (text: string) => `\`${text}\``;
/** A host's own file on each system, where they differ. */
function whereOf({ files }: Host): string {
  const template = files.user?.at(-1) ?? "";
  const [macOS, linux, windows] = (["darwin", "linux", "win32"] as const).map((system) =>
    fileTitle(template, system),
  );
  const project = files.project?.slice(-1).map((one) => code(fileTitle(one, "linux"))) ?? [];
  const user =
    macOS === linux && linux === windows
      ? [code(linux ?? "")]
      : macOS === linux
        ? [code(linux ?? ""), `Windows: ${code(windows ?? "")}`]
        : [
            `macOS: ${code(macOS ?? "")}`,
            `Linux: ${code(linux ?? "")}`,
            `Windows: ${code(windows ?? "")}`,
          ];
  return [...user, ...project.map((file) => `in a project: ${file}`)].join("<br>");
}
function secretOf(host: Host): string {
  const { stdio: way, http } = host.secret;
  if (host.inputs) return "asks for it, and stores it";
  if (way === "plain") return `in plain text${host.bundle ? `; ${host.bundle}` : ""}`;
  const reference = way === "inherited" ? "" : `, as ${code(way("DJANGO_API_TOKEN"))}`;
  const store = host.secretStore ? `, or ${host.secretStore}` : "";
  return `variable${reference}${store}${http === "plain" ? "; for an address in plain text" : ""}`;
}
const hostTable = () =>
  table(
    ["host", "its file", "how it takes the token"],
    hostNames.map((name) => {
      const host = hostOf(name);
      return [`${host.title}<br>${code(name)}`, whereOf(host), secretOf(host)];
    }),
  );

const fence = (language: string, text: string) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
const section = ({ name, title, stdio, http, language }: HostExample) => {
  const host = hostOf(name);
  return `<details><summary>${title}</summary>

${fence(language, stdio)}

A server that runs already, by its address:

${fence(language, http)}

${host.next} [Its documentation](${host.docs}).

</details>`;
};
/** Links that add the demo shop, as Markdown. */
export const oneClickLinks = (): string =>
  snippets()
    .flatMap(({ title, link }) => (link ? [`[${title}](${link.web})`] : []))
    .join(", ");

/** The text of docs/connect.md. */
export const connectPage = (): string => `# Connect your assistant

\`bun run connect HOST\` adds the server to the configuration of an assistant. It shows what changes, asks, and writes the host's own file in place. Run it in a clone, or, once the package is on npm, as ${code(`npx -y ${NAME} connect HOST`)}:

${fence(
  "sh",
  `bun run connect cursor --demo                             # the demo shop: no Django, no token
bun run connect claude-code --url https://shop.example    # your shop
bun run connect vscode --http http://127.0.0.1:3000/mcp   # a server that runs already
bun run connect zed codex gemini --demo                   # several hosts, one after the other
bun run connect cursor --demo --print                     # only shows what belongs in the file
bun run connect cursor --remove                           # takes it out again`,
)}

- Flags of the server stand after \`--\`: \`bun run connect cursor --url https://shop.example -- --currency EUR --read-only\`.
- \`--scope project\` writes the file of the folder at hand (\`--dir\` names another), where the host has one. \`--name\` gives the server another name than \`shop\`.
- Other entries, comments, line ends and indentation stay as they are. Before a file changes, what it was is kept beside it as \`FILE.backup-1\`, \`-2\` and so on. \`--remove\` gives back the file of before, byte for byte, if nothing else has changed in it, and otherwise takes out its own entry alone.
- An entry of the same name that something else wrote is never replaced without asking, not even with \`--yes\`.
- A file that cannot be edited safely is left alone, and the reason given: it is not valid, read-only, or no file but a device, or another program has changed it meanwhile. Of two runs at once, one is told to run again.
- Without a terminal add \`--yes\`, or nothing is written. The exit code is 0 where all is as you asked, 1 where something was refused, 2 where the command is wrong.

**Your token** is not written where the host has a better way, and never shown. Where the table says "variable", set \`DJANGO_API_TOKEN\` in the host's environment: for one in a terminal \`export\` it in your shell; one on the desktop has your shell's variables only if you start it from there. Where a host knows plain text only, set the variable for \`connect\`, which writes it into the file and lets nobody else read that; in a project's file, which is often shared, it never does. A shop that asks for no token is \`--no-token\`, one that is logged in to \`-- --django-login /api/token/ --django-user mia\`, with \`DJANGO_PASSWORD\` in the place of the token. A server behind OAuth needs no token: the host logs in. For another bearer token name its variable: \`--http URL --bearer-env NAME\`.

${hostTable()}

Claude Desktop takes commands only, so \`--http\` puts [mcp-remote](https://www.npmjs.com/package/mcp-remote) between. JetBrains' AI Assistant keeps its servers where no program should write: paste what \`--print\` shows.

## By hand

These are the files as \`connect\` would write them for your shop, with \`bun\` and the clone's folder by their paths: a host on the desktop may find no \`bun\` by its name. Where there is only Node, the command is \`npm\` with \`--prefix=/path/to/${NAME}\`, \`run\`, \`--silent\`, \`server\`.

${snippets().map(section).join("\n\n")}

## One click

Once the package is on npm, these links add its demo shop, ${code(demoFromNpm.kind === "stdio" ? [demoFromNpm.command, ...demoFromNpm.args].join(" ") : "")}, to ${oneClickLinks()}. \`--prefix=/\` keeps npx from reading an \`.npmrc\` in the folder that the host stands in.
`;
