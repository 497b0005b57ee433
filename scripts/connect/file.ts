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
const OWNER_ONLY = 0o600;

/** Why a file is as it was, in whole sentences. */
export class FileError extends Error {
  override name = "FileError";
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
  write(
    text: string | undefined,
    options: { isPrivate: boolean; restored?: string },
  ): string | undefined;
}

/** What went wrong with a file, in words. */
function describe(error: unknown, file: string): FileError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const words: Record<string, string> = {
    EACCES: "you may not read or write it",
    EPERM: "you may not read or write it",
    EROFS: "it is on a disk that is read-only",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of its path is a file",
    ENOSPC: "the disk is full",
    ELOOP: "its symbolic links lead in a circle",
    EBUSY: "another program holds it",
  };
  const reason = typeof code === "string" ? (words[code] ?? code) : String(error);
  return new FileError(`${file} was not changed: ${reason}.`);
}
const refuse = (file: string, reason: string) =>
  new FileError(`${file} was not changed: ${reason}.`);

function readBytes(file: string): Buffer | undefined {
  try {
    if (statSync(file).size > MAX_BYTES) throw refuse(file, "it is larger than 64 MB");
    return readFileSync(file);
  } catch (error) {
    if (error instanceof FileError) throw error;
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw describe(error, file);
  }
}
function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refuse(file, "it is not UTF-8. Save it as UTF-8 and try again");
  }
}

/** @throws {FileError} where it cannot be read as text */
export function openFile(path: string): OpenFile {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (isLink && !existsSync(path)) throw refuse(path, "it is a symbolic link that leads nowhere");
  const file = isLink ? realpathSync(path) : path;
  const bytes = readBytes(file);
  const text = bytes && decode(bytes, path);
  const backupName = `${basename(path)}.backup-`;
  const folder = dirname(path);
  const numbers = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.startsWith(backupName))
        .map((name) => Number(name.slice(backupName.length)))
        .filter(Number.isInteger)
        .toSorted((one, other) => other - one)
    : [];
  const backupFile = (number: number) => join(folder, backupName + number);

  return {
    path,
    title: `${path}${isLink ? `, a link to ${file}` : text === undefined ? " (new)" : ""}`,
    text,
    get backups() {
      return numbers.map((number) => ({
        file: backupFile(number),
        text: readFileSync(backupFile(number), "utf8"),
      }));
    },
    write(next, { isPrivate, restored }) {
      const now = readBytes(file);
      if (now === undefined ? bytes !== undefined : !bytes?.equals(now))
        throw refuse(path, "another program changed it meanwhile. Run this again");
      const mode = now && statSync(file).mode & 0o777;
      if (mode !== undefined && !(mode & 0o200)) throw refuse(path, "it is read-only");
      try {
        mkdirSync(dirname(file), { recursive: true });
        let backup: string | undefined;
        if (now && next !== undefined && restored === undefined) {
          backup = backupFile((numbers[0] ?? 0) + 1);
          writeFileSync(backup, now, { flag: "wx", mode: isPrivate ? OWNER_ONLY : mode });
        }
        if (next === undefined) rmSync(file);
        else replace(file, next, isPrivate ? OWNER_ONLY : (mode ?? OWNER_ONLY));
        if (restored) rmSync(restored);
        return backup;
      } catch (error) {
        throw describe(error, path);
      }
    },
  };
}

/** Puts a file in the place of another in one step, so that a host never reads half of it. */
function replace(file: string, text: string, mode: number): void {
  const unfinished = `${file}.${process.pid}.new`;
  try {
    const handle = openSync(unfinished, "wx", OWNER_ONLY);
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    chmodSync(unfinished, mode);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
