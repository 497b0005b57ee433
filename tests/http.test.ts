/** The HTTP server at its edges: a malformed Host header, and a client that gives up. */
import { expect, test } from "bun:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { openShop, serveHttp, settingsSchema } from "../server.ts";

const settings = { django_api_base: "http://django.test", django_api_token: "t" };

test("a malformed Host header is refused with 4xx and without an HTML page", async () => {
  const http = serveHttp(openShop(settingsSchema.parse(settings)), 0);
  const { port } = new URL(http.url);
  let answer = "";
  const ended = Promise.withResolvers<void>();
  await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(port),
    socket: {
      open: (socket) =>
        void socket.write(
          "POST /mcp HTTP/1.1\r\nHost: evil.com@localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ),
      data: (_, bytes) => void (answer += bytes.toString()),
      close: () => ended.resolve(),
    },
  });
  await ended.promise;
  await http.stop();
  expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
  expect(answer).not.toContain("<html");
});

test("a call that its client gives up is aborted at Django, too", async () => {
  const gone = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const fetch = (request: Request) => {
    request.signal.addEventListener("abort", () => gone.resolve());
    asked.resolve();
    return new Promise<Response>(() => {});
  };
  using slow = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch });
  const http = serveHttp(
    openShop(settingsSchema.parse({ ...settings, django_api_base: slow.url.origin })),
    0,
  );
  const client = new Client({ name: "t", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(new URL(http.url)));
  const abort = new AbortController();
  const call = client.callTool({ name: "get_shop_info", arguments: {} }, { signal: abort.signal });
  await asked.promise;
  abort.abort();
  await expect(call).rejects.toThrow();
  await gone.promise;
  await client.close();
  await http.stop();
  await slow.stop(true);
});
