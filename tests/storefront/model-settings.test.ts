/** Which model is chosen by the environment, and what is said where a setting is missing. */
import { expect, test } from "bun:test";
import { readModel } from "../../examples/storefront/start/model.ts";

test.each([
  [{ AI_MODEL: "claude-x", ANTHROPIC_API_KEY: "k" }, "anthropic.messages", "claude-x"],
  [{ AI_MODEL: "anthropic/claude-x", ANTHROPIC_API_KEY: "k" }, "anthropic.messages", "claude-x"],
  [{ AI_MODEL: "gpt-x", OPENAI_API_KEY: "k" }, "openai.responses", "gpt-x"],
  [
    { AI_MODEL: "openai/gpt-x", ANTHROPIC_API_KEY: "a", OPENAI_API_KEY: "k" },
    "openai.responses",
    "gpt-x",
  ],
  [
    { AI_MODEL: "qwen3:8b", AI_BASE_URL: "http://127.0.0.1:11434/v1" },
    "compatible.chat",
    "qwen3:8b",
  ],
  [
    { AI_MODEL: "org/model", AI_BASE_URL: "https://models.example/v1", AI_API_KEY: "k" },
    "compatible.chat",
    "org/model",
  ],
])("%p chooses %s", (env, provider, modelId) => {
  expect(readModel(env)).toMatchObject({ provider, modelId });
});
test("without AI_MODEL there is none", () =>
  expect(readModel({ OPENAI_API_KEY: "k" })).toBeUndefined());
test.each([
  [
    { AI_BASE_URL: "http://127.0.0.1:11434/v1" },
    "AI_BASE_URL is set without AI_MODEL: set the name of a model there.",
  ],
  [{ AI_MODEL: "gpt-x" }, "AI_MODEL=gpt-x needs ANTHROPIC_API_KEY, OPENAI_API_KEY or AI_BASE_URL."],
  [
    { AI_MODEL: "anthropic/x", OPENAI_API_KEY: "k" },
    "AI_MODEL=anthropic/x needs ANTHROPIC_API_KEY.",
  ],
  [{ AI_MODEL: "openai/x", ANTHROPIC_API_KEY: "k" }, "AI_MODEL=openai/x needs OPENAI_API_KEY."],
])("%p is refused in words", (env, words) => expect(() => readModel(env)).toThrow(words));
