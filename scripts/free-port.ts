/**
 * A port that was free a moment ago, for a program that takes no 0, or does not say what it got.
 *
 * @param wanted this one. @default any
 * @throws {Error} where the wanted one is taken
 */
export function freePort(wanted = 0): number {
  const server = Bun.listen({ hostname: "127.0.0.1", port: wanted, socket: { data() {} } });
  server.stop(true);
  return server.port;
}
