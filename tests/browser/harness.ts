/** The harness itself: what it has to notice, it notices. */
import { expect, test } from "bun:test";
import { accessibilityTree, expectAccessible, keyboard, type Look, visit } from "./browser.ts";

/** Serves one page, whose body this is. */
function servePage(body: string) {
  const html = `<!doctype html><html lang="en"><head><title>A page</title>
    <link rel="icon" href="data:," /><meta name="viewport" content="width=device-width" /></head>
    <body><main><h1>A page</h1>${body}</main></body></html>`;
  const headers = { "Content-Type": "text/html; charset=utf-8" };
  const answer = (request: Request) =>
    new URL(request.url).pathname === "/"
      ? new Response(html, { headers })
      : new Response("", { status: 404 });
  return Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
}
const messageOf = (failing: Promise<unknown>) =>
  failing.then(
    () => "nothing failed",
    (error: Error) => error.message,
  );
async function visitBody(body: string, look: Look = {}): Promise<string> {
  using server = servePage(body);
  return await messageOf(visit(server.url.href, look, (page) => page.title()));
}

test("a page that runs cleanly passes, and its tree is told as text", async () => {
  using server = servePage("<button>Buy</button>");
  await visit(server.url.href, {}, async (page) => {
    expect(await accessibilityTree(page)).toContain('- button "Buy"');
    await expectAccessible(page);
  });
});

test.each([
  ["an error", "<script>throw new Error('lost')</script>", "error: lost"],
  ["a rejection", "<script>Promise.reject(new Error('late'))</script>", "error: late"],
  ["a line of the console", "<script>console.error('ouch')</script>", "console.error: ouch"],
  ["a picture that is not there", "<img alt='' src='/none.png' />", "404"],
  ["a request to elsewhere", "<img alt='' src='http://elsewhere.example/a.png' />", "leaves this"],
])("%s in a page fails its test", async (_, body, problem) => {
  expect(await visitBody(body)).toContain(problem);
});

test("what belongs to a test is tolerated, and nothing else", async () => {
  const body = "<script>console.error('ouch'); console.error('ah')</script>";
  expect(await visitBody(body, { tolerates: [/ouch/] })).toMatch(
    /^(?![^]*ouch)[^]*console.error: ah/,
  );
});

test("what axe finds is told in words, in frames as well", async () => {
  using server = servePage(
    `<iframe title="inner" srcdoc="<html lang=en><title>i</title><img src='data:,' /></html>">`,
  );
  await visit(server.url.href, {}, async (page) => {
    expect(await messageOf(expectAccessible(page))).toMatch(/image-alt: .*\n {2}iframe > img: /);
    expect(await messageOf(expectAccessible(page, ["iframe", "img"]))).toContain("image-alt");
    expect(await messageOf(expectAccessible(page, "h1"))).toBe("nothing failed");
  });
});

test("the keyboard reaches what is in a frame, and refuses a focus that is not seen", async () => {
  const inner = "<button>Inner</button><button style='outline: none'>Unseen</button>";
  using server = servePage(`<a href="#a">A</a><iframe title="inner" srcdoc="${inner}"></iframe>`);
  await visit(server.url.href, {}, async (page) => {
    const keys = keyboard(page);
    await keys.tabTo('link "A"');
    await keys.tabTo(/^button "Inner"/);
    expect(await keys.focused()).toBe('button "Inner"');
    expect(await messageOf(keys.tabTo("Nowhere"))).toMatch(
      /on button "Unseen", but nothing is drawn/,
    );
    await keys.tabBackTo('link "A"');
  });
});

test("a look reaches the page: width, scheme, colours, motion, language, direction, clock", async () => {
  const look: Look = {
    width: 320,
    colorScheme: "dark",
    forcedColors: true,
    reducedMotion: true,
    locale: "de-AT",
    timeZone: "Europe/Vienna",
    rtl: true,
    now: new Date("2026-11-22T09:00:00Z"),
  };
  using server = servePage("<p>Hello</p>");
  await visit(server.url.href, look, async (page) => {
    const seen = await page.evaluate(`({
      width: innerWidth,
      media: ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-reduced-motion: reduce)"]
        .map((query) => matchMedia(query).matches),
      language: navigator.language,
      direction: getComputedStyle(document.body).direction,
      clock: new Date().toLocaleString("en-GB"),
    })`);
    expect(seen).toEqual({
      width: 320,
      media: [true, true, true],
      language: "de-AT",
      direction: "rtl",
      clock: "22/11/2026, 10:00:00",
    });
  });
});
