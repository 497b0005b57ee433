/**
 * The view in a strict host: what it draws, what it does for its user, what the model hears of that, and what is left
 * where the host lacks something.
 */
import { afterAll, expect, test } from "bun:test";
import { serveShop } from "../../scripts/shop.ts";
import { type Host, lanes } from "../harness/lanes.ts";
import { expectAccessible, visit } from "./browser.ts";
import { showView, type Shown } from "./view-host.ts";

const shop = serveShop();
const settings = { django_api_base: shop.url, django_api_token: "demo-mia" };
const mcp: Host = await lanes["memory-modern"](settings);
afterAll(async () => {
  await mcp.close();
  await shop.stop();
});
const heading = ({ view }: Shown) => view.getByRole("heading", { level: 1 });
const button = ({ view }: Shown, name: string) => view.getByRole("button", { name });
const methodsOf = ({ heard }: Shown) => heard.map(({ method }) => method);

test.each([
  ["search_products", { query: "lantern" }, "Products for “lantern”"],
  ["get_product", { product_id: "harbour-lantern" }, "Harbour Storm Lantern"],
  ["list_orders", {}, "Orders"],
  ["get_order", { order_id: "1054" }, "Order 1054"],
  ["get_order_status", { order_id: "1036" }, "Order 1036"],
  ["get_shop_info", {}, "Quince & Lantern"],
  ["cancel_order", { order_id: "1054", reason: "no_longer_needed" }, "Cancel order 1054"],
])("%s is drawn, accessibly, and loads pictures of the shop alone", async (tool, args, title) => {
  await showView(mcp, tool, args, {}, async (shown) => {
    await heading(shown).filter({ hasText: title }).waitFor();
    await expectAccessible(shown.page);
    expect(shown.loaded.filter((url) => !url.startsWith(`${shop.url}/media/`))).toEqual([]);
    const sizes = shown.heard.filter(({ method }) => method.endsWith("size-changed"));
    expect(sizes.length).toBeWithin(1, 8); // and not one for each frame
    const height = await shown.view.locator("html").evaluate((html) => html.scrollHeight);
    expect(sizes.at(-1)?.params["height"]).toBe(height);
  });
});

test("pictures from elsewhere are told, and not loaded", async () => {
  const other = await lanes["memory-modern"]({ ...settings, image_origins: "https://cdn.example" });
  const search = { query: "lantern" };
  await showView(other, "search_products", search, {}, async (shown) => {
    await button(shown, "Harbour Storm Lantern").waitFor();
    expect(await shown.view.locator("img").count()).toBe(0);
    expect(shown.loaded).toEqual([]);
  });
  const { structuredContent } = await other.callTool({
    name: "search_products",
    arguments: search,
  });
  expect(JSON.stringify(structuredContent)).toContain(`${shop.url}/media/`);
  await other.close();
});
test("pictures that the host does not approve are not asked for", async () => {
  const capabilities = { sandbox: { csp: { connectDomains: [] } } };
  await showView(mcp, "search_products", { query: "lantern" }, { capabilities }, async (shown) => {
    await button(shown, "Harbour Storm Lantern").waitFor();
    expect(shown.loaded).toEqual([]);
  });
});

test("pictures that a host blocks without a word leave their names in their places", async () => {
  const blocking = { blocksPictures: true, tolerates: [/Content Security Policy/] };
  await showView(mcp, "search_products", { query: "lantern" }, blocking, async (shown) => {
    await button(shown, "Harbour Storm Lantern").waitFor();
    await shown.view.locator("img").waitFor({ state: "detached" });
    await expectAccessible(shown.page);
  });
});

test("before there is a result, the view says so; then it draws it", async () => {
  const before = async ({ view, page }: Shown) => {
    await view.getByText("Asking the shop …").waitFor();
    await page.evaluate('bridge.sendToolInputPartial({ arguments: { order_id: "10" } })');
    await view.getByText("Asking the shop …").waitFor();
  };
  await showView(mcp, "get_order", { order_id: "1054" }, { before }, async (shown) => {
    await heading(shown).filter({ hasText: "Order 1054" }).waitFor();
  });
});
test("a call that is cancelled is said to be, and nothing else", async () => {
  const before = async (shown: Shown) => {
    await shown.cancel("<b>the user</b> pressed stop");
    await shown.view.getByText("The assistant's reason: <b>the user</b> pressed stop").waitFor();
  };
  await showView(mcp, "get_order", { order_id: "1054" }, { before }, async (shown) => {
    await heading(shown).filter({ hasText: "Order 1054" }).waitFor(); // it came all the same
  });
});
test("a tool's error is shown in its own words", async () => {
  await showView(mcp, "get_order", { order_id: "9" }, {}, async ({ view }) => {
    await view.getByText(/^Nothing was found under 9/).waitFor();
  });
});

test.each([
  ["drops the structure", (result: object) => ({ ...result, structuredContent: undefined })],
  ["drops the text", (result: object) => ({ ...result, content: [] })],
])("a host that %s has a view all the same", async (_, handsOn) => {
  await showView(mcp, "get_order_status", { order_id: "1036" }, { handsOn }, async ({ view }) => {
    await view.getByText(/1036/).first().waitFor();
  });
});
test.each([
  ["with a prefix", { name: "mcp__shop__get_order" }],
  ["as another tool", { name: "search_products" }],
  ["not at all", undefined],
])("a host that names the tool %s has the view of what came", async (_, tool) => {
  const toolInfo = tool && { tool: { ...tool, inputSchema: { type: "object" as const } } };
  await showView(
    mcp,
    "get_order",
    { order_id: "1054" },
    { context: { toolInfo } },
    async (shown) => {
      await heading(shown).filter({ hasText: "Order 1054" }).waitFor();
    },
  );
});
test("a host that says nothing of the call before its result has a view all the same", async () => {
  const quiet = { saysArguments: false };
  await showView(mcp, "search_products", { query: "lantern" }, quiet, async (shown) => {
    await button(shown, "Harbour Storm Lantern").waitFor();
  });
});
test("a host that opens a view again and tells it nothing is not taken for the shop", async () => {
  const before = async ({ view, page }: Shown) => {
    await page.clock.install();
    await page.evaluate("void (document.querySelector('iframe').src += '?again')");
    await view.getByText("Asking the shop …").waitFor();
    await page.clock.fastForward(30_000);
    await view.getByText("The assistant does not answer this view").waitFor();
    expect(await view.getByRole("button").count()).toBe(0);
  };
  const quiet = { saysArguments: false, before, tolerates: [/second ui.initialize/] };
  await showView(mcp, "cancel_order", cancelling, quiet, async (shown) => {
    await button(shown, "Confirm").waitFor(); // it came all the same
  });
});
test("a host whose model takes structure alone is told by structure", async () => {
  const capabilities = { serverTools: {}, updateModelContext: { structuredContent: {} } };
  await showView(mcp, "list_orders", {}, { capabilities }, async (shown) => {
    await button(shown, "Order 1054").click();
    const { content, structuredContent } = await shown.hears("ui/update-model-context");
    expect(content).toBeUndefined();
    expect(structuredContent).toEqual({
      done_by_user_in_view: [
        { tool: "get_order", arguments: { order_id: "1054" }, outcome: "shown" },
      ],
    });
  });
});
test("a result that comes later takes the place of the first", async () => {
  await showView(mcp, "get_order", { order_id: "1054" }, {}, async (shown) => {
    await heading(shown).filter({ hasText: "Order 1054" }).waitFor();
    await shown.sendResult(await mcp.callTool({ name: "list_orders", arguments: {} }));
    await heading(shown).filter({ hasText: "Orders" }).waitFor();
  });
});

test("it follows the host: theme, colours, fonts, language, time zone, space", async () => {
  await showView(mcp, "get_order", { order_id: "1054" }, {}, async (shown) => {
    await heading(shown).waitFor();
    const root = shown.view.locator("html");
    const [, inner] = shown.page.frames();
    const style = (name: string) =>
      inner?.evaluate(`getComputedStyle(document.documentElement).getPropertyValue("${name}")`);
    await shown.changeContext({ theme: "dark" });
    await shown.view.locator("html[data-theme=dark]").waitFor();
    expect(await style("color-scheme")).toBe("dark");
    await shown.changeContext({
      styles: { variables: { "--color-text-primary": "rgb(1, 2, 3)" } as never },
      locale: "de_AT",
      timeZone: "Not/AZone",
      safeAreaInsets: { top: 1, right: 2, bottom: 3, left: 4 },
      displayMode: "fullscreen",
    });
    await shown.view
      .getByText(/€\s\d+,\d\d|\d+,\d\d\s€/)
      .first()
      .waitFor();
    expect(await style("--color-text-primary")).toBe("rgb(1, 2, 3)");
    expect(await shown.view.locator("body").evaluate((body) => body.style.padding)).toBe(
      "1px 2px 3px 4px",
    );
    expect(await root.getAttribute("data-display-mode")).toBe("fullscreen");
    expect(await style("color-scheme")).toBe("dark"); // what is not named again stays
  });
});

const cancelling = { order_id: "1054", reason: "no_longer_needed" };
/** A shop of its own, since it is changed. */
async function inOwnShop(
  lane: keyof typeof lanes,
  act: (mcp: Host, statusOf: () => string | undefined) => Promise<void>,
  options: { given?: object; answer?: "accept" | "decline"; onQuestion?: () => void } = {},
) {
  const own = serveShop();
  const { given, answer, onQuestion } = options;
  const host = await lanes[lane](
    { ...settings, django_api_base: own.url, ...given },
    answer && { answer: async () => (onQuestion?.(), answer) },
  );
  const statusOf = () =>
    own.shop.world().orders.find(({ order_id }) => order_id === "1054")?.status;
  await act(host, statusOf);
  await host.close();
  await own.stop();
}
/** From the order to the question, by the view's own buttons. */
async function askToCancel(shown: Shown) {
  await shown.view.getByText("Cancel the order").click();
  await button(shown, "Go on").click();
}

test.each(["memory-legacy", "memory-modern"] as const)(
  "%s: a change that the view asks for is made on Confirm, and the model hears of it",
  (lane) =>
    inOwnShop(lane, async (mcp, statusOf) => {
      await showView(mcp, "get_order", { order_id: "1054" }, {}, async (shown) => {
        await askToCancel(shown);
        await heading(shown).filter({ hasText: "Cancel order 1054" }).waitFor();
        expect(statusOf()).toBe("pending");
        await shown.hears("ui/update-model-context", "not confirmed, so nothing has changed");
        await button(shown, "Confirm").click();
        await heading(shown).filter({ hasText: "Order 1054: cancelled." }).waitFor();
        expect(statusOf()).toBe("cancelled");
        await shown.hears("ui/update-model-context", "done. Do not call it again.");
        const codes = shown.heard.map(({ params }) => Object(params["arguments"]).confirmation);
        const [code] = codes.filter(Boolean);
        expect(code).toBeString();
        for (const { method, params } of shown.heard)
          if (method !== "tools/call") expect(JSON.stringify(params)).not.toContain(code);
      });
    }),
);
test("Keep as it is sends nothing to the shop, and says so in the chat", () =>
  inOwnShop("memory-modern", async (mcp, statusOf) => {
    await showView(mcp, "cancel_order", cancelling, {}, async (shown) => {
      await button(shown, "Keep as it is").click();
      await heading(shown).filter({ hasText: "Kept as it is" }).waitFor();
      expect(methodsOf(shown).filter((method) => method === "tools/call")).toEqual([]);
      await shown.hears("ui/message", "keep it as it is");
    });
    expect(statusOf()).toBe("pending");
  }));
test.each(["memory-legacy", "memory-modern"] as const)(
  "%s: a host that can ask does so itself, and the view shows what came of it",
  async (lane) => {
    let questions = 0;
    await inOwnShop(
      lane,
      async (mcp, statusOf) => {
        await showView(mcp, "get_order", { order_id: "1054" }, {}, async (shown) => {
          await askToCancel(shown);
          await heading(shown).filter({ hasText: "Order 1054: cancelled." }).waitFor();
          expect(questions).toBe(1);
          expect(statusOf()).toBe("cancelled");
          await shown.hears("ui/update-model-context", "done. Do not call it again.");
        });
      },
      { answer: "accept", onQuestion: () => questions++ },
    );
  },
);
test("a user who takes five minutes for the host's question is waited for", () =>
  inOwnShop("memory-modern", async (mcp, statusOf) => {
    let answer = () => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const answers = async (method: string) => {
      if (method === "tools/call") await answered;
      return undefined;
    };
    await showView(mcp, "get_order", { order_id: "1054" }, { answers }, async (shown) => {
      await heading(shown).waitFor();
      await shown.page.clock.install();
      await askToCancel(shown);
      await shown.hears("tools/call");
      await shown.page.clock.fastForward("05:00");
      answer();
      await heading(shown).filter({ hasText: "Cancel order 1054" }).waitFor();
    });
    expect(statusOf()).toBe("pending");
  }));
test("a no that the host was given is shown as one", () =>
  inOwnShop(
    "memory-modern",
    async (mcp, statusOf) => {
      await showView(mcp, "get_order", { order_id: "1054" }, {}, async (shown) => {
        await askToCancel(shown);
        await shown.view.getByText(/^Not cancelled: the user declined/).waitFor();
        await shown.hears("ui/update-model-context", "it failed");
      });
      expect(statusOf()).toBe("pending");
    },
    { answer: "decline" },
  ));
test("with --confirm elicit, a host that cannot ask is told that it cannot be done here", () =>
  inOwnShop(
    "memory-modern",
    async (mcp, statusOf) => {
      await showView(mcp, "get_order", { order_id: "1054" }, {}, async (shown) => {
        await askToCancel(shown);
        await heading(shown).filter({ hasText: "not confirmed by the shop" }).waitFor();
        expect(await button(shown, "Confirm").count()).toBe(0);
      });
      expect(statusOf()).toBe("pending");
    },
    { given: { confirm: "elicit" } },
  ));
test("a conversation that is opened again shows an old question: its Confirm makes nothing twice", () =>
  inOwnShop("memory-modern", async (mcp, statusOf) => {
    const question = await mcp.callTool({ name: "cancel_order", arguments: cancelling });
    const handsOn = () => question;
    const { confirmation } = question.structuredContent as { confirmation: string };
    await mcp.callTool({ name: "cancel_order", arguments: { ...cancelling, confirmation } });
    expect(statusOf()).toBe("cancelled");
    const context = {
      toolInfo: { tool: { name: "cancel_order", inputSchema: { type: "object" as const } } },
    };
    await showView(mcp, "cancel_order", cancelling, { handsOn, context }, async (shown) => {
      await button(shown, "Confirm").click();
      await heading(shown).filter({ hasText: "Order 1054: cancelled." }).waitFor();
      await shown.view
        .getByText(/cancelled/)
        .first()
        .waitFor();
    });
  }));
test("an answer that is lost on its way is not taken for a no", () =>
  inOwnShop("memory-modern", async (mcp) => {
    const answers = (method: string, params: unknown) => {
      const isConfirmed =
        method === "tools/call" && JSON.stringify(params).includes("confirmation");
      if (isConfirmed) throw new Error("the host has lost its server");
      return undefined;
    };
    await showView(mcp, "cancel_order", cancelling, { answers }, async (shown) => {
      await button(shown, "Confirm").click();
      await shown.view.getByText(/The shop may have done it all the same/).waitFor();
      await shown.hears("ui/update-model-context", "no answer came");
      expect(shown.told()).not.toContain("lost its server");
    });
  }));

test("a host that can do nothing for a view has its picture, and words in place of the rest", async () => {
  const capabilities = {};
  await showView(mcp, "get_order", { order_id: "1054" }, { capabilities }, async (shown) => {
    await button(shown, "Cancel the order").click();
    await shown.view
      .getByText(/takes no messages from here.*I want to cancel order 1054/)
      .waitFor();
    expect(methodsOf(shown).every((method) => method.endsWith("size-changed"))).toBe(true);
  });
});
test("links are opened by the host, or their address is told", async () => {
  const linked = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => Response.json({ id: 1, name: "Cup", url: "https://shop.example/cup" }),
  });
  const host = await lanes["memory-modern"]({ ...settings, django_api_base: linked.url.origin });
  const product = { product_id: "1" };
  await showView(host, "get_product", product, {}, async (shown) => {
    await shown.view.getByRole("link", { name: "See it at the shop" }).click();
    expect(await shown.hears("ui/open-link")).toEqual({ url: "https://shop.example/cup" });
    await shown.hears("ui/update-model-context", "opened outside the chat");
  });
  const answers = (method: string) => (method === "ui/open-link" ? { isError: true } : undefined);
  await showView(host, "get_product", product, { answers }, async (shown) => {
    await shown.view.getByRole("link", { name: "See it at the shop" }).click();
    await shown.view.getByText("The address is https://shop.example/cup").waitFor();
  });
  await host.close();
  await linked.stop(true);
});

test("markup in every field is text, and nothing of it runs", async () => {
  const evil = `<img src=x onerror=alert(1)><script>alert(2)</script>"'</style>`;
  const linked = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () =>
      Response.json({ id: 1, name: "Cup", url: "javascript:alert(3)", description: "x" }),
  });
  const host = await lanes["memory-modern"]({ ...settings, django_api_base: linked.url.origin });
  const handsOn = (result: object) => ({
    ...result,
    structuredContent: {
      product_id: evil,
      name: evil,
      category: evil,
      description: evil,
      url: "javascript:alert(3)",
      images: ["javascript:alert(4)", `${shop.url}/media/x.svg"onerror="alert(5)`],
      items: [{ item_id: evil, options: { [evil]: evil } }],
      notes: [evil],
    },
  });
  await showView(host, "get_product", { product_id: "1" }, { handsOn }, async (shown) => {
    shown.page.on("dialog", () => expect().fail("something ran"));
    await shown.view.getByText(evil).first().waitFor();
    expect(
      await shown.view.locator("a[href^=javascript], img, script:not([type=module])").count(),
    ).toBe(0);
  });
  await host.close();
  await linked.stop(true);
});

test("torn down, it is gone, and what comes after is not drawn", async () => {
  await showView(mcp, "get_order", { order_id: "1054" }, {}, async (shown) => {
    await heading(shown).waitFor();
    expect(await shown.tearDown()).toEqual({});
    await shown.sendResult(await mcp.callTool({ name: "list_orders", arguments: {} }));
    expect(await shown.view.locator("#view").innerText()).toBe("");
  });
});

test("a page of its own, it says where it belongs", async () => {
  const { contents } = await mcp.readResource({ uri: "ui://shop/view.html" });
  const [{ text = "" } = {}] = contents as { text?: string }[]; // of a page
  using page = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response(text, { headers: { "Content-Type": "text/html" } }),
  });
  await visit(page.url.href, { tolerates: [/favicon/] }, async (page) => {
    await page.getByText("This page shows a shop's answers inside an assistant").waitFor();
    expect(await page.getByRole("button").count()).toBe(0);
  });
});
