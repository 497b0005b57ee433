/**
 * A server of what the official conformance suite looks for and no shop has: test tools, resources and prompts by
 * the names that the suite gives them. Everything else is the shop server's: how it is served over HTTP, how a
 * tool is made, how a server is made of tools and prompts.
 *
 * ```sh
 * bun tests/conformance/fixture.ts --port 0
 * ```
 * @module
 */
import { parseArgs } from "node:util";
import * as mcp from "@modelcontextprotocol/server";
import * as z from "zod";
import { serveHttp } from "../../http/serve.ts";
import { openShop, settingsSchema } from "../../server.ts";
import { requiredText } from "../../shop/contract.ts";
import { ShopError } from "../../shop/errors.ts";
import { makeServer } from "../../shop/offer.ts";
import { defineTool } from "../../shop/tool.ts";
import { addInputRequired, tamperedState } from "./input-required.ts";

/** One pixel as PNG, and the head of a WAV file without sound. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";
const image = { type: "image" as const, data: PNG, mimeType: "image/png" };
const embedded = (uri: string) => {
  const resource = { uri, mimeType: "text/plain", text: "This is an embedded resource." };
  return { type: "resource" as const, resource };
};
const text = (words: string) => ({ type: "text" as const, text: words });

/** Tools as the shop's are made. */
const simpleText = defineTool({
  description: "Answers with text.",
  needs: [],
  input: z.strictObject({}),
  output: z.object({ said: z.string() }),
  run: async () => ({ said: "This is a simple text response for testing." }),
  summary: ({ said }) => said,
});
const errorHandling = defineTool({
  ...simpleText,
  description: "Answers with an error.",
  async run() {
    throw new ShopError("internal");
  },
});
const prompts = {
  test_simple_prompt: {
    title: "Simple prompt",
    description: "Without arguments.",
    args: {},
    text: () => "This is a simple prompt for testing.",
  },
  test_prompt_with_arguments: {
    title: "Prompt with arguments",
    description: "With two arguments.",
    args: { arg1: "The first", arg2: "The second" },
    text: ({ arg1, arg2 }: Partial<Record<string, string>>) =>
      `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`,
  },
};

const choose = (...values: string[]) => ({ type: "string" as const, enum: values });
const titled = ["value1", "value2"].map((value) => ({ const: value, title: `The ${value}` }));
const asText = { type: "string" as const };
/** What the user is asked for, by the tool that asks. */
const forms = {
  test_elicitation: { username: asText, email: asText },
  test_elicitation_sep1034_defaults: {
    name: { ...asText, default: "John Doe" },
    age: { type: "integer" as const, default: 30 },
    score: { type: "number" as const, default: 95.5 },
    status: { ...choose("active", "inactive", "pending"), default: "active" },
    verified: { type: "boolean" as const, default: true },
  },
  test_elicitation_sep1330_enums: {
    untitledSingle: choose("option1", "option2"),
    titledSingle: { ...asText, oneOf: titled },
    legacyEnum: { ...choose("opt1", "opt2"), enumNames: ["Option 1", "Option 2"] },
    untitledMulti: { type: "array" as const, items: choose("option1", "option2") },
    titledMulti: { type: "array" as const, items: { anyOf: titled } },
  },
  test_streaming_elicitation: { yes: { type: "boolean" as const } },
};
const questions = Object.fromEntries(
  Object.entries(forms).map(([name, properties]) => {
    const requestedSchema = { type: "object" as const, properties };
    return [name, mcp.inputRequired.elicit({ message: "Go on?", requestedSchema })];
  }),
);

const noShop = openShop(settingsSchema.parse({ django_api_base: "http://127.0.0.1:9" }));
function createFixture(): mcp.McpServer {
  const offer = {
    identity: { name: "conformance-fixture", version: "1" },
    instructions: "",
    tools: Object.entries({
      test_simple_text: simpleText,
      test_error_handling: errorHandling,
      test_input_required_result_tampered_state: tamperedState,
    }),
    prompts: Object.entries(prompts),
    complete: async (_: string, value: string) => [`${value}…`],
    isSameForAll: true,
  };
  const server = makeServer(offer, noShop);
  server.server.registerCapabilities({ logging: {}, resources: { subscribe: true } });
  addTools(server);
  addResources(server);
  addPrompts(server);
  addInputRequired(server, noShop.confirmations);
  return server;
}

/** Tools whose content no shop has. */
function addTools(server: mcp.McpServer): void {
  const content: Record<string, mcp.CallToolResult["content"]> = {
    test_image_content: [image],
    test_audio_content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }],
    test_embedded_resource: [embedded("test://embedded-resource")],
    test_multiple_content_types: [text("Several kinds:"), image, embedded("test://mixed")],
  };
  for (const [name, parts] of Object.entries(content))
    server.registerTool(name, { description: "Answers with content." }, () => {
      return { content: parts };
    });

  for (const name of ["test_tool_with_logging", "test_logging_tool"])
    server.registerTool(name, { description: "Logs while it works." }, async ({ mcpReq }) => {
      for (const step of ["started", "processing", "completed"]) await mcpReq.log("info", step);
      return { content: [text("Logged.")] };
    });
  server.registerTool(
    "test_tool_with_progress",
    { description: "Reports how far it is." },
    async ({ mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken;
      for (const progress of [0, 50, 100]) {
        const params = { progressToken: progressToken ?? 0, progress, total: 100 };
        await mcpReq.notify({ method: "notifications/progress", params });
      }
      return { content: [text(String(progressToken))] };
    },
  );

  const messages = [{ role: "user" as const, content: text("Hello?") }];
  const sampling = mcp.inputRequired.createMessage({ messages, maxTokens: 10 });
  for (const [name, request] of Object.entries({
    ...questions,
    test_sampling: sampling,
    test_missing_capability: sampling,
  }))
    server.registerTool(name, { description: "Asks the host." }, ({ mcpReq }) => {
      const { question: answer } = mcpReq.inputResponses ?? {};
      return answer
        ? { content: [text(JSON.stringify(answer))] }
        : mcp.inputRequired({ inputRequests: { question: request } });
    });
}

function addResources(server: mcp.McpServer): void {
  const plain = { description: "Text.", mimeType: "text/plain" };
  server.registerResource("static-text", "test://static-text", plain, ({ href: uri }) => {
    return { contents: [{ uri, mimeType: "text/plain", text: "This is a static text." }] };
  });
  const binary = { description: "An image.", mimeType: "image/png" };
  server.registerResource("static-binary", "test://static-binary", binary, ({ href: uri }) => {
    return { contents: [{ uri, mimeType: "image/png", blob: PNG }] };
  });
  const template = new mcp.ResourceTemplate("test://template/{id}/data", { list: undefined });
  const json = { description: "Data by id.", mimeType: "application/json" };
  server.registerResource("template", template, json, ({ href: uri }, { id }) => {
    return { contents: [{ uri, mimeType: "application/json", text: JSON.stringify({ id }) }] };
  });
  server.registerResource("watched-resource", "test://watched-resource", plain, ({ href: uri }) => {
    return { contents: [{ uri, mimeType: "text/plain", text: "Watched." }] };
  });
  server.server.setRequestHandler("resources/subscribe", () => ({}));
  server.server.setRequestHandler("resources/unsubscribe", () => ({}));
}

function addPrompts(server: mcp.McpServer): void {
  server.registerPrompt("test_prompt_with_image", { description: "With an image." }, () => {
    return { messages: [{ role: "user", content: image }] };
  });
  const argsSchema = z.object({ resourceUri: requiredText });
  server.registerPrompt(
    "test_prompt_with_embedded_resource",
    { description: "With a resource.", argsSchema },
    ({ resourceUri }) => {
      return { messages: [{ role: "user", content: embedded(resourceUri) }] };
    },
  );
}

const { port } = parseArgs({ options: { port: { type: "string", default: "0" } } }).values;
const { url, stop } = serveHttp(createFixture, Number(port));
process.once("SIGTERM", () => void stop());
console.log(url);
