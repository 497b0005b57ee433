-- The requests of one operation and era. wrk -s load.lua URL -- ERA OPERATION
local era, operation, n = "modern", "search_products", 0
local meta = '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1.0.0"},"io.modelcontextprotocol/clientCapabilities":{}}'
function init(args)
  era, operation = args[1], args[2]
  n = math.random(1000000)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Accept"] = "application/json, text/event-stream"
  if era == "modern" then
    wrk.headers["MCP-Protocol-Version"] = "2026-07-28"
    wrk.headers["Mcp-Method"] = operation == "tools/list" and operation or "tools/call"
    if operation ~= "tools/list" then wrk.headers["Mcp-Name"] = operation end
  else
    wrk.headers["MCP-Protocol-Version"] = "2025-11-25"
  end
end
function request()
  n = n + 1
  local own = era == "modern" and meta or nil
  local body
  if operation == "tools/list" then
    body = '{"jsonrpc":"2.0","id":' .. n .. ',"method":"tools/list","params":{' .. (own or "") .. "}}"
  else
    local arguments = operation == "search_products" and '{"query":"linen' .. n .. '","limit":10}' or '{"order_id":"' .. n .. '"}'
    body = '{"jsonrpc":"2.0","id":' .. n .. ',"method":"tools/call","params":{"name":"' .. operation .. '","arguments":' .. arguments .. (own and "," .. own or "") .. "}}"
  end
  return wrk.format(nil, nil, nil, body)
end
local bad = 0
function response(status, headers, body)
  if status ~= 200 or body:find('"isError":true', 1, true) or body:find('"error":', 1, true) then
    bad = bad + 1
    wrk.thread:set("bad", bad)
  end
end
local threads = {}
function setup(thread) table.insert(threads, thread) end
function done(summary, latency, requests)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  for _, thread in ipairs(threads) do failed = failed + (thread:get("bad") or 0) end
  print(string.format('{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"errors":%d}', summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failed))
end
