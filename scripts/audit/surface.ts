/**
 * Promises of what is listed: nothing is called for them.
 *
 * @module
 */
import { singleLine } from "../../shop/text.ts";
import { codePoint } from "../printable.ts";
import { count, judge, kept, NotTested, type Promised, shown, tokensIn } from "./finding.ts";
import type { Schema } from "./examples.ts";
import type { Host } from "./host.ts";
import type { Reply } from "./link.ts";

/** Characters that nobody sees, or that turn what is seen around. Blanks of any kind are none. */
export function hiddenIn(text: string): string | undefined {
  const [written, seen] = [text, singleLine(text)].map((one) => one.replace(/[\s\x85]+/g, ""));
  if (written === seen || written === undefined || seen === undefined) return undefined;
  const at = [...written].findIndex((sign, nth) => sign !== [...seen][nth]);
  const [sign = ""] = [...written].slice(at);
  return codePoint(sign);
}
/** Every text and number in a value, with the path to it. */
export function* leavesIn(
  value: unknown,
  path = "",
): Generator<[path: string, leaf: string | number]> {
  if (typeof value === "string" || typeof value === "number") yield [path, value];
  else if (typeof value === "object" && value !== null)
    for (const [name, part] of Object.entries(value))
      yield* leavesIn(part, path ? `${path}.${name}` : name);
}
/** Every text in a value, with the path to it. */
export const textsIn = (value: unknown): [path: string, text: string][] =>
  [...leavesIn(value)].flatMap(([path, leaf]) => (typeof leaf === "string" ? [[path, leaf]] : []));

const names: Promised = {
  id: "names",
  title: "Every host takes the names of its tools",
  why: "Models' APIs take 64 letters, digits, - and _, and a host refuses the whole list for one name.",
  fix: "Rename the tool.",
  probe({ tools, unreadable }) {
    const seen = tools.map(({ name }) => name);
    const wrong = seen.filter((name) => !/^[A-Za-z0-9_-]{1,64}$/.test(name));
    const twice = seen.filter((name, nth) => seen.indexOf(name) !== nth);
    return judge(
      [
        ...(unreadable ? [`${unreadable} tools without a name`] : []),
        ...wrong.map((name) => shown(name)),
        ...twice.map((name) => `${name} twice`),
      ],
      count(tools, "name"),
    );
  },
};
const hints: Promised = {
  id: "hints",
  title: "Every tool has a title, and says whether it only reads",
  why: "Hosts ask before each call of a tool that may change something. A tool that says nothing counts as one, and directories refuse it.",
  fix: "Set `title`, and `readOnlyHint` or `destructiveHint`, in the tool's annotations.",
  probe({ tools }) {
    const faults = tools.flatMap(({ name, title, annotations = {} }) => {
      const { readOnlyHint, destructiveHint } = annotations;
      const isSaid = readOnlyHint === true || destructiveHint !== undefined;
      const lacks = [
        ...((title ?? annotations.title) ? [] : ["title"]),
        ...(isSaid ? [] : ["readOnlyHint or destructiveHint"]),
      ];
      const isBoth = readOnlyHint === true && destructiveHint === true;
      if (isBoth) return [`${name} is both read-only and destructive`];
      return lacks.length ? [`${name} has no ${lacks.join(" and no ")}`] : [];
    });
    return judge(faults, count(tools, "tool"));
  },
};
const MOST_DESCRIBED = 2048;
const descriptions: Promised = {
  id: "descriptions",
  title: "Every tool is described, no longer than hosts read",
  why: "A model chooses tools by their descriptions; what is longer is cut.",
  fix: `Describe in one to three sentences what the tool does, in at most ${MOST_DESCRIBED} characters.`,
  probe({ tools, host }) {
    const faults = tools.flatMap(({ name, description = "" }) => {
      if (description.length > MOST_DESCRIBED) return [`${name}: ${description.length} characters`];
      return description.trim() ? [] : [`${name} is not described`];
    });
    const { instructions = "" } = host.introduction;
    if (instructions.length > MOST_DESCRIBED)
      faults.push(`instructions: ${instructions.length} characters`);
    return judge(faults, count(tools, "description"));
  },
};
const hiddenSurface: Promised = {
  id: "hidden-in-lists",
  title: "Nothing in its lists is hidden from people",
  why: "A model reads characters that nobody sees, and follows what they say.",
  fix: "Remove invisible, bidirectional and control characters from names and descriptions.",
  probe({ tools, prompts, resources, host }) {
    const { instructions, serverInfo } = host.introduction;
    const all = { tools, prompts, resources, instructions, serverInfo };
    const faults = textsIn(all).flatMap(([path, text]) => {
      const sign = hiddenIn(text);
      return sign ? [`${sign} in ${path}`] : [];
    });
    return judge(faults, "names, descriptions and schemas");
  },
};
/** The schema and all in it, each with its path. */
function* schemasIn(schema: Schema, path: string): Generator<[string, Schema]> {
  yield [path, schema];
  for (const [name, part] of Object.entries(schema.properties ?? {}))
    yield* schemasIn(part, `${path}.${name}`);
  if (typeof schema.items === "object") yield* schemasIn(schema.items, `${path}[]`);
}
const REFUSED = ["anyOf", "oneOf", "allOf", "not", "$ref", "$defs", "definitions"];
const schemas: Promised = {
  id: "schemas",
  title: "Its arguments are described as every host can read them",
  why: "Some hosts refuse the whole list for a union, a reference or a list of types; others drop the argument.",
  fix: "Write schemas inline, with one type for each argument: an optional argument is left out, not null.",
  probe({ tools }) {
    if (!tools.length) throw new NotTested("it has no tools");
    const faults = tools.flatMap(({ name, inputSchema = {} }) => {
      if (inputSchema.type !== "object") return [`${name}: its arguments are no object`];
      return Array.from(schemasIn(inputSchema, name)).flatMap(([path, schema]) => {
        const keyword = REFUSED.find((one) => one in schema);
        if (keyword) return [`${path}: ${keyword}`];
        if (Array.isArray(schema.type)) return [`${path}: type ${shown(schema.type)}`];
        return (schema.type ?? schema.enum ?? schema.const) ? [] : [`${path}: no type`];
      });
    });
    return judge(faults, count(tools, "schema"));
  },
};
const MOST_LISTED = 25_000;
const size: Promised = {
  id: "list-size",
  title: "The list of its tools leaves room for the conversation",
  why: "A model reads the whole list before the first word, and in most hosts with every message.",
  fix: "Offer fewer tools, shorter descriptions and flatter schemas.",
  probe({ tools }) {
    const shown = JSON.stringify(tools, (name, value: unknown) =>
      name === "_meta" || name === "isReading" ? undefined : value,
    );
    const { tokens, said } = tokensIn(shown);
    const seen = `${said} for ${tools.length} tools`;
    return judge(tokens > MOST_LISTED ? [`${seen}; more than ${MOST_LISTED}`] : [], seen);
  },
};
const METHODS: Record<string, string[]> = {
  tools: ["tools/list"],
  prompts: ["prompts/list"],
  resources: ["resources/list", "resources/templates/list"],
};
const declared: Promised = {
  id: "declared",
  title: "What it declares is there, and what is there is declared",
  why: "A host shows what is declared: it offers what fails, or never shows what works.",
  fix: "Declare a capability only where its methods are served.",
  async probe({ host }) {
    const { capabilities = {} } = host.introduction;
    const faults: string[] = [];
    for (const [capability, methods] of Object.entries(METHODS))
      for (const method of methods) {
        const { answer } = await host.ask(method);
        const isServed = answer?.result !== undefined;
        const rows = Object.values(answer?.result ?? {}).find(Array.isArray);
        if (capabilities[capability] && !isServed)
          faults.push(`${method} is declared, and refused`);
        if (!capabilities[capability] && rows?.length)
          faults.push(`${method} is served, and not declared`);
      }
    return judge(faults, Object.keys(capabilities).join(", ") || "nothing is declared");
  },
};
/** What a server says that it tells of. */
const claimsOf = (host: Host | undefined): string[] =>
  Object.entries(host?.introduction.capabilities ?? {}).flatMap(([name, claims]) => [
    ...(claims.listChanged ? [`${name}.listChanged`] : []),
    ...(claims.subscribe ? [`${name}.subscribe`] : []),
  ]);
const changes: Promised = {
  id: "list-changed",
  title: "It says that it tells of changes only where it can",
  why: "A host waits for what never comes, and shows what is no longer so.",
  fix: "Declare `listChanged: false`, or serve the stream that carries the notifications: GET, and since 2026-07-28 subscriptions/listen.",
  async probe({ handshake, modern, link }) {
    const [old, now] = [claimsOf(handshake), claimsOf(modern)];
    if (!old.length && !now.length) return kept("it says so of nothing");
    if (link.kind === "stdio") throw new NotTested("over stdio it always can");
    const isStream = ({ status, headers }: Reply) =>
      status === 200 && /event-stream/.test(headers.get("content-type") ?? "");
    const faults: string[] = [];
    if (old.length && handshake) {
      const headers = { ...handshake.headers, Accept: "text/event-stream" };
      const reply = await link.exchange(undefined, { method: "GET", headers });
      if (!isStream(reply)) faults.push(`${old.join(", ")}, and GET is HTTP ${reply.status}`);
    }
    if (now.length && modern) {
      const params = { notifications: { toolsListChanged: true } };
      const reply = await modern.ask("subscriptions/listen", params, { isCut: true });
      if (!isStream(reply))
        faults.push(`${now.join(", ")}, and subscriptions/listen is HTTP ${reply.status}`);
    }
    return judge(faults, `${[...new Set([...old, ...now])].join(", ")}: a stream carries it`);
  },
};

export const surfacePromises = [
  names,
  hints,
  descriptions,
  hiddenSurface,
  schemas,
  size,
  declared,
  changes,
];
