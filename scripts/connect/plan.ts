/** What becomes of a host's file: the text to write, and what of it is shown. */
import { EditError, formats } from "./edit.ts";
import { FileError, type OpenFile } from "./file.ts";
import { entryPath, type Host, placements, secretPaths, type ServerLaunch } from "./hosts.ts";
import { changedLines, hideSecrets } from "./show.ts";

/** What will be in a file, and what of it is shown. */
interface Change {
  /** The text to write, or undefined for no file. */
  text: string | undefined;
  shown: string;
  /** A backup that this makes superfluous, since it is the same again. */
  restored?: string;
}

function planConnect(host: Host, name: string, server: ServerLaunch, file: OpenFile): Change {
  const { get, put, print } = formats[host.format];
  const before = file.text ?? host.begin ?? "";
  let text = before;
  const shown: string[] = [];
  for (const { path, value } of placements(host, name, server)) {
    const old = get(text, path);
    text = put(text, path, value);
    const was = typeof old === "object" && old !== null ? print(path, hideSecrets(old)) : "";
    shown.push(changedLines(was, print(path, hideSecrets(value))));
  }
  return { text, shown: shown.filter(Boolean).join("\n") };
}

function planRemove(host: Host, name: string, file: OpenFile): Change | undefined {
  const { get, put, remove, print } = formats[host.format];
  const current = file.text ?? "";
  const path = entryPath(host, name);
  const entry = get(current, path);
  if (typeof entry !== "object" || entry === null) return undefined;
  const withoutEntry = remove(current, path);
  const inputs = secretPaths(host, name, entry).flatMap(({ path, reference }) => {
    const value = get(current, path);
    const isUsed = withoutEntry.includes(reference);
    return typeof value === "object" && value !== null && !isUsed ? [{ path, value }] : [];
  });
  const shown = changedLines(print(path, hideSecrets(entry)), "");
  const putBack = (text: string) =>
    [...inputs, { path, value: entry }].reduce(
      (edited, one) => put(edited, one.path, one.value),
      text,
    );
  /** Whether this text is what the file was before: then it comes back byte for byte. */
  const wasBefore = (text: string): boolean => {
    try {
      return get(text, path) === undefined && putBack(text) === current;
    } catch (error) {
      if (error instanceof EditError) return false;
      throw error;
    }
  };
  const backup = file.backups.find(({ text }) => wasBefore(text));
  if (backup) return { text: backup.text, shown, restored: backup.file };
  if (wasBefore(host.begin ?? "")) return { text: undefined, shown };
  const text = inputs.reduce((edited, { path }) => remove(edited, path), withoutEntry);
  return { text, shown };
}

/**
 * Plans to add the server to the file, or, without a server, to take it out.
 * @returns what has its name already, and the change, if there is anything to take out
 * @throws {FileError} where the file cannot be edited
 */
export function plan(host: Host, name: string, server: ServerLaunch | undefined, file: OpenFile) {
  const { get } = formats[host.format];
  try {
    const existing = get(file.text ?? "", entryPath(host, name));
    const change = server ? planConnect(host, name, server, file) : planRemove(host, name, file);
    return { existing, change };
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    const instead = server ? "--print shows what belongs there" : `take "${name}" out by hand`;
    throw new FileError(
      `${file.path} was not changed: ${error.message}. Or edit it yourself: ${instead}.`,
    );
  }
}
