/**
 * What load.lua does, where wrk is missing:
 *
 * ```sh
 * node load.js '{"url": …, "connections": 16, "seconds": 3, "headers": {…}, "body": "…NNNNNNNNN…"}'
 * ```
 */
import autocannon from "autocannon";

const { url, connections, seconds, headers, body } = JSON.parse(process.argv[2]);
let n = 100_000_000 + Math.floor(Math.random() * 800_000_000);
let bad = 0;
const one = {
  method: "POST",
  setupRequest: (request) => ({ ...request, body: body.replaceAll("NNNNNNNNN", String(++n)) }),
  onResponse(status, text) {
    if (status !== 200 || !text.includes('"result"') || /"isError": ?true/.test(text)) bad++;
  },
};
const result = await autocannon({
  url,
  connections,
  duration: seconds,
  headers,
  requests: [one],
});
const microseconds = Math.round(result.duration * 1e6);
const { p50, p99 } = result.latency; // milliseconds
console.log(
  JSON.stringify({
    requests: result.requests.total,
    microseconds,
    p50: p50 * 1000,
    p99: p99 * 1000,
    errors: bad + result.errors + result.timeouts,
  }),
);
