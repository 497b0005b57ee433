/**
 * What this server says of itself to a client that has no token yet (RFC 9728), at its root and at its own path.
 *
 * @module
 */
import { getOAuthProtectedResourceMetadataUrl } from "@modelcontextprotocol/server";
import { READ, WRITE } from "./scopes.ts";

/** JSON documents by their paths. */
export type Documents = Record<string, () => object>;

/** @param resource the address of the server, as clients call it @param canWrite whether it offers changes */
export function describeResource(resource: string, issuer: string, canWrite: boolean) {
  const document = {
    resource,
    authorization_servers: [issuer],
    scopes_supported: canWrite ? [READ, WRITE] : [READ],
    bearer_methods_supported: ["header"],
    resource_name: "Django shop",
  };
  const url = getOAuthProtectedResourceMetadataUrl(new URL(resource));
  const root = "/.well-known/oauth-protected-resource";
  const documents: Documents = { [root]: () => document, [new URL(url).pathname]: () => document };
  return { url, documents };
}
