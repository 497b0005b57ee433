/** A host's file: read whole, and written whole, at once, where nobody has changed it in between. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

const MAX_BYTES = 64 * 1024 * 1024;
const BACKUP_NUMBER = /^[1-9]\d{0,5}$/;
const OWNER_ONLY = 0o600;

/** Why a file is as it was, in whole sentences. */
export class FileError extends Error {
  override name = "FileError";
}

export interface WriteOptions {
  /** Nobody else may read it. */
  isPrivate: boolean;
  /** A new one is for whoever may read the folder's other files. */
  isShared: boolean;
  /** The backup whose text this is: it is not needed then. */
  restored?: string;
}
export interface OpenFile {
  path: string;
  /** Where it is, for a person. */
  title: string;
  /** What is in it, or undefined where there is no such file. */
  text: string | undefined;
  /** Earlier versions beside it, the newest first. */
  backups: { file: string; text: string }[];
  /**
   * Writes the text, or deletes the file, and keeps a backup, unless the text is that of a backup.
   * @returns where the backup is, if there is a new one
   * @throws {FileError} where it was changed since it was opened, or cannot be written
   */
  write(text: string | undefined, options: WriteOptions): string | undefined;
}

const refuse = (file: string, reason: string) =>
  new FileError(`${file} was not changed: ${reason}.`);
const codeOf = (error: unknown) =>
  error instanceof Error && "code" in error ? String(error.code) : undefined;
const reasons: Record<string, string> = {
  EACCES: "you may not read or write it",
  EPERM: "you may not read or write it",
  EROFS: "it is on a disk that is read-only",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is a file",
  ENOSPC: "the disk is full",
  ELOOP: "its symbolic links lead in a circle",
  EBUSY: "another program holds it",
  EEXIST: "another backup has come to be beside it meanwhile. Run this again",
};
/** Does something with a file. @throws {FileError} which says in words what went wrong */
function attempt<Result>(file: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof FileError) throw error;
    throw refuse(file, reasons[codeOf(error) ?? ""] ?? String(error));
  }
}

function readBytes(file: string): Buffer | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (!stat.isFile() && !stat.isDirectory()) throw refuse(file, "it is a device or a pipe");
  if (stat.size > MAX_BYTES) throw refuse(file, "it is larger than 64 MB");
  return readFileSync(file);
}
function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse(file, "it is not UTF-8. Save it as UTF-8 and try again");
  }
}
const modeOf = (file: string | undefined): number | undefined =>
  file === undefined ? undefined : statSync(file).mode & 0o777;

/** The numbers of the backups beside a file, the newest first. */
function backupNumbers(folder: string, name: string): number[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((one) => one.startsWith(name));
  const numbers = names
    .map((one) => one.slice(name.length))
    .filter((one) => BACKUP_NUMBER.test(one));
  return numbers.map(Number).toSorted((one, other) => other - one);
}

/** @throws {FileError} where it cannot be read as text */
export const openFile = (path: string): OpenFile => attempt(path, () => open(path));
function open(path: string): OpenFile {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink && !existsSync(path)) throw refuse(path, "it is a symbolic link that leads nowhere");
  const file = isLink ? realpathSync(path) : path;
  const bytes = readBytes(file);
  const text = bytes && decode(bytes, path);
  const folder = dirname(path);
  const backupName = `${basename(path)}.backup-`;
  const numbers = backupNumbers(folder, backupName);
  const backupFile = (number: number) => join(folder, backupName + number);

  return {
    path,
    title: `${path}${isLink ? `, a link to ${file}` : text === undefined ? " (new)" : ""}`,
    text,
    get backups() {
      return numbers.map(backupFile).flatMap((file) => {
        const isPlain = lstatSync(file).isFile(); // what is a link or a pipe was not written by this program
        const bytes = isPlain ? attempt(file, () => readBytes(file)) : undefined;
        return bytes ? [{ file, text: bytes.toString() }] : [];
      });
    },
    write: (next, { isPrivate, isShared, restored }) =>
      attempt(path, () => {
        mkdirSync(dirname(file), { recursive: true });
        const backup = replace(path, file, () => {
          const now = readBytes(file);
          if (now === undefined ? bytes !== undefined : !bytes?.equals(now))
            throw refuse(path, "another program changed it meanwhile. Run this again");
          const mode = now && modeOf(file);
          if (mode !== undefined && !(mode & 0o200)) throw refuse(path, "it is read-only");
          const isKept = now && next !== undefined && restored === undefined;
          const backup = isKept ? backupFile((numbers[0] ?? 0) + 1) : undefined;
          if (now && backup) writeFileSync(backup, now, { flag: "wx", mode });
          const usual = isShared ? 0o666 & ~process.umask() : OWNER_ONLY;
          const nextMode = isPrivate ? OWNER_ONLY : (modeOf(restored) ?? mode ?? usual);
          return { text: next, mode: nextMode, backup };
        });
        if (restored) rmSync(restored);
        return backup;
      }),
  };
}

/**
 * Puts a file in the place of another in one step, so that a host never reads half of it, or deletes that. The
 * unfinished one keeps other runs of this program out from before the old one is looked at.
 */
function replace(
  path: string,
  file: string,
  decide: () => { text: string | undefined; mode: number; backup: string | undefined },
): string | undefined {
  const unfinished = `${file}.new`;
  begin(path, unfinished);
  try {
    const { text, mode, backup } = decide();
    if (text !== undefined) {
      finish(unfinished, text, mode);
      renameSync(unfinished, file);
    } else for (const gone of [file, unfinished]) rmSync(gone);
    return backup;
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
/** @throws {FileError} where it is begun already */
function begin(path: string, unfinished: string): void {
  try {
    writeFileSync(unfinished, "", { flag: "wx", mode: OWNER_ONLY });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    throw refuse(
      path,
      `another program is writing it. Run this again; if it stays so, delete ${unfinished}`,
    );
  }
}
/** Writes it, down to the disk. */
function finish(unfinished: string, text: string, mode: number): void {
  const handle = openSync(unfinished, "r+");
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  chmodSync(unfinished, mode);
}
