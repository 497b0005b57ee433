/** How a change to a file is shown: the entry alone, never its neighbours, and no secret. */

const MOST_SHOWN = 1000;
const SECRET = String.raw`token|secret|passw|pwd|(?<![a-z])pat(?![a-z])|(?:api|access|private|signing)[_-]?key|^-*key$|authorization|credential|cookie|session`;
const isSecretName = (key: string) =>
  new RegExp(SECRET, "i").test(key) && !key.endsWith("_env_var");
/** What a host replaces: `${NAME}`, `${env:NAME}`, `{env:NAME}`, `${{ secrets.NAME }}`, `$NAME`; without a default. */
const isReference = (text: string) =>
  /^(\w+[ :])?(\$?\{(\w+:)?\w[\w-]*\}|\$\{\{ [\w.]+ \}\}|\$[A-Z_]+)$/.test(text);
/** An argument, header or address without the secret in it: `--token=…`, `X-Api-Key: …`, `scheme://…@host?key=…`. */
const hideWithin = (text: string): string =>
  (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text)
    .replace(
      new RegExp(`((?:^|[\\s'"])[\\w-]*(?:${SECRET})[\\w-]*\\s*[=:]\\s*)(.+)`, "gi"),
      (whole, name: string, value: string) => (isReference(value) ? whole : `${name}…`),
    )
    .replace(/(?<=\b\w+:\/\/)[^/@\s]*(?=@)/g, "…")
    .replace(/(?<=\bhttps?:\S*[?&][^=&\s]+=)[^&\s]+/g, "…");

/** The value with … for each secret that stands in it in plain text. */
export function hideSecrets<T>(value: T, name?: string): T;
export function hideSecrets(value: unknown, name = ""): unknown {
  if (typeof value === "string")
    return isSecretName(name) && !isReference(value) ? "…" : hideWithin(value);
  if (Array.isArray(value))
    return value.map((item, nth) => hideSecrets(item, flagOf(value[nth - 1])));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, hideSecrets(inner, key)]),
  );
}
/** The flag whose value comes next, if this is one. */
const flagOf = (argument: unknown) =>
  typeof argument === "string" && /^-[^=]*$/.test(argument) ? argument : "";

const linesOf = (text: string): string[] => (text ? text.trimEnd().split(/\r?\n/) : []);
/** The lines of both texts, those that only one has marked by - and +. Equal texts give nothing. */
export function changedLines(before: string, after: string): string {
  const [old, now] = [linesOf(before), linesOf(after)];
  if (old.join("\n") === now.join("\n")) return "";
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail))
    tail++;
  const mark = (sign: string, lines: string[]) => lines.map((line) => `${sign} ${line}`);
  return [
    ...mark(" ", now.slice(0, head)),
    ...mark("-", old.slice(head, old.length - tail)),
    ...mark("+", now.slice(head, now.length - tail)),
    ...mark(" ", now.slice(now.length - tail)),
  ].join("\n");
}
