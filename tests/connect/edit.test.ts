/** The editors of JSON, TOML and YAML: an entry goes in and out again, and no other byte changes. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseDocument, stringify } from "yaml";
import { EditError, type Format, formats, type Path } from "../../scripts/connect/edit.ts";

const entry = { command: "bun", args: ["--cwd=/a b", "server.ts"], env: { KEY: "${KEY}" } };
const item = { name: "shop", ...entry };
const json: Path = ["servers", "shop"];
const list: Path = ["servers", { name: "shop" }];

/** Files that hold another server, and the path of ours in them. */
const files: Record<string, [format: Format, path: Path, text: string]> = {
  "JSON with comments": [
    "json",
    json,
    '// mine\n{\n  "a": 1, // one\n  "servers": {\n    "x": { "url": "u" } // last\n  } /* end */\n}\n',
  ],
  "JSON with trailing commas": [
    "json",
    json,
    '{\n    "servers": {\n        "x": {"url": "u",}, // last\n        // nothing more\n    },\n}\n',
  ],
  "JSON with tabs and CRLF": [
    "json",
    json,
    '{\r\n\t"servers": {\r\n\t\t"x": {\r\n\t\t\t"url": "u"\r\n\t\t}\r\n\t}\r\n}\r\n',
  ],
  "JSON with a BOM": ["json", json, '\uFEFF{\n  "servers": { "x": {} }\n}\n'],
  "JSON without a final newline": ["json", json, '{\n  "servers": {\n    "x": {}\n  }\n}'],
  "JSON on one line": ["json", json, '{"a":[1,2],"servers":{"x":{"url":"u"}},"b":null}'],
  "JSON whose braces end on the line": ["json", json, '{ "servers": {\n  "x": {} },\n  "b": 1 }\n'],
  "JSON with keys that look like others": [
    "json",
    json,
    '{\n  "servers.shop": 1,\n  "servers": {\n    "shop2": {},\n    "__proto__": {}\n  }\n}\n',
  ],
  "JSON whose key stands twice": [
    "json",
    json,
    '{\n  "servers": { "old": {} },\n  "servers": {\n    "x": {}\n  }\n}\n',
  ],
  "a list in JSON": ["json", list, '{\n  "servers": [\n    { "name": "x" }\n  ]\n}\n'],
  TOML: [
    "toml",
    ["servers", "shop"],
    '# mine\nmodel = "m" # one\n\n[servers.x]\ncommand = "x"\n\n[[list]]\na = 1\n',
  ],
  "TOML without a final newline": ["toml", ["servers", "shop"], "[servers.x]\na = 1\n# end"],
  "TOML with CRLF": ["toml", ["servers", "shop"], "[servers.x]\r\na = 1\r\n"],
  YAML: [
    "yaml",
    json,
    "# mine\na: 1 # one\nservers:\n  # the first\n  x:\n    cmd: x # last\n\n# after\nb: |\n  text\n",
  ],
  "YAML with four spaces": ["yaml", json, "servers:\n    x:\n        cmd: x\nb: 1\n"],
  "YAML whose last value is a block": [
    "yaml",
    json,
    "servers:\n  x:\n    cmd: |\n      a\n      b\n",
  ],
  "YAML whose last comment is indented deeper": ["yaml", json, "servers:\n  x: {}\n      # c"],
  "YAML with CRLF": ["yaml", json, "servers:\r\n  x:\r\n    cmd: x\r\nb: 1\r\n"],
  "YAML without a final newline": ["yaml", json, "servers:\n  x:\n    cmd: x"],
  "a list in YAML": [
    "yaml",
    list,
    "name: c\nservers:\n  - name: x # first\n    args:\n      - a\nlast: 1\n",
  ],
  "a list in YAML that is not indented": ["yaml", list, "servers:\n- name: x\n  a: 1\nlast: 1\n"],
};
const others = Object.entries(files).map(([name, [format, path, text]]) => ({
  name,
  ...formats[format],
  path,
  text,
  value: path === list ? item : entry,
}));

describe.each(others)("$name", ({ put, get, remove, path, text, value }) => {
  const edited = put(text, path, value);

  test("put adds the entry; comments and line ends stay", () => {
    expect(get(edited, path)).toEqual(value);
    for (const comment of text.match(/(\/\/|\/\*|#).*/g) ?? []) expect(edited).toContain(comment);
    expect(edited.includes("\r\n")).toBe(text.includes("\r\n"));
    expect(/(?<!\r)\n/.test(edited)).toBe(/(?<!\r)\n/.test(text));
  });
  test("put again changes nothing", () => {
    expect(put(edited, path, { ...value })).toBe(edited);
  });
  test("remove gives back every byte", () => {
    expect(remove(edited, path)).toBe(text);
  });
  test("put replaces an older entry, and remove then gives back every byte", () => {
    const older = put(text, path, { ...(path === list ? { name: "shop" } : {}), url: "http://x" });
    expect(put(older, path, value)).toBe(edited);
    expect(remove(older, path)).toBe(text);
  });
  test("remove finds nothing where nothing is", () => {
    expect(remove(text, path)).toBe(text);
  });
});

describe("a file without servers", () => {
  test.each([
    ["json", ""],
    ["json", " \n"],
    ["json", "{}"],
    ["json", "{}\n"],
    ["json", '{\n  "servers": {}\n}\n'],
    ["json", '{\n  "servers": {\n    // none yet\n  }\n}\n'],
    ["json", '{ "a": 1 }\n'],
    ["json", "// nothing yet\n"],
    ["toml", ""],
    ["toml", 'model = "m"\n'],
    ["yaml", ""],
    ["yaml", "# nothing yet\n"],
    ["yaml", "a: 1\n"],
    ["yaml", "servers:\na: 1\n"],
    ["yaml", "servers: {}\n"],
    ["yaml", "servers:\n"],
    ["yaml", "---\na: 1\n"],
    ["yaml", "{a: 1}\n"],
  ] as const)("%s %j takes the entry", (format, text) => {
    const { put, get, remove } = formats[format];
    const edited = put(text, json, entry);
    expect(get(edited, json)).toEqual(entry);
    expect(put(edited, json, entry)).toBe(edited);
    expect(get(remove(edited, json), json)).toBeUndefined();
    for (const comment of text.match(/(\/\/|#).*/g) ?? []) expect(edited).toContain(comment);
  });
  test.each([
    ["yaml", "servers: []\n"],
    ["yaml", "name: c\n"],
    ["json", '{\n  "servers": []\n}\n'],
  ] as const)("%s %j takes an item of a list", (format, text) => {
    const edited = formats[format].put(text, list, item);
    expect(formats[format].get(edited, list)).toEqual(item);
  });
});

describe("what cannot be edited is refused in words", () => {
  test.each([
    ["json", json, "{", /not valid JSON: close brace expected at line 1, column 2/],
    ["json", json, "{\n  a: 1\n}", /not valid JSON: invalid symbol at line 2, column 3/],
    ["json", json, '{} {"a": 1}', /not valid JSON/],
    ["json", json, "[]", /an object belongs/],
    ["json", json, '{"servers": []}', /an object belongs/],
    ["json", json, '{"servers": "none"}', /an object belongs/],
    ["json", list, '{"servers": {}}', /a list belongs/],
    ["toml", json, "a = ", /not valid TOML: .* at line 1/],
    ["toml", json, "servers = { x = { a = 1 } }\n", /cannot be edited safely|not valid TOML/],
    ["toml", json, "[servers]\nshop = { a = 1 }\n", /cannot be edited safely|not valid TOML/],
    ["toml", json, "[[servers]]\na = 1\n", /an object belongs|cannot be edited/],
    ["yaml", json, "a: [1\n", /not valid YAML: .* at line/],
    ["yaml", json, "servers: text\n", /an object belongs/],
    ["yaml", json, "a: 1\n---\nb: 2\n", /not valid YAML/],
    ["yaml", json, "servers:\n  - a\n", /an object belongs/],
    ["yaml", json, "servers:\n  x: 1\nservers:\n  y: 1\n", /cannot be edited safely/],
  ] as const)("%s %j %j", (format, path, text, words) => {
    const value = path === list ? item : entry;
    expect(() => formats[format].put(text, path, value)).toThrow(EditError);
    expect(() => formats[format].put(text, path, value)).toThrow(words);
  });
  test("JSON that is nested a hundred thousand times", () => {
    const deep = `{"a": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(() => formats.json.put(deep, json, entry)).toThrow(/nested too deeply/);
  });
});

test("a file of twenty thousand lines", () => {
  const rows = Array.from({ length: 20_000 }, (_, nth) => `    "k${nth}": { "n": ${nth} }`);
  const text = `{\n  "history": {\n${rows.join(",\n")}\n  },\n  "servers": { "x": {} }\n}\n`;
  expect(formats.json.remove(formats.json.put(text, json, entry), json)).toBe(text);
});

/** JSON as people leave it: other values around, with comments, commas and white space anywhere. */
const trivia = fc.constantFrom("", " ", "\n", "\n  ", "\t", " // c\n", " /* c */ ", '\n// { "\n');
const comma = fc.tuple(trivia, trivia).map(([before, after]) => `${before},${after}`);
const value = fc.letrec<{ any: string; object: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.json({ maxDepth: 0 }),
    tie("object"),
    fc
      .tuple(trivia, fc.array(tie("any"), { maxLength: 3 }), comma, trivia)
      .map(([open, items, between, close]) => `[${open}${items.join(between)}${close}]`),
  ),
  object: fc
    .tuple(
      trivia,
      fc.dictionary(fc.string(), tie("any"), { maxKeys: 4 }),
      comma,
      trivia,
      fc.boolean(),
    )
    .map(([open, members, between, close, isTrailing]) => {
      const lines = Object.entries(members).map(([key, text]) => `${JSON.stringify(key)}: ${text}`);
      const end = isTrailing && lines.length ? "," : "";
      return `{${open}${lines.join(between)}${end}${close}}`;
    }),
}));
test("put and remove leave every other byte of any JSON as it is", () => {
  fc.assert(
    fc.property(
      trivia,
      value.object,
      value.any,
      comma,
      trivia,
      fc.boolean(),
      (begin, before, other, between, close, isTrailing) => {
        const servers = `{${close}"x": ${other}${isTrailing ? "," : ""}${close}}`;
        const text = `${begin}{"before": ${before}${between}"servers": ${servers}${close}}`;
        const { put, get, remove } = formats.json;
        const edited = put(text, json, entry);
        expect(get(edited, json)).toEqual(entry);
        expect(get(edited, ["before"])).toEqual(get(text, ["before"]));
        expect(remove(edited, json)).toBe(text);
      },
    ),
    { numRuns: 300 },
  );
});

/** YAML as programs and people leave it: any style, and comments on lines of their own. */
const key = fc.stringMatching(/^[a-z][a-z ._-]{0,5}$/).filter((word) => word !== "shop");
const anything = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("a: b", "# no comment", "two\nlines\n", "text\n\n\n", null, 1.5, true, ""),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(key, tie("any"), { maxKeys: 3 }),
  ),
})).any;
const style = fc.record({
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 20),
  collectionStyle: fc.constantFrom("any", "flow"),
});
const comments = fc.array(fc.tuple(fc.nat(20), fc.constantFrom("# c", "      # c", "", "   ")), {
  maxLength: 4,
});
test("put and remove leave every other byte of any YAML as it is", () => {
  fc.assert(
    fc.property(
      fc.dictionary(key, anything, { minKeys: 1, maxKeys: 3 }),
      fc.dictionary(key, anything, { maxKeys: 2 }),
      style,
      comments,
      (servers, others, options, added) => {
        const lines = stringify({ servers, ...others }, options).split("\n");
        for (const [at, line] of added) lines.splice(at, 0, line);
        const text = lines.join("\n");
        fc.pre(parseDocument(text).errors.length === 0);
        const { put, get, remove } = formats.yaml;
        const edited = put(text, json, entry);
        expect(get(edited, json)).toEqual(entry);
        expect(remove(edited, json)).toBe(text);
      },
    ),
    { numRuns: 300 },
  );
});
