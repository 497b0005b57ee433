-- Asks the same address again and again, for the comparison with Django asked directly. wrk -s get.lua URL
local bad = 0
function response(status)
  if status ~= 200 then
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
