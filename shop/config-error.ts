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
