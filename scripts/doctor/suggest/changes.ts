/**
 * Where a shop takes changes of an order, by its document or by OPTIONS. Nothing is ever sent there. A path alone
 * says little: what a change has to send must be known as well, or it stays a TODO.
 */
import type { EndpointName } from "../../../shop/contract.ts";
import { isObject, type JsonObject, quote, type Reply } from "../reply.ts";
import { request, type Visit } from "../visit.ts";
import { NOWHERE } from "./explorer.ts";
import { code, type Finding } from "./findings.ts";
import type { Places } from "./places.ts";

/** The last part of a change's path, and the names that its body may have as the contract sends it. */
const CHANGES: [EndpointName, pattern: RegExp, usual: string, body: string[]][] = [
  ["cancelOrder", /^cancel\w*$/i, "cancel", ["reason"]],
  [
    "changeOrderAddress",
    /^(change[-_]?|update[-_]?)?(shipping[-_]?)?address$/i,
    "address",
    ["address"],
  ],
  ["returnItems", /^(returns?|return[-_]?items|request[-_]?return)$/i, "returns", ["items"]],
  ["exchangeItems", /^(exchanges?|exchange[-_]?items)$/i, "exchanges", ["items"]],
];
const allows = (reply: Reply, method: string) =>
  [200, 204, 401, 403, 405].includes(reply.status) &&
  (reply.headers.get("allow") ?? "").split(/,\s*/).includes(method);
/** The fields that OPTIONS names for a method: DRF's metadata. */
const fieldsOf = ({ json }: Reply, method: string): string[] | undefined => {
  const actions = isObject(json) && isObject(json.actions) ? json.actions[method] : undefined;
  return isObject(actions) ? Object.keys(actions) : undefined;
};

export async function findChanges(
  visit: Visit,
  {
    template,
    orderId,
    orderNames,
    places,
  }: { template: string; orderId: string; orderNames: Set<string>; places: Places },
): Promise<Finding[]> {
  const base = visit.settings.django_api_base;
  const slash = template.endsWith("/") ? "/" : "";
  const order = template.replace(/\/?$/, "/");
  const anonymous = (path: string) => path.replace(/{\w+}/g, "{}");
  const options = (path: string) =>
    request(visit, base + path.replace(/{\w+}/, encodeURIComponent(orderId)), {
      method: "OPTIONS",
    });
  const everywhere = await options(`${order}${NOWHERE}${slash}`);
  const findings: Finding[] = [];
  for (const [name, pattern, usual, contract] of CHANGES) {
    const at = ["paths", name];
    const documented = places.operations.find(({ method, path }) => {
      const rest = anonymous(path).startsWith(anonymous(order))
        ? path.slice(path.lastIndexOf("}") + 2).replace(/\/$/, "")
        : "";
      return method !== "GET" && pattern.test(rest);
    });
    let line = "";
    let body: string[] | undefined;
    if (documented) {
      const own = documented.path.replace(/{\w+}/, "{order_id}");
      line = `${documented.method} ${own}`;
      body = documented.body;
    } else {
      const path = `${order}${usual}${slash}`;
      const reply = await options(path);
      const method = ["POST", "PATCH", "PUT"].find(
        (one) => allows(reply, one) && !allows(everywhere, one),
      );
      if (!method) continue;
      line = `${method} ${path}`;
      body = fieldsOf(reply, method);
    }
    const where = documented ? "the OpenAPI document has it" : "OPTIONS allows it";
    // Generators name the order's own serializer where an action has none: that says nothing.
    if (body?.length && body.every((one) => orderNames.has(one))) body = undefined;
    const isAsSent =
      name === "cancelOrder"
        ? (body ?? []).every((one) => contract.includes(one))
        : body !== undefined && contract.every((one) => body.includes(one));
    if (isAsSent && body)
      findings.push({ at, is: code(line), proof: `${where}; never sent by the doctor` });
    else if (isAsSent)
      findings.push({
        at,
        is: code(line),
        todo: `${where}, but does not say what it takes; the server sends {reason}`,
      });
    else {
      const takes = body?.length
        ? `takes ${body.slice(0, 8).join(", ")}`
        : "does not say what it takes";
      findings.push({ at, todo: `${code(line)}, which ${takes}: add it with a bodies.${name}` });
    }
  }
  if (findings.length) return findings;
  // Deletions and the like are no change that the contract has: they are named, and never sent.
  const own = orderWrites(visit.document, order);
  const has = own.length ? `; its document has ${own.join(", ")}` : "";
  return [
    { at: ["paths", "changes"], proof: `no change of an order that a tool makes was found${has}` },
  ];
}
/** The operations of the shop's document that write an order at its own path. */
export function orderWrites(document: JsonObject | undefined, template: string): string[] {
  const plain = (path: string) => path.replace(/{\w+}/g, "{}").replace(/\/?$/, "/");
  return Object.entries(isObject(document?.paths) ? document.paths : {}).flatMap(([path, item]) =>
    plain(path) === plain(template)
      ? Object.keys(Object(item))
          .filter((method) => /^(put|patch|delete|post)$/.test(method))
          .map((method) => `${method.toUpperCase()} ${quote(path)}`)
      : [],
  );
}
