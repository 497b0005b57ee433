/** The program that this was built into, where it was: scripts/build.ts puts its path in this name's place. */
declare const BUILT_INTO: string | undefined;

/** How somebody starts this program: `bun run demo` in the repository, `django-shop-mcp demo` from a package. */
export const commandFor = (name: string) =>
  typeof BUILT_INTO === "string" ? `django-shop-mcp ${name}` : `bun run ${name}`;
/** The server itself: `bun run server`, or the package's own command. */
export const SERVER_COMMAND = typeof BUILT_INTO === "string" ? "django-shop-mcp" : "bun run server";
