/** The program that this was built into, where it was: scripts/build.ts puts its path in this name's place. */
declare const BUILT_INTO: string | undefined;
const builtInto = typeof BUILT_INTO === "string" ? BUILT_INTO : undefined;

/** The path of the executable, if this runs in it. */
export const executable = builtInto === process.execPath ? builtInto : undefined;
