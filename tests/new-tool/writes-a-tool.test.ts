/** What `bun run new-tool` writes, and where; that it passes as it is, in-a-copy.ts proves. */
import { describe, expect, test } from "bun:test";
import { surfaceFiles } from "../../scripts/surface.ts";
import { editsFor } from "../../scripts/new-tool/edits.ts";
import { applyEdit, applyEdits, generated, readTool } from "../../scripts/new-tool/new-tool.ts";

const root = new URL("../../", import.meta.url).pathname;
const textOf = async (file: string) => {
  const there = Bun.file(root + file);
  return (await there.exists()) ? there.text() : undefined;
};
const toolOf = (...args: string[]) => readTool(args).tool;
const tools = [
  ["none", toolOf("get_opening_hours", "--fields", "open,closed_on?,floors:integer,dogs:boolean")],
  ["product_id", toolOf("get_care_label", "--path", "/api/products/{product_id}/care-label/")],
  ["order_id", toolOf("get_gift_note", "--path", "/api/orders/{order_id}/gift-note/")],
  ["customer_id", toolOf("get_loyalty_points", "--path", "/api/customers/{customer_id}/points/")],
] as const;

test.each(tools)(
  "every line that a tool goes to is there once, with the id %s",
  async (_, tool) => {
    const edits = editsFor(tool);
    const texts = await applyEdits(edits, textOf);
    for (const { file, text } of edits) expect(texts.get(file)).toContain(text);
    for (const [file, text] of texts) {
      const { length } = (await textOf(file)) ?? "";
      const added = edits.filter((edit) => edit.file === file).map((edit) => edit.text);
      const breaks = length ? added.length : 0; // of a file that is new there is none
      expect(text.length).toBe(length + added.join("").length + breaks);
    }
  },
);
test("one tool can be written after another", async () => {
  let written = new Map<string, string>();
  for (const [, tool] of tools)
    written = new Map([
      ...written,
      ...(await applyEdits(editsFor(tool), async (file) => written.get(file) ?? textOf(file))),
    ]);
  const server = written.get("server.ts");
  for (const [, { name }] of tools) expect(server).toContain(`    ${name}: defineTool({`);
});
test("a tool stands in its group", async () => {
  const [, , [, tool]] = tools;
  const { "server.ts": text = "" } = Object.fromEntries(await applyEdits(editsFor(tool), textOf));
  const orders = text.slice(text.indexOf("\n  orders: {"), text.indexOf("\n  customers: {"));
  expect(orders).toContain("    get_gift_note: defineTool({");
});
test("everything that is generated is put back where something fails", async () => {
  const files = generated();
  for (const file of Object.keys(await surfaceFiles())) expect(files).toContain(file);
  for (const file of ["openapi.json", "scripts/tokens.ts", "tests/stories/README.md"])
    expect(files).toContain(file);
});
test("a line that is missing, or there twice, stops it before anything is written", () => {
  const edit = { file: "server.ts", before: "  orders: {", text: "x" };
  const said = "server.ts must have one line that begins with: orders: {";
  expect(() => applyEdit("  catalog: {\n", edit)).toThrow(said);
  expect(() => applyEdit("  orders: {\n  orders: {\n", edit)).toThrow(said);
  expect(applyEdit("a\n  orders: {\n", edit)).toBe("a\nx\n  orders: {\n");
});

describe("what is asked for", () => {
  test("says a path, a group and a description of its own", () => {
    expect(toolOf("get_opening_hours")).toEqual({
      name: "get_opening_hours",
      group: "catalog",
      noun: "opening hours",
      path: "/api/opening-hours/",
      id: undefined,
      description: "Opening hours of the shop: name.",
      fields: [{ name: "name", type: "text", isOptional: false }],
    });
  });
  test.each([
    [[], "NAME must be a verb and a noun"],
    [["Get_hours"], 'got "Get_hours"'],
    [["hours"], 'got "hours"'],
    [["get-hours"], 'got "get-hours"'],
    [["get_hours", "more"], 'got "get_hours more"'],
    [[`get_${"x".repeat(40)}`], "at most 40 characters"],
    [["get_order"], "There is a tool get_order already"],
    [["get_hours", "--path", "/hours/"], "from /api/ to a slash at its end"],
    [["get_hours", "--path", "/api/hours"], 'got "/api/hours"'],
    [["get_hours", "--path", "/api/../hours/"], "--path must be like"],
    [["get_hours", "--path", "/api/hours/?day=1"], "--path must be like"],
    [["get_hours", "--path", "/api/hours/{day}/"], "--path may have one id"],
    [["get_hours", "--path", "/api/orders/{order_id}/of/{order_id}/"], "--path may have one id"],
    [["get_hours", "--path", "/api/products/hours/"], "is taken: the product record is at"],
    [["get_hours", "--path", "/api/orders/{order_id}/status/"], "the order status is at"],
    [["get_hours", "--group", "changes"], "Tools of changes are written by hand"],
    [["get_hours", "--group", "catalog", "--path", "/api/orders/{order_id}/x/"], "--group orders"],
    [["get_hours", "--fields", "open,open"], "--fields has a name twice"],
    [["get_hours", "--fields", "open?"], 'needs one without "?"'],
    [["get_hours", "--fields", "open:date"], '"date" is no type of a field'],
    [["get_hours", "--fields", "class"], '"class" is no name of a field'],
    [["get_hours", "--fields", "Open"], '"Open" is no name of a field'],
    [["get_hours", "--description", "Short."], "20 to 300 characters"],
    [["wrap_gift", "--change"], '"A tool that changes something" in tests/README.md'],
    [["get_hours", "--colour"], "Unknown option '--colour'"],
  ])("is refused in words: %j", (args, said) => {
    expect(() => readTool(args)).toThrow(said);
  });
});
