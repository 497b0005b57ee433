/** How a change to a file is shown: the entry alone, never its neighbours, and no secret. */

const isSecretName = (key: string) =>
  /token|secret|password|passwd|api_?key|authorization|credential/i.test(key);
const isReference = (text: string) => /\$\w|\{.*\}/.test(text);

/** The value with … for each secret that stands in it in plain text. */
export function hideSecrets<T>(value: T): T;
export function hideSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      typeof inner === "string" &&
      isSecretName(key) &&
      !isReference(inner) &&
      !key.endsWith("_env_var")
        ? "…"
        : hideSecrets(inner),
    ]),
  );
}

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
