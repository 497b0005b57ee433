/**
 * Ends a server so that no call is lost: whoever is connected hears with the next answer that the connection ends,
 * and the port is closed once nobody comes any more.
 *
 * @module
 */

const QUIET_MS = 250;
const LONGEST_MS = 5000; // somebody always comes who asks for no readiness
const HEALTH = ["/healthz", "/readyz"]; // asked by whoever sends nobody more

type Answer = (request: Request) => Response | Promise<Response>;
/** What answers each path: a function, or always the same. */
type Routes = Record<string, Answer | Response>;

/**
 * Answers as before, and ends each connection with its answer. A balancer that asks for readiness sends nobody more.
 * @param reload puts other answers in the place of these
 * @returns once no request has come for a quarter of a second, or after 5 s
 */
export async function drain(
  reload: (answers: { routes: Routes; fetch: Answer }) => unknown,
  routes: Routes,
  fetch: Answer,
): Promise<void> {
  let arrived = 0;
  const closing =
    (answer: Answer): Answer =>
    async (request) => {
      arrived++;
      const response = await answer(request);
      response.headers.set("Connection", "close");
      return response;
    };
  const ending = Object.entries(routes).map(([path, route]) => {
    const isKept = typeof route !== "function" || HEALTH.includes(path);
    return [path, isKept ? route : closing(route)] as const;
  });
  reload({ routes: Object.fromEntries(ending), fetch: closing(fetch) });
  for (let waited = 0; waited < LONGEST_MS; waited += QUIET_MS) {
    const before = arrived;
    await new Promise((next) => setTimeout(next, QUIET_MS));
    if (arrived === before) return;
  }
}
