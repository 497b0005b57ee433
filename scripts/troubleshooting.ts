/**
 * TROUBLESHOOTING.md: every message of a failed call, with its cause and what the operator can do. The messages
 * come from `errorMessages`; a new one does not compile without an entry here. `bun run surface` writes the page.
 */
import { type ErrorCode, errorMessages } from "../shop/errors.ts";

/** Why each message comes, and what to do about it. */
const CAUSES: Record<ErrorCode, string> = {
  unreachable:
    "Nothing listens at `DJANGO_API_BASE`, or its name is unknown. `bun run doctor --django URL` looks at it. Open the address with `curl` from the machine that runs the server.",
  bad_certificate:
    "The certificate has expired, is for another host name, is self-signed, or is sent without the intermediate certificate that leads to its authority (browsers often fetch that one themselves; configure the full chain). Name an authority of your own in `NODE_EXTRA_CA_CERTS`.",
  no_tls:
    "`DJANGO_API_BASE` begins with `https://`, and its port speaks plain HTTP, or another version of TLS.",
  bad_http: "Another service listens at this port, or a proxy breaks the answers of the shop.",
  too_slow:
    "All attempts together took longer than `--timeout`. Make the view faster (`select_related`, an index, a smaller page), or raise the timeout.",
  broken_off:
    "The connection closed in the middle of an answer. A proxy with a shorter timeout than Django is a common cause.",
  http_412: "Somebody changed the order or customer after the user was asked. They are asked anew.",
  unclear_by_code: "As above; your shop honours `Idempotency-Key`, so sending it again is safe.",
  unclear:
    "A change was sent, and no answer shows whether the shop made it. Look the order up before anybody repeats it.",
  resting:
    "Five calls in a row failed on one endpoint, so it is left alone for ten seconds; then one call tries it. Look at the errors before this one.",
  shop_busy:
    "Three quarters of `--max-calls` are requests of this one endpoint, which leaves the others room. It is slow, or has more callers than it can serve: make the view faster, or raise `--max-calls` with the workers of your Django.",
  busy: "As many calls are under way as `--max-calls` allows, and as many wait as `--max-waiting` does. Start more processes, or raise them if Django and this machine have room.",
  too_many_calls:
    "One caller made more calls than `--rate-limit` allows. An assistant in a loop does; raise the limit if the calls were meant.",
  http_429:
    "Django throttles this client. Raise `DEFAULT_THROTTLE_RATES` for the server's user, or ask for less.",
  http_5xx: "The view raised an exception, or the proxy found no Django. Django's log has it.",
  http_401:
    "The token is missing, wrong or expired, its account is deactivated, or it is sent under the wrong scheme; Django REST framework says this with 403 as well, where its first authenticator is `SessionAuthentication`. What is to be done follows from what the shop asked for (`WWW-Authenticate`). Check `DJANGO_API_TOKEN` and `DJANGO_API_AUTH` (`Token`, `Bearer` or `JWT`).",
  token_expired:
    "The token in `DJANGO_API_TOKEN` is a JWT whose `exp` has passed, by the shop's clock. Those of simplejwt live for five minutes: use `--django-login` instead.",
  login_refused:
    "The user or the password is wrong, the account is inactive, or locked after too many attempts (django-axes). The login is sent once; after a restart, once more.",
  login_failed:
    "The endpoint named by `--django-login` did not answer, failed (5xx), or refuses logins for now (429, or `Retry-After`). It is asked again after that time, not before.",
  login_unusable:
    "What answers at `--django-login` is no login for a program: another path, a web page, a redirect, a session instead of a token, a captcha, or a second factor. An endpoint of simplejwt, djoser, dj-rest-auth, knox or Django REST framework gives tokens; a token in `DJANGO_API_TOKEN` needs no login. It is asked again after a quarter of an hour.",
  csrf: "The view authenticates by a session's cookie, as `SessionAuthentication` does, and this server has none. Add `TokenAuthentication` or `JWTAuthentication` to its `authentication_classes`.",
  http_403:
    "The token's user lacks a permission. Customer search, for instance, is for staff. Give the user the permission, or leave the tool out with `--tools`.",
  forbidden:
    "No reason came with the 403, so it is hardly Django REST framework's, or its reason is Django's CSRF check. A firewall refuses this server, the view is not exempt from that check (or authenticates by a session), or a plain view refuses the account.",
  unknown_id:
    "The id is wrong, or belongs to another customer: the shop answers both alike. Nothing needs to be fixed.",
  not_offered:
    "Your Django has no such path. Add the endpoint, map it in a dialect, or leave the tool out with `--tools`.",
  not_offered_for:
    "A `paths` function of the dialect gives no path for this id. The shop has such things for other ids only, such as `me`.",
  two_orders:
    "The word is the number of one order and the id of another, or the number of several. With a `#` before it, it is the number.",
  unknown_number:
    "The dialect's `lookup` reads the list of orders through, five pages at most. Give it the name of a filter, where the shop has one.",
  unknown_or_not_offered:
    "A 404 without a reason: the id is unknown, or the path does not exist. `bun run doctor` tells which.",
  bad_cursor:
    "A cursor belongs to the exact call it came from, and the list may have changed since. Start again without it.",
  http_409: "The shop's rules forbid the change now. The reason is your shop's own.",
  http_400: "Django's validation refused the arguments. The reason is your serializer's own.",
  http_4xx:
    "Django, or a proxy or firewall before it, refused the request, whatever its arguments are. Look the status up, and Django's log.",
  http_3xx:
    "Redirects are never followed, since `APPEND_SLASH` would drop the body of a change. Set `DJANGO_API_BASE` to the final address, with https where your shop redirects to it. `bun run doctor --django URL` says where it leads.",
  http_other:
    "The status is none of HTTP's (600), or one that answers nothing (304). Something other than Django answers, or a view sets the status itself.",
  empty_answer: "The view returns nothing, or a proxy has dropped what it returned.",
  login_page:
    "The view asks for a browser's session (`login_required`). Let it accept tokens: with Django REST framework, `TokenAuthentication` and `IsAuthenticated`.",
  web_page:
    "A proxy's error page, Django's own, or another site answers at this address. Check `DJANGO_API_BASE` and `ALLOWED_HOSTS`; `bun run doctor --django URL` shows what it answers.",
  bad_json:
    "The view writes JSON by hand, or numbers that JSON has not: Python's `json.dumps` writes `NaN` and `Infinity` unless `allow_nan=False`.",
  not_json: "The view sends XML, text or a file, or another service answers at this address.",
  bad_encoding:
    "The server asks for gzip alone, and unpacks 1 MiB at most. A proxy compresses with something else without being asked, or its gzip is damaged.",
  bad_charset: "The view encodes its text by hand, in Latin-1 for instance.",
  wrong_shape:
    "A required field is missing or has another type. `bun run doctor --django URL --suggest` names each difference, and writes the dialect that maps it.",
  too_large: "An answer over 1 MiB is not read. Let the view page its list, or send fewer fields.",
  too_complex:
    "JSON of over 100 levels, or of over 10,000 different field names, is not read: a list, rather than an object with a field for each row, has no such limit.",
  declined:
    "The user said no. A host without a user, such as one in a script, may say so by itself: give it `--tools` without changes, or confirm by code.",
  dismissed: "The user closed the question, or a host without a user did.",
  unconfirmed:
    "The host accepted the question without its required `confirm: true`, as hosts do whose approvals are switched off.",
  cannot_ask:
    "The host declared elicitation, and answered the question with an error. Its log has the reason.",
  too_large_to_ask: "The question would have more than 8,000 characters, which nobody reads.",
  nobody_to_ask:
    "The host cannot show a question, and `--confirm elicit` refuses codes. Use a host with elicitation, or `--confirm code`.",
  not_recorded:
    "The file in `SHOP_MCP_AUDIT_LOG` cannot be written: its folder is gone, its disk is full, or it belongs to another user. A change is only sent once its record is written.",
  not_possible: "The order's own `can_…` fields forbid it. The reason is your shop's own.",
  misfit: "The arguments contradict what the shop says of this order. The message names which.",
  state_down:
    "`REDIS_URL` is set, and no Redis or Valkey has answered there for three seconds. Whatever only reads goes on; changes and their questions wait until it is back, which the server's log says.",
  accepted:
    "Your shop answered a change with success, but not with the order. It is read once more; this message is only seen where nothing can be read.",
  bad_mapping:
    "A function of the dialect threw, or a mapping points nowhere. The message names the entry.",
  too_linked:
    "A dialect follows hyperlinks (`load: true`), and this answer has too many. Map fewer of them, or page the list.",
  bad_arguments: "The model sent arguments that the tool's schema refuses. It can correct them.",
  internal: "A bug in the server. Its log, on stderr, has the stack trace; please report it.",
};

/** Failures before anything is served, on stderr. */
const START = [
  [
    "DJANGO_API_BASE (--django-api-base) is not set.",
    "Hosts pass no environment of their own: set it in the host's configuration, under `env`.",
  ],
  [
    "<NAME> must be <rule>; got <value>.",
    "The value breaks the rule of that setting. `--help` lists them all.",
  ],
  [
    "<NAME> is not a setting: see --help",
    "A variable that begins with `DJANGO_API_` or `SHOP_MCP_` is misspelt.",
  ],
  [
    "<NAME> is a placeholder, <value>: the host has not put a value in its place.",
    "The host's configuration has `${NAME}`, and that variable is not set where the host runs, or the host writes its variables otherwise (`${env:NAME}`, `${input:NAME}`). `bun run connect HOST --print` shows how yours does.",
  ],
  [
    "this is Node <version>; 20.19 or newer is needed, or Bun.",
    "A host starts the first Node on its own PATH, which is not always your shell's: name one by its whole path.",
  ],
  [
    "SHOP_MCP_TOOLS (--tools) names <name>; there are <names>.",
    "The name is no tool and no group, or the shop lacks the endpoints of all tools that were named.",
  ],
  [
    "SHOP_MCP_SHOP (--shop) <file>: <reason>",
    "The dialect cannot be loaded, or one of its entries is wrong. The reason names it.",
  ],
  [
    "Port <port> is in use, or not for this user.",
    "Choose another with `--port`; 0 takes any free one.",
  ],
] as const;

/** Requests over HTTP that are refused before any tool is called. */
export const REFUSALS = [
  [
    "Invalid Host: <name>",
    "The proxy passes on a name that is neither that of `SHOP_MCP_PUBLIC_URL` nor among `SHOP_MCP_ALLOWED_HOSTS`. It should pass on the one that the client used (`proxy_set_header Host $host` in nginx).",
  ],
  [
    "Invalid Origin: <name>",
    "A web page of another origin calls the server. If it may, name it in `SHOP_MCP_ALLOWED_ORIGINS`.",
  ],
  [
    "The token is for another server: its audience is not this one.",
    "The client asked for a token without `resource` (RFC 8707), or `SHOP_MCP_PUBLIC_URL` is not the address that it uses. An authorization server that names another audience needs `SHOP_MCP_OAUTH_AUDIENCE`.",
  ],
  [
    "The authorization server gives no usable answer, so this token could not be checked.",
    "The log says which address was asked, what came, and which setting to check.",
  ],
] as const;

/** What a host reports, or its user sees, in the place of a view; the first two are messages of ui/resource.ts. */
export const VIEWS = [
  [
    "The view cannot be shown: view.html is not beside the program.",
    "`bun run build` writes `dist/view.html` with `dist/server.js`, and both belong into one folder.",
  ],
  [
    "The view cannot be built: <reason>",
    "It is built from the clone, whose packages are not installed, or not all: run `bun install` there. `bun ui/build.ts > /dev/null` says more.",
  ],
  [
    "There is only text",
    "The host draws no views, or has kept a list of tools from before there were any: connect it anew. The text says the same.",
  ],
  [
    "Pictures are missing",
    "Their address is not at an origin of `--image-origins` (else that of `--shop-url`), is one that the user's machine does not reach, or is http in a host that is https. Some hosts load no pictures, whatever a view asks for.",
  ],
] as const;

const heading = (message: string) => `### ${message.replace(/([<>])/g, "\\$1")}`;
/** The first sentence of a message. */
const firstSentence = (message: string) => message.replace(/(?<=[.!?]) .*$/, "");

/** The whole page. */
export function troubleshootingPage(): string {
  const codes = Object.keys(CAUSES) as ErrorCode[]; // the table's own keys
  const failures = codes.map((code) => {
    const { template } = errorMessages[code];
    return [
      heading(firstSentence(template)),
      CAUSES[code],
      `> ${template.replace(/([<>])/g, "\\$1")}`,
    ];
  });
  return `${[
    "# Troubleshooting",
    "Find the message, with `<…>` for the parts that differ. The quotation is all that the model reads. Where it names the operator, the server's log (stderr) has the same line, and the cause where one is known: `GET /api/orders/{order_id}/ bad_certificate: … CERT_HAS_EXPIRED`.",
    "## The server does not start",
    ...START.flatMap(([message, cause]) => [heading(message), cause]),
    "## A caller is turned away",
    ...REFUSALS.flatMap(([message, cause]) => [heading(message), cause]),
    "## A view is not drawn",
    ...VIEWS.flatMap(([message, cause]) => [heading(message), cause]),
    "## A tool fails",
    ...failures.flat(),
  ].join("\n\n")}\n`;
}
