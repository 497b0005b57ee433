/**
 * What a new tool that reads one record adds to this project, as data: each edit is a text and the line that it stands
 * before or after. `new-tool.ts` makes the edits.
 *
 * @module
 */

/** The ids that a path may have, and where the record of each is. */
export const RECORDS_BY_ID = {
  product_id: { group: "catalog", noun: "Product", example: "linen-apron", inRuleWorld: "mug" },
  order_id: { group: "orders", noun: "Order", example: "1036", inRuleWorld: "101" },
  customer_id: { group: "customers", noun: "Customer", example: "me", inRuleWorld: "mia" },
} as const;
export type IdName = keyof typeof RECORDS_BY_ID;
export const GROUPS = ["catalog", "orders", "customers"] as const;

/** The kinds of fields: how the contract and DRF write them, and what the stubs answer. */
export const FIELD_TYPES = {
  text: { contract: "text300", serializer: "CharField", example: ['"example"', '"example"'] },
  integer: {
    contract: "z.int().min(0).max(1_000_000)",
    serializer: "IntegerField",
    example: ["1", "1"],
  },
  boolean: { contract: "bool", serializer: "BooleanField", example: ["true", "True"] },
} as const;
export interface Field {
  name: string;
  type: keyof typeof FIELD_TYPES;
  isOptional: boolean;
}
export interface NewTool {
  /** `get_opening_hours` */
  name: string;
  group: (typeof GROUPS)[number];
  /** `opening hours` */
  noun: string;
  /** `/api/opening-hours/`, `/api/orders/{order_id}/gift-note/` */
  path: string;
  id?: IdName | undefined;
  description: string;
  fields: Field[];
}
/** A text and where it goes: a line that stands in the file once, or the whole of a file that is not there yet. */
export type Edit = { file: string; text: string } & (
  { before: string } | { after: string } | { isNew: true }
);

const words = (noun: string) => noun.split(" ");
const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
/** `openingHours` */
export const camelCase = (noun: string) =>
  words(noun)
    .map((word, nth) => (nth ? capitalize(word) : word))
    .join("");
/** `opening_hours` */
export const snakeCase = (noun: string) => words(noun).join("_");
const pascalCase = (noun: string) => words(noun).map(capitalize).join("");
const list = (fields: Field[], write: (field: Field) => string, separator = ", ") =>
  fields.map(write).join(separator);

/** The name of the story, which is its file's, too. */
export const storyOf = ({ noun }: NewTool) => `the shop is asked for its ${noun}`;
export const storyFile = (tool: NewTool) =>
  `${tool.group === "catalog" ? "catalog" : "orders"}/${storyOf(tool).replaceAll(" ", "-")}`;

/** All that a tool adds, in the order in which it is written by hand. */
export function editsFor(tool: NewTool): Edit[] {
  return [...contract(tool), ...server(tool), ...mock(tool), ...django(tool), ...proof(tool)];
}

function contract({ name: tool, noun, path, id, group, fields }: NewTool): Edit[] {
  const name = camelCase(noun);
  const shape = (wanted: Field[]) =>
    `{ ${list(wanted, (field) => `${field.name}: ${FIELD_TYPES[field.type].contract}`)} }`;
  const [optional, required] = [true, false].map((isOptional) =>
    shape(fields.filter((field) => field.isOptional === isOptional)),
  );
  const template = path.replace(/{(\w+)}/, '${"$1"}');
  const record = id && RECORDS_BY_ID[id].noun.toLowerCase();
  const reads = {
    none: "() => [{}]",
    product: '(visit) => idsFrom(visit, "searchProducts", "product_id").slice(0, 3)',
    order: "(visit) => orderArguments(visit, 3)",
    customer: '() => [{ ids: { customer_id: "me" } }]',
  }[record ?? "none"];
  const likely = `${record ? `/${record}s?/{}` : ""}/.*${words(noun).join(".*")}`;
  const [CONTRACT, SCHEMAS] = [
    "shop/contract.ts",
    "/** The schemas of what Django sends, by name. */",
  ];
  const edits: Edit[] = [
    {
      file: CONTRACT,
      before: SCHEMAS,
      text: `const ${name} = lenientObject(${required}, ${optional});\n`,
    },
    { file: CONTRACT, after: "  supportRequest,", text: `  ${name},` },
    {
      file: CONTRACT,
      before: "  cancelOrder: post(",
      text: `  ${name}: get("${noun}", path\`${template}\`, ${name}),`,
    },
    {
      file: "shop/mapping/tables.ts",
      after: "  supportRequest: schemas.supportRequest,",
      text: `  ${name}: schemas.${name},`,
    },
    {
      file: "shop/mapping/define-shop.ts",
      before: '  cancelOrder: ["order", schemas.order],',
      text: `  ${name}: ["${name}", schemas.${name}],`,
    },
    {
      file: "ui/kinds.ts",
      after: "export const WITHOUT_VIEW = [",
      text: `  "${tool}",`,
    },
    {
      file: "scripts/doctor/read-shop.ts",
      before: "  customers(visit) {",
      text: `  ${name}: ${reads},`,
    },
    {
      file: "scripts/doctor/schema.ts",
      before: "  cancelOrder: `/${ORDERS}/{}/.*cancel`,",
      text: `  ${name}: "${likely}$",`,
    },
    {
      file: "scripts/doctor/dialect-entries.ts",
      before: '  [/product/i, "product"],',
      text: `  [/^${name}$/, "${name}"],`,
    },
  ];
  if (group === "catalog")
    edits.push({
      file: "shop/client.ts",
      after: "const PUBLIC = new Set<EndpointName>([",
      text: `  "${name}",`,
    });
  return edits;
}

function server({ name, noun, group, id, description, fields }: NewTool): Edit[] {
  const endpoint = `endpoints.${camelCase(noun)}`;
  const [first] = fields.filter(({ isOptional }) => !isOptional);
  const input = {
    none: "",
    order_id: "order_id",
    product_id: "product_id: idInput",
    customer_id: 'customer_id: idInput.default("me")',
  }[id ?? "none"];
  const run = id
    ? `({ ${id} }, { request }) => request(${endpoint}, { ids: { ${id} } })`
    : `(_, { request }) => request(${endpoint})`;
  const closing = { catalog: "orders: {", orders: "customers: {", customers: "changes: {" }[group];
  return [
    {
      file: "server.ts",
      before: `  },\n  ${closing}`,
      text: `    ${name}: defineTool({
      description: ${JSON.stringify(description)},
      needs: [${endpoint}],
      input: z.strictObject({ ${input} }),
      output: schemas.${camelCase(noun)},
      run: ${run},
      summary: ({ ${first?.name} }) => \`${capitalize(noun)}: \${${first?.name}}\`,
    }),`,
    },
  ];
}

/** What the stubs answer, in TypeScript or in Python. */
const stub = (fields: Field[], language: 0 | 1) =>
  list(fields, ({ name, type, isOptional }) => {
    const nothing = ["null", "None"][language];
    const value = isOptional ? nothing : FIELD_TYPES[type].example[language];
    return `${language ? `"${name}"` : name}: ${value}`;
  });

function mock({ noun, group, id, fields }: NewTool): Edit[] {
  const permit = group === "catalog" ? "allowAny" : "requireCustomer";
  const find = {
    none: undefined,
    product_id: 'orNotFound("Product", shop.product(input.id));',
    order_id: "findOrder(input);",
    customer_id: "findCustomer(input);",
  }[id ?? "none"];
  const answer = `{ ${stub(fields, 0)} }`;
  const handler = find
    ? `(input) => {\n      ${find}\n      return ${answer};\n    }`
    : `() => (${answer})`;
  return [
    {
      file: "mocks/handlers.ts",
      before: "    handleOrderChange(endpoints.cancelOrder, shop.cancelOrder),",
      text: `    handle(endpoints.${camelCase(noun)}, ${permit}, ${handler}),`,
    },
  ];
}

function django({ noun, path, group, id, fields }: NewTool): Edit[] {
  const [serializer, method] = [`${pascalCase(noun)}Serializer`, snakeCase(noun)];
  const answer = `{${stub(fields, 1)}}  # your models' own`;
  const columns = list(
    fields,
    ({ name, type, isOptional }) =>
      `    ${name} = serializers.${FIELD_TYPES[type].serializer}(${isOptional ? "allow_null=True" : ""})`,
    "\n",
  );
  const route = path.replace("/api/", "").replace(/{(\w+)}/, "<shop_mcp_id:$1>");
  const edits: Edit[] = [
    {
      file: "django/shop/serializers.py",
      before: "class CategorySerializer(serializers.Serializer):",
      text: `class ${serializer}(serializers.Serializer):\n${columns}\n\n`,
    },
  ];
  const [urls, lastUrl] = ["django/shop/urls.py", '    path("shop/", views.ShopView.as_view()),'];
  if (!id)
    return [
      ...edits,
      {
        file: "django/shop/views.py",
        before: "class WriteView(generics.GenericAPIView):",
        text: `class ${pascalCase(noun)}View(generics.RetrieveAPIView):
    """The ${noun}."""

${group === "catalog" ? "    permission_classes = [AllowAny]\n" : ""}    serializer_class = serializers.${serializer}

    def get_object(self):
        return ${answer}

`,
      },
      {
        file: urls,
        after: lastUrl,
        text: `    path("${route}", views.${pascalCase(noun)}View.as_view()),`,
      },
    ];
  const { noun: record } = RECORDS_BY_ID[id];
  const next = { Product: "describe_change = ", Order: "# Customers.", Customer: "# The shop." }[
    record
  ];
  return [
    ...edits,
    {
      file: "django/shop/views.py",
      before: `\n\n${next}`, // which the viewset's last method stands before
      text: `
    @extend_schema(responses={200: serializers.${serializer}, 401: REFUSALS[401], 404: REFUSALS[404]})
    def ${method}(self, request, ${id}):
        """The ${noun} of one ${record.toLowerCase()}."""
        self.get_object()  # or 404
        return Response(serializers.${serializer}(${answer.replace("  #", ").data)  #")}`,
    },
    {
      file: urls,
      after: lastUrl,
      text: `    path("${route}", views.${record}Views.as_view({"get": "${method}"})),`,
    },
  ];
}

/** The story, and the same requests to mock and Django. */
function proof(tool: NewTool): Edit[] {
  const { name, noun, path, group, id, fields } = tool;
  const { example = "", inRuleWorld = "" } = id ? RECORDS_BY_ID[id] : {};
  const at = (value: string) => path.replace(/{\w+}/, value);
  const returns = list(
    fields.filter(({ isOptional }) => !isOptional),
    (field) => `${field.name}: ${FIELD_TYPES[field.type].example[0]}`,
  );
  const as = group === "catalog" ? "nobody" : "mia";
  const parity = "tests/parity/handwritten.ts";
  return [
    {
      file: `tests/stories/${storyFile(tool)}.ts`,
      isNew: true,
      text: `import { call, say, story } from "../../harness/story.ts";

export default story("${storyOf(tool)}", { as: "${as}" }, [
  say("What can you tell me of the ${noun}?"),
  call(
    "${name}",
    { ${id ? `${id}: "${example}"` : ""} },
    { returns: { ${returns} }, sends: ["GET ${at(example)}"] },
  ),
]);
`,
    },
    { file: parity, before: '  "/api/shop/",\n];', text: `  "${at(inRuleWorld)}",` },
    ...(id
      ? [
          {
            file: parity,
            before: '  get("/api/shop/"),\n  ...PATHS',
            text: `  get("${at("absent")}"),`,
          },
        ]
      : []),
    {
      file: parity,
      before: "  cancelOrder: WRITE,",
      text: `  ${camelCase(noun)}: ${id ? "[...READ, 404]" : "READ"},`,
    },
  ];
}
