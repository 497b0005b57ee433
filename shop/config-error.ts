/**
 * `ConfigError`, and how an error is known by its name. It stands apart from the other errors since a start that goes
 * well needs none of their words.
 *
 * @module
 */

/** A class of errors known by name, not by identity: a dialect may load a second copy of this module. */
export const errorNamed = (brand: string) =>
  class extends Error {
    override readonly name = brand;
    static override [Symbol.hasInstance](value: unknown): boolean {
      return Error.prototype.isPrototypeOf(Object(value)) && Object(value).name === brand;
    }
  };

/** Something that whoever starts the server can fix. The message is one line. */
export class ConfigError extends errorNamed("ConfigError") {}

/**
 * Why nothing can listen at an address, in words. An error that is about something else stays what it is.
 * @param settings that give another port
 */
export function explainListening(
  error: unknown,
  { host, port }: { host: string | undefined; port: number },
  settings: string,
): unknown {
  const { code } = Object(error);
  if (code === "EADDRNOTAVAIL")
    return new ConfigError(
      `SHOP_MCP_HOST (--host) must be an address of this machine; got ${JSON.stringify(host)}.`,
    );
  if (code !== "EADDRINUSE" && code !== "EACCES") return error;
  const free = `Give another with ${settings} (0 takes a free one).`;
  return new ConfigError(`Port ${port} is in use, or not for this user. ${free}`);
}
