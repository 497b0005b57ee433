/**
 * docs/audit.md: how a server is audited, and every promise that it is held to.
 *
 * @module
 */
import { table } from "../sections.ts";
import { MOST_REQUESTS, MOST_SECONDS } from "./link.ts";
import { promises } from "./promises.ts";

/** The whole page, as Markdown. */
export function auditPage(): string {
  const sections = Object.entries(promises).map(([group, members]) => {
    const rows = members.map(({ id, title, why, fix }) => [`\`${id}\``, title, why, fix]);
    return `## ${group}\n\n${table(["id", "promise", "why it matters", "what to do"], rows)}`;
  });
  return `# Audit an MCP server

<!-- Written by \`bun run surface\`. -->

\`bun run audit\` holds any MCP server, yours or another's, to the promises that this one keeps. It says of each whether it is kept, broken or not tested, with what was seen.

\`\`\`sh
bun run audit --url http://127.0.0.1:3000/mcp
bun run audit --stdio -- npx -y @modelcontextprotocol/server-everything
\`\`\`

It reads the lists, and calls the tools that say \`readOnlyHint: true\`, once or a few times each, with arguments made from their schemas and from ids that other tools have answered with. Where it has no arguments for a tool, give a call: \`--call 'get_order {"order_id": "1036"}'\`. \`--reads TOOL\` names a tool that only reads and does not say so. A server that asks for a token gets the one in \`AUDIT_TOKEN\`.

Nothing is changed unless you permit it. With \`--write\`, a \`--call\` of a tool that changes something is declined, forged, confirmed, lost and sent again, and \`--look\` names the call that shows whether it was done. It will be done, so use an order that you can spare:

\`\`\`sh
bun run audit --url http://127.0.0.1:3000/mcp --write \\
  --call 'cancel_order {"order_id": "1054", "reason": "no_longer_needed"}' \\
  --look 'get_order {"order_id": "1054"}'
\`\`\`

\`--only names,hints\` looks at some promises alone, \`--json\` prints the findings as data, \`--official\` runs the [official conformance suite](https://github.com/modelcontextprotocol/conformance) for the revisions that the server speaks. It asks no address but the one given, sends at most ${MOST_REQUESTS.toLocaleString("en")} requests, and takes ${MOST_SECONDS} seconds at most. It ends with 0 where every promise is kept, 1 where one is broken, 2 where it cannot look. \`bun run cve --url\` tries the public vulnerabilities of MCP servers, too.

Some promises cannot be seen from outside: how a tool behaves on data that it did not show, whether a description is true, what is logged.

${sections.join("\n\n")}
`;
}
