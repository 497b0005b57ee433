/** A question to the user over HTTP, in a session of the handshake era: it arrives, and its answer counts. */
import { describe, expect, spyOn, test } from "bun:test";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from "@modelcontextprotocol/client";
import { CANCEL } from "../changes/example-changes.ts";
import { openScriptedShop } from "../changes/scripted-shop.ts";
import { serveShop } from "../../scripts/shop.ts";
import { begin, connectHost, messagesOf, no, send, serve, yes } from "./http-sessions.ts";
import { rpc, startHttp } from "./start-program.ts";

const cancel = { name: "cancel_order", arguments: CANCEL };
const CALL = rpc("c", "tools/call", cancel);
type Shop = Awaited<ReturnType<typeof openScriptedShop>>;
const cancellations = ({ requests }: Shop) =>
  requests.filter(({ line }) => line === "POST /api/orders/1054/cancel/").length;
/** No change was sent. */
function expectUntouched(shop: Shop) {
  expect(cancellations(shop)).toBe(0);
  expect(shop.order1054()?.status).toBe("pending");
}
/** Whether a request changes something: not a read, and not a preview. */
const isChange = (method: string | undefined, url: string) =>
  method !== "GET" && !url.endsWith("/previews/");
/** The first message of a stream that is a question, and what comes after it. */
async function untilAsked(response: Response) {
  const messages = messagesOf(response);
  const { value: question } = await messages.next();
  return { question, rest: Array.fromAsync(messages) };
}

describe("a host that declares elicitation", () => {
  test.each([
    ["yes", yes, "cancelled"],
    ["no", no, "pending"],
  ] as const)("is asked, and the user's %s counts", async (_, answer, status) => {
    using shop = await openScriptedShop();
    await using http = serve(shop.openServer({ confirm: "elicit" })); // no code, no refusal
    const questions: string[] = [];
    const host = await connectHost(http.url, (question) => {
      questions.push(question);
      return answer(question);
    });
    const result = await host.callTool(cancel);
    await host.close();
    expect(questions).toEqual([expect.stringMatching(/^Cancel order 1054/)]);
    expect(shop.order1054()?.status).toBe(status);
    expect(cancellations(shop)).toBe(status === "cancelled" ? 1 : 0);
    expect(result.isError ?? false).toBe(status === "pending");
    if (status === "pending")
      expect(JSON.stringify(result)).toContain("Not cancelled: the user declined");
  });
  test("is asked by the 2.x client, too", async () => {
    using shop = await openScriptedShop();
    await using http = serve(shop.openServer({ confirm: "elicit" }));
    const capabilities = { elicitation: {} };
    const client = new ModernClient({ name: "t", version: "1" }, { capabilities });
    client.setRequestHandler("elicitation/create", ({ params }) => yes(params.message));
    await client.connect(new ModernTransport(new URL(http.url))); // of 2025-11-25 by default
    const { structuredContent } = await client.callTool(cancel);
    await client.close();
    expect(structuredContent).toMatchObject({ outcome: "done", status: "cancelled" });
  });
  test("gets a code when it leaves its session out", async () => {
    using shop = await openScriptedShop();
    await using http = serve(shop.openServer());
    await begin(http.url);
    expect(await (await send(http.url, CALL)).text()).toContain("confirmation_needed");
    expectUntouched(shop);
  });
});
test("a host that declares none has no session, and gets a code", async () => {
  using shop = await openScriptedShop();
  await using http = serve(shop.openServer());
  const host = await connectHost(http.url);
  const { structuredContent } = await host.callTool(cancel);
  expect(host.session.sessionId).toBeUndefined();
  await host.close();
  expect(structuredContent).toMatchObject({ outcome: "confirmation_needed" });
  expectUntouched(shop);
});

describe("nothing is sent to the shop, and the call ends, when", () => {
  test("the host answers the question with an error", async () => {
    using shop = await openScriptedShop();
    await using http = serve(shop.openServer());
    const host = await connectHost(http.url, () => Promise.reject(new Error("no window")));
    const result = await host.callTool(cancel);
    await host.close();
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result)).toContain("could not put the question to the user");
    expectUntouched(shop);
  });
  test("the host does not answer for ten minutes", async () => {
    using shop = await openScriptedShop();
    await using http = serve(shop.openServer());
    const deadline = Promise.withResolvers<() => void>();
    const setTimer = globalThis.setTimeout;
    const timers = spyOn(globalThis, "setTimeout").mockImplementation(
      Object.assign(
        (end: () => void, ms?: number) =>
          ms === 600_000 ? (deadline.resolve(end), setTimer(() => {}, 0)) : setTimer(end, ms),
        setTimer,
      ),
    );
    const never = Promise.withResolvers<never>();
    const host = await connectHost(http.url, () => never.promise);
    const calling = host.callTool(cancel);
    (await deadline.promise)();
    const result = await calling;
    timers.mockRestore();
    await host.close();
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result)).toContain("could not put the question to the user");
    expectUntouched(shop);
  });
  test("the server is stopped while the question is open", async () => {
    using shop = await openScriptedShop();
    const http = serve(shop.openServer());
    const asked = Promise.withResolvers<void>();
    const host = await connectHost(http.url, () => {
      asked.resolve();
      return new Promise(() => {});
    });
    const calling = host.callTool(cancel);
    await asked.promise;
    const started = performance.now();
    await http.stop();
    expect(performance.now() - started).toBeLessThan(2000);
    const result = await calling;
    await host.close();
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result)).toContain("could not put the question to the user");
    expectUntouched(shop);
  });
  test("the session is ended while the question is open", async () => {
    using shop = await openScriptedShop();
    await using http = serve(shop.openServer());
    const id = await begin(http.url);
    const { question, rest } = await untilAsked(await send(http.url, CALL, id));
    expect((await send(http.url, undefined, id, {}, "DELETE")).status).toBe(200);
    expect(await rest).toEqual([]);
    const result = { action: "accept", content: { confirm: true } };
    const late = await send(http.url, { jsonrpc: "2.0", id: question?.id, result }, id);
    expect(late.status).toBe(404);
    expectUntouched(shop);
  });
  test("the server is stopped before it asks", async () => {
    using shop = await openScriptedShop();
    const read = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const server = shop.openServer({}, async (url, init) => {
      read.resolve();
      await goOn.promise;
      return fetch(url, init);
    });
    const http = serve(server);
    const questions: string[] = [];
    const host = await connectHost(
      http.url,
      (question) => (questions.push(question), yes(question)),
    );
    const calling = host.callTool(cancel);
    await read.promise;
    const stopped = http.stop();
    goOn.resolve();
    const result = await calling;
    await stopped;
    await host.close();
    expect(JSON.stringify(result)).toContain("could not put the question to the user");
    expectUntouched(shop);
  });
  test("the connection is dropped before it is asked", async () => {
    using shop = await openScriptedShop();
    const [read, goOn, asked] = [0, 0, 0].map(() => Promise.withResolvers<void>());
    const server = shop.openServer({}, async (url, init) => {
      read?.resolve();
      await goOn?.promise;
      return fetch(url, init).finally(() => asked?.resolve());
    });
    await using http = serve(server, { maxSessions: 1 });
    const id = await begin(http.url, { elicitation: {} });
    const drop = new AbortController();
    const headers = {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
    };
    const calling = fetch(http.url, {
      method: "POST",
      headers: { ...headers, "Mcp-Session-Id": id ?? "" },
      body: JSON.stringify(CALL),
      signal: drop.signal,
    }).catch(() => undefined);
    await read?.promise;
    drop.abort();
    await calling;
    goOn?.resolve();
    await asked?.promise;
    // The session is not busy for ten minutes with a question that nobody hears: another takes its place.
    while ((await begin(http.url)) === undefined) await new Promise((next) => setImmediate(next));
    expectUntouched(shop);
  });
});

describe("at the same time", () => {
  test("two calls of one session are asked and answered apart", async () => {
    using shop = await openScriptedShop();
    await using http = serve(shop.openServer());
    const both = Promise.withResolvers<void>();
    let open = 0;
    const host = await connectHost(http.url, async (question) => {
      if (++open === 2) both.resolve();
      await both.promise; // neither is answered before both are asked
      return question.startsWith("Cancel") ? yes(question) : no(question);
    });
    const letter = { subject: "Paper", message: "With quinces?" };
    const [cancelled, sent] = await Promise.all([
      host.callTool(cancel),
      host.callTool({ name: "contact_support", arguments: letter }),
    ]);
    await host.close();
    expect(cancelled.structuredContent).toMatchObject({ outcome: "done", order_id: "1054" });
    expect(JSON.stringify(sent)).toContain("the user declined");
    expect(cancellations(shop)).toBe(1);
  });
  test("two sessions ask their own users, and take only their answers", async () => {
    using shop = await openScriptedShop();
    await using http = serve(shop.openServer());
    const [mine, theirs] = [await begin(http.url), await begin(http.url)];
    const calls = await Promise.all([send(http.url, CALL, mine), send(http.url, CALL, theirs)]);
    const [one, other] = await Promise.all(calls.map(untilAsked));
    expect(one?.question?.method).toBe("elicitation/create");
    // the questions have the same id, and the other's yes comes first
    expect(one?.question?.id).toBe(other?.question?.id ?? "none");
    const answer = (action: string) => {
      const id = one?.question?.id;
      return { jsonrpc: "2.0", id, result: { action, content: { confirm: true } } };
    };
    expect((await send(http.url, answer("accept"), "no such session")).status).toBe(404);
    expect((await send(http.url, answer("decline"), theirs)).status).toBe(202);
    expect(JSON.stringify(await other?.rest)).toContain("the user declined");
    expectUntouched(shop);
    expect((await send(http.url, answer("accept"), mine)).status).toBe(202);
    expect(JSON.stringify(await one?.rest)).toContain('"outcome":"done"');
    expect(cancellations(shop)).toBe(1);
  });
});

describe("a change that is under way is made, though", () => {
  test.each(["the connection is dropped", "the call is cancelled", "the session is ended"])(
    "%s",
    async (how) => {
      using shop = await openScriptedShop();
      const sending = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const made = Promise.withResolvers<void>();
      const server = shop.openServer({}, async (url, init) => {
        if (!isChange(init.method, url)) return fetch(url, init);
        sending.resolve();
        await goOn.promise;
        return fetch(url, init).finally(() => made.resolve());
      });
      await using http = serve(server);
      const host = await connectHost(http.url, yes);
      const abort = new AbortController();
      const calling = host
        .callTool(cancel, undefined, { signal: abort.signal })
        .catch(() => "lost");
      await sending.promise;
      if (how === "the connection is dropped") await host.close();
      else if (how === "the call is cancelled") abort.abort();
      else await host.end();
      goOn.resolve();
      await made.promise;
      if (how !== "the session is ended") expect(await calling).toBe("lost");
      await host.close();
      await shop.settled();
      expect(shop.order1054()?.status).toBe("cancelled");
      expect(cancellations(shop)).toBe(1);
    },
  );
});

test("a read that nobody waits for is given up when the server stops", async () => {
  using shop = await openScriptedShop();
  const read = Promise.withResolvers<AbortSignal | null | undefined>();
  const server = shop.openServer({}, async (_, { signal }) => {
    read.resolve(signal);
    return new Promise(() => {});
  });
  const http = serve(server);
  const host = await connectHost(http.url, yes);
  const calling = host.callTool(cancel).catch(() => "lost");
  const signal = await read.promise;
  await host.close();
  expect(await calling).toBe("lost");
  expect(signal?.aborted).toBe(false);
  await http.stop();
  expect(signal?.aborted).toBe(true);
});

describe("at SIGTERM", () => {
  /** The program and a shop that holds each change until it is let go on. */
  async function startWithShop() {
    const [sending, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const shop = serveShop();
    const gate = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        const isHeld = isChange(request.method, request.url);
        if (isHeld) sending.resolve();
        if (isHeld) await goOn.promise;
        return fetch(shop.url + new URL(request.url).pathname, request);
      },
    });
    const env = { DJANGO_API_BASE: gate.url.origin, DJANGO_API_TOKEN: "demo-mia" };
    const program = await startHttp(env);
    const stop = () => Promise.all([program[Symbol.asyncDispose](), gate.stop(true), shop.stop()]);
    const statusOf1054 = () =>
      shop.shop.world().orders.find(({ order_id }) => order_id === "1054")?.status;
    return { ...program, statusOf1054, sending, goOn, stop };
  }
  test("an open question ends in words, and the program with it", async () => {
    const program = await startWithShop();
    const asked = Promise.withResolvers<void>();
    const host = await connectHost(program.url, () => (asked.resolve(), new Promise(() => {})));
    const calling = host.callTool(cancel);
    await asked.promise;
    const started = performance.now();
    program.child.kill("SIGTERM");
    expect(JSON.stringify(await calling)).toContain("could not put the question to the user");
    expect(await program.child.exited).toBe(0);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(program.statusOf1054()).toBe("pending");
    await host.close();
    await program.stop();
  });
  test.each(["hears of it", "is gone", "has given it up"])(
    "a change under way is made; the host %s",
    async (outcome) => {
      const program = await startWithShop();
      const host = await connectHost(program.url, yes);
      const abort = new AbortController();
      const calling = host
        .callTool(cancel, undefined, { signal: abort.signal })
        .catch(() => "lost");
      await program.sending.promise;
      if (outcome === "is gone") await host.close();
      if (outcome === "has given it up") abort.abort();
      program.child.kill("SIGTERM");
      const answers = () =>
        fetch(program.url).then(
          () => true,
          () => false,
        );
      while (await answers()); // it takes no more connections
      program.goOn.resolve();
      expect(JSON.stringify(await calling)).toContain(
        outcome === "hears of it" ? '"outcome":"done"' : "lost",
      );
      expect(await program.child.exited).toBe(0);
      expect(program.statusOf1054()).toBe("cancelled");
      await host.close();
      await program.stop();
    },
  );
});
