/** A Host that is not one, and a call that its client gives up. */
import { expect, test } from "bun:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { openShop, serveHttp, settingsSchema } from "../server.ts";

const given = { django_api_base: "http://django.test", django_api_token: "t" };

test("a Host that is not one is turned away without a page of Bun's", async () => {
  const http = serveHttp(openShop(settingsSchema.parse(given)), 0);
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

test("a call that its client gives up stops at Django, and is nobody's fault", async () => {
  const gone = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const fetch = (request: Request) => {
    request.signal.addEventListener("abort", () => gone.resolve());
    asked.resolve();
    return new Promise<Response>(() => {});
  };
  using slow = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch });
  const http = serveHttp(
    openShop(settingsSchema.parse({ ...given, django_api_base: slow.url.origin })),
    0,
  );
  const client = new Client({ name: "t", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(new URL(http.url)));
  const hurry = new AbortController();
  const call = client.callTool({ name: "get_shop_info", arguments: {} }, { signal: hurry.signal });
  await asked.promise;
  hurry.abort();
  expect(call).rejects.toThrow();
  await gone.promise;
  await client.close();
  await http.stop();
  await slow.stop(true);
});
