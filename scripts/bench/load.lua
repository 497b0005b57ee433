-- Sends one request again and again, each time with another number in place of its mark, which is as long as the
-- number: so a request costs wrk one concatenation. Without a body it is a GET. wrk -s load.lua URL -- [BODY]
local MARK = "NNNNNNNN"
local parts, n, isCall = {}, 0, false

function init(args)
  isCall = args[1] ~= nil
  wrk.method = isCall and "POST" or "GET"
  wrk.body = args[1]
  math.randomseed(os.time())
  n = math.random(10000000, 90000000)
  local request, from = wrk.format(), 1
  local at = request:find(MARK, 1, true)
  while at do
    table.insert(parts, request:sub(from, at - 1))
    from = at + #MARK
    at = request:find(MARK, from, true)
  end
  table.insert(parts, request:sub(from))
end

function request()
  n = n + 1
  return table.concat(parts, n)
end

-- A call that failed may have the status 200. Plain searches: a pattern would cost wrk more than the request.
local function isResult(body)
  local isError = body:find('"isError":true', 1, true) or body:find('"isError": true', 1, true)
  return body:find('"result"', 1, true) and not isError
end
local bad = 0
function response(status, _, body)
  if status ~= 200 or (isCall and not isResult(body)) then
    bad = bad + 1
    wrk.thread:set("bad", bad)
  end
end

local threads = {}
function setup(thread) table.insert(threads, thread) end

function done(summary, latency)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.timeout
  for _, thread in ipairs(threads) do errors = errors + (thread:get("bad") or 0) end
  local line = '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"errors":%d}'
  print(line:format(summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors))
end
