/**
 * What of a tool a shop can serve: nothing where it lacks an endpoint, and no argument that it does not know.
 *
 * @module
 */
import { type Dialect, type Endpoint, type EndpointName, endpoints } from "./contract.ts";
import type { Tool } from "./tool.ts";

/** The arguments that parameters come from, where they have other names. */
const ARGUMENTS: Record<string, string> = { ordering: "sort", customer: "customer_id" };
/** The arguments of a tool that become one of these parameters. Words and pages are the server's own affair. */
const argumentsOf = (parameters: string[], { needs }: { needs: Endpoint[] }): string[] =>
  parameters
    .filter((name) => !/^(q|limit|cursor)$/.test(name))
    .filter((name) => needs.some(({ path }) => Object.hasOwn(path.query, name)))
    .map((name) => ARGUMENTS[name] ?? name);

/** Gives what can be offered of a tool where the shop has this dialect, or undefined. */
export function fittingTo(dialect: Dialect) {
  const known = Object.entries(endpoints).filter(([name]) => dialect.has(name as EndpointName)); // the table's own key
  const available = new Set<Endpoint>(known.map(([, endpoint]) => endpoint));
  return (tool: Tool & { needs: Endpoint[] }): Tool | undefined =>
    tool.needs.every((endpoint) => available.has(endpoint))
      ? tool.without(argumentsOf(dialect.withdrawn ?? [], tool))
      : undefined;
}
