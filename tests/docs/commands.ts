/**
 * The lines of shell in the pages of the repository, and who runs each: a line that nobody runs fails
 * commands.test.ts. `bun run test:readme` runs those that have `says`, as they stand, in a copy in an empty home.
 */
import { pages } from "./markdown.ts";

/** Who runs a line. */
export type Runner =
  /** scripts/readme.ts, which waits for these words; a line that `serves` goes on until its page ends. */
  | { says: RegExp; serves?: true }
  /** A step of `.ci/run`. */
  | { step: string }
  /** A test, or what a test imports, in which these words stand. */
  | { file: string; has: string }
  /** What cannot be run here, and why. README.md has none of these. */
  | { nobody: string };

const step = (name: string): Runner => ({ step: name });
const elsewhere = (name: string): Runner => ({
  file: `tests/stories-elsewhere/${name}.test.ts`,
  has: "play-elsewhere.ts",
});
const WRITTEN = /^Written\./m;
const DEPLOY: Runner = {
  nobody: "needs an engine; tests/production/deploy-*.ts lint and start its parts",
};
const MODEL: Runner = { nobody: "needs somebody's model; tests/storefront/ has one that is held" };
const PUBLISHED: Runner = {
  nobody: "needs the repository on GitHub; tests/packages/ reads the plugin",
};
const LONG: Runner = { nobody: "takes an hour; the step `bench --guard` runs the same measures" };

/** Lines as they stand, without their comments. */
export const commands: Record<string, Runner> = {
  // README.md
  "npx -y bun@1.4.5 run demo --once": { says: /Done: the order is cancelled/ },
  "npx -y bun@1.4.5 run connect claude-desktop --demo": { says: WRITTEN },
  "bun run doctor --django https://shop.example --token …": { says: /search_products/ },
  "DJANGO_API_TOKEN=… bun run connect claude-desktop --url https://shop.example": { says: WRITTEN },

  // docs/
  "bun run server --http --port 3000": { says: /over https?:/, serves: true },
  "bun run server --currency EUR --http --port 3001": { says: /over https?:/, serves: true },
  "bunx mcp-inspector --cli --server-url http://127.0.0.1:3001/mcp --method tools/call --tool-name get_order_status --tool-arg order_id=1036":
    { says: /shipped/ },
  "bunx mcp-inspector --cli --server-url http://127.0.0.1:3000/mcp --method tools/list": {
    says: /search_products/,
  },
  "bun run inspect": { file: "tests/inspector.test.ts", has: "scripts/inspect.ts" },
  "bun run server --django-login /api/token/ --django-user mia@shop.example": {
    file: "tests/login/is-set-up.test.ts",
    has: "--django-login",
  },
  "bun run connect cursor --demo": { says: WRITTEN },
  "bun run connect claude-code --url https://shop.example": { says: WRITTEN },
  "bun run connect vscode --http http://127.0.0.1:3000/mcp": { says: WRITTEN },
  "bun run connect zed codex gemini --demo": { says: WRITTEN },
  "bun run connect cursor --demo --print": { says: /"--stdio"/ },
  "bun run connect cursor --remove": { says: /^Taken out\./m },
  "bun run test:clients": step("test:clients"),
  "bun run test:clients go fastmcp": step("test:clients"),
  "bun run test:clients --write": step("test:clients"),
  "bun run build": step("package --check"),
  "bun run package --check": step("package --check"),
  "bun run build --executable": { file: "scripts/bench/measures/stdio.ts", has: "--executable" },
  "node /path/to/dist/server.js": { file: "tests/bundle.test.ts", has: 'node: "node"' },
  "bun --cwd=/path/to/django-shop-mcp server.ts": {
    file: "tests/hosts/starts-safely-in-any-folder.test.ts",
    has: "docs/start.md",
  },
  "npm --prefix=/path/to/django-shop-mcp run --silent server": {
    file: "tests/hosts/starts-safely-in-any-folder.test.ts",
    has: "docs/start.md",
  },
  "bun --cwd=/path/to/django-shop-mcp run demo --stdio": {
    file: "tests/hosts/starts-safely-in-any-folder.test.ts",
    has: "docs/start.md",
  },
  "claude mcp add shop -e DJANGO_API_BASE=https://shop.example -e DJANGO_API_TOKEN=… -- bun --cwd=/path/to/django-shop-mcp server.ts":
    { file: "tests/hosts/starts-safely-in-any-folder.test.ts", has: "claude mcp add" },
  "bun run server --http --public-url https://mcp.shop.example --oauth-issuer https://login.example":
    { says: /over https?:/, serves: true },
  'curl http://127.0.0.1:3000/hooks/shop -H "Shop-Signature: t=$now,v1=$v1" -d "$body"': {
    says: /\{"outcome":"told"\}/,
  },
  "bun run shop --webhook http://127.0.0.1:3000/hooks/shop": { says: /demo-staff/, serves: true },
  "curl -X POST http://127.0.0.1:8000/__world/orders/1054/ship/": { says: /shipped/ },
  "for n in 1 2; do bun run server --http --port 3000 --share-port & done": {
    file: "tests/hosts/shares-a-port.test.ts",
    has: "SHARE_PORT",
  },
  "bun run server --http --log calls --metrics-port 9464 --audit-log audit.log": {
    says: /over https?:/,
    serves: true,
  },
  "bun run audit-log audit.log": {
    file: "tests/telemetry/records-each-change.test.ts",
    has: "auditReport",
  },
  "bun run audit-log --of 1036 audit.log": {
    file: "tests/telemetry/records-each-change.test.ts",
    has: "auditReport",
  },

  // AGENTS.md, CONTRIBUTING.md, tests/README.md
  "npx -y bun@1.4.5 run test": step("test"),
  "npx -y bun@1.4.5 run check": step("check"),
  "bun install --frozen-lockfile": { says: /packages/ },
  "bun check && bunx oxlint --deny-warnings && bun fmt": step("check"),
  "bun test --timeout 20000 tests/tools.test.ts": step("test"),
  "bun run surface && bun run stories --update": {
    file: "tests/surface.test.ts",
    has: "surfaceFiles",
  },
  "bun run contract": step("contract --check"),
  "bun run test": step("test"),
  "bun run test:lanes": step("test:lanes"),
  "bun run test:django": step("test:django"),
  "bun run test:app": step("test:app"),
  "bun run test:shops": step("test:shops"),
  "bun run stories": step("test"),
  "bun run stories a-parcel-is-traced-without-an-order-number --lane stdio-modern --backend django":
    { file: "tests/on-django.ts", has: "stories" },
  "bun run stories NAME --watch": { nobody: "waits for somebody's changes" },
  "bun run stories --update": { file: "tests/stories.test.ts", has: "bun run stories --update" },

  "bun run stories --url https://staging.example/mcp --stories ./stories":
    elsewhere("plays-at-a-url"),
  "bun run stories --url … --stories ./stories --write": elsewhere("writes-only-when-told"),
  "bun run stories --url … --stories ./stories --report build/stories.xml":
    elsewhere("writes-its-report"),
  "bun run stories --url http://127.0.0.1:3000/mcp": elsewhere("plays-at-a-url"),
  "bun run stories --django http://127.0.0.1:8000 --tokens tokens.json --stories ./stories":
    elsewhere("plays-before-django"),
  "npx -y django-shop-mcp stories --url … --stories ./stories": {
    file: "tests/packages/npm.ts",
    has: '"stories.js"',
  },

  // deploy/, SECURITY.md, dialects/
  "cp deploy/example.env deploy/.env": { file: "tests/deploy.test.ts", has: "example.env" },
  "docker compose --file deploy/compose.yaml up --build": DEPLOY,
  "docker build --tag registry.example/django-shop-mcp:0.1.0 .": DEPLOY,
  "kubectl create namespace shop-mcp": DEPLOY,
  "kubectl --namespace shop-mcp create secret generic valkey --from-literal=password=…": DEPLOY,
  "kubectl --namespace shop-mcp create secret generic shop-mcp --from-literal=CONFIRMATION_KEY=… --from-literal=SHOP_MCP_OAUTH_CLIENT_SECRET=… --from-literal=SHOP_MCP_ASSERTION_KEY=… --from-literal=SHOP_MCP_WEBHOOK_SECRET=… --from-literal=REDIS_URL=redis://:…@valkey:6379":
    DEPLOY,
  "kubectl apply --kustomize deploy": DEPLOY,
  "kubectl apply --filename deploy/kubernetes/events.yaml": DEPLOY,
  "bun run cve --url http://127.0.0.1:3000/mcp": {
    file: "tests/cve/says-what-it-could-not-try.test.ts",
    has: "--url",
  },
  "bun run cve --url https://shop.example/mcp --token … --other-token … --read-token …": {
    file: "tests/cve/says-what-it-could-not-try.test.ts",
    has: "--token",
  },
  "bun run audit --url http://127.0.0.1:3000/mcp": {
    file: "tests/audit/runs-as-a-program.test.ts",
    has: "--url",
  },
  "bun run audit --stdio -- npx -y @modelcontextprotocol/server-everything": {
    file: "tests/audit/runs-as-a-program.test.ts",
    has: "--stdio",
  },
  [`bun run audit --url http://127.0.0.1:3000/mcp --write --call 'cancel_order {"order_id": "1054", "reason": "no_longer_needed"}' --look 'get_order {"order_id": "1054"}'`]:
    { file: "tests/audit/confirms-in-every-way.test.ts", has: "mayWrite" },
  "bun run doctor --suggest --out dialects/mine.ts": { says: /dialects\/mine\.ts/ },

  // django/shop_mcp/
  "pip install /path/to/django-shop-mcp/django": {
    file: "scripts/build-django.ts", // of which the wheel is made that tests/on-wheel.ts installs
    has: 'join(root, "django")',
  },
  "manage.py migrate": { file: "tests/on-wheel.ts", has: 'manage("migrate")' },
  "manage.py check --tag shop_mcp --database default": {
    file: "tests/on-wheel.ts",
    has: '"--database", "default"',
  },
  "manage.py shop_mcp_doctor mia": { file: "tests/on-wheel.ts", has: '"shop_mcp_doctor", "mia"' },
  "manage.py migrate shop_mcp": { file: "tests/on-wheel.ts", has: 'manage("migrate")' },
  "manage.py check --tag shop_mcp": { file: "tests/on-wheel.ts", has: '"--tag", "shop_mcp"' },
  "manage.py send_events": {
    file: "tests/production/orders-report-themselves.ts",
    has: 'spawn("send_events")',
  },
  "manage.py test books": { file: "tests/on-wheel.ts", has: '"manage.py", "test"' },
  "manage.py test books.tests.Conversations.test_cancel": {
    file: "tests/on-wheel.ts",
    has: "books.tests.",
  },
  "manage.py createapplication confidential client-credentials --client-id shop-mcp --client-secret …":
    { file: "tests/production/oauth/oauth-shop.ts", has: '"createapplication"' },

  // examples/
  "bun run page": { says: /page: http:/, serves: true },
  "cp -r examples/page ../my-page && cp -r ui ../my-page/ui && cd ../my-page && rm serve.ts": {
    says: /packages/,
  },
  "perl -pi -e 's|(\\.\\./)+ui/|./ui/|' index.html page.tsx shop.ts tsconfig.json": {
    says: /packages/,
  },
  "bun install": { says: /packages/ },
  "bun run storefront": { says: /storefront: http:/, serves: true },
  "AI_MODEL=claude-sonnet-4-5 ANTHROPIC_API_KEY=… bun run storefront": MODEL,
  "AI_MODEL=openai/gpt-5 OPENAI_API_KEY=… bun run storefront": MODEL,
  "AI_MODEL=qwen3:8b AI_BASE_URL=http://127.0.0.1:11434/v1 bun run storefront": MODEL,
  "bun run doctor --django https://shop.example --token … --suggest --out dialects/mine.ts": {
    says: /dialects\/mine\.ts/,
  },
  "bun install && bun examples/storefront/start/main.ts": {
    says: /storefront: http:/,
    serves: true,
  },
  "bun examples/storefront/start/main.ts": {
    file: "tests/storefront/copied.test.ts",
    has: "start/main.ts",
  },
  "bun run server --http --public-url https://mcp.shop.example/mcp": {
    says: /over https?:/,
    serves: true,
  },
  "cp -r examples/storefront ../my-storefront && cp -r ui ../my-storefront/ui && cp tsconfig.json ../my-storefront && cd ../my-storefront":
    { file: "tests/storefront/copied.test.ts", has: "perl -pi" },
  "perl -pi -e 's|(\\.\\./)+ui/|./ui/|' protocol.ts": {
    file: "tests/storefront/copied.test.ts",
    has: "perl -pi",
  },
  "perl -pi -e 's,(\\.\\./)+(ui/|tsconfig),../$2,' app/views.ts app/index.html app/tsconfig.json": {
    file: "tests/storefront/copied.test.ts",
    has: "perl -pi",
  },
  "bun install && SHOP_MCP_SERVER=/path/to/django-shop-mcp/server.ts DJANGO_API_BASE=https://shop.example bun start/main.ts":
    { file: "tests/storefront/copied.test.ts", has: "SHOP_MCP_SERVER" },
  "bun run new-tool get_opening_hours --fields open,closed_on?": {
    file: "tests/new-tool/in-a-copy.ts",
    has: '"get_opening_hours", "--fields", "open,closed_on?',
  },
  "bun run new-tool get_gift_note --path /api/orders/{order_id}/gift-note/ --fields note": {
    file: "tests/new-tool/in-a-copy.ts",
    has: '"get_gift_note", "--path", "/api/orders/{order_id}/gift-note/"',
  },

  // RELEASING.md, plugin/
  "bun run release 0.2.0 --dry-run": { file: "tests/packages/release.ts", has: "isDry: true" },
  "bun run release 0.2.0": { file: "tests/packages/release.ts", has: "isDry: false" },
  "git push origin main v0.2.0": PUBLISHED,
  "claude plugin marketplace add django-shop-mcp/django-shop-mcp": PUBLISHED,
  "claude plugin install django-shop-mcp@django-shop-mcp --config django_api_base=https://shop.example":
    PUBLISHED,

  // scripts/bench/
  "bun run bench": LONG,
  "bun run bench --measures stdio,memory": LONG,
  "bun run bench --quick": LONG,
  "bun run bench --only floor,ours,rmcp": LONG,
  "bun run bench --guard": step("bench --guard"),
  "bun run bench --report": LONG,
};

/** The lines of a snippet of shell, without comments. One that goes on after a `\` is one. */
export const linesOf = (code: string): string[] =>
  code
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/(^|\s+)#\s.*$/, "").trim())
    .filter(Boolean);

/** Whether a line only sets variables for the next ones. */
export const isSetting = (line: string): boolean =>
  /^(export )?\w+=("[^"]*"|'[^']*'|\$\(.*\)|\S*)( \w+=("[^"]*"|\S*))*$/.test(line);

/** Every line of shell that runs something, with the page that it stands in. */
export const shellLines = pages.flatMap(({ path, snippets }) =>
  snippets
    .filter(({ language }) => language === "sh")
    .flatMap(({ code }) => linesOf(code))
    .filter((line) => !isSetting(line))
    .map((line) => ({ path, line })),
);
