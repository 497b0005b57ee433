/**
 * What load.lua does, where wrk is missing:
 *
 * ```sh
 * bun load.js '{"url": …, "connections": 16, "seconds": 3, "headers": {…}, "body": "…NNNNNNNN…"}'
 * ```
 */
import autocannon from "autocannon";

const { url, connections, seconds, headers, body } = JSON.parse(process.argv[2]);
const { pathname, search } = new URL(url);
const path = pathname + search;
let n = 10_000_000 + Math.floor(Math.random() * 80_000_000);
let bad = 0;
const isResult = (text) => text.includes('"result"') && !/"isError": ?true/.test(text);
function setupRequest(request) {
  const number = String(++n);
  const fill = (text) => text?.replaceAll("NNNNNNNN", number);
  return { ...request, path: fill(path), body: fill(body) };
}
const onResponse = (status, text) => void (bad += status !== 200 || (body && !isResult(text)));
const requests = [{ method: body ? "POST" : "GET", setupRequest, onResponse }];

const result = await autocannon({ url, connections, duration: seconds, headers, requests });
const { p50, p99 } = result.latency; // milliseconds
console.log(
  JSON.stringify({
    requests: result.requests.total,
    microseconds: Math.round(result.duration * 1e6),
    p50: p50 * 1000,
    p99: p99 * 1000,
    errors: bad + result.errors + result.timeouts,
  }),
);
