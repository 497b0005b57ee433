/**
 * The model, chosen by the environment:
 *
 * ```sh
 * AI_MODEL=claude-sonnet-4-5 ANTHROPIC_API_KEY=…                     # or openai/…, with OPENAI_API_KEY
 * AI_MODEL=qwen3:8b AI_BASE_URL=http://127.0.0.1:11434/v1            # whatever is compatible with OpenAI's
 * ```
 *
 * @module
 */
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModel } from "ai";

/** @returns undefined where no model is set @throws {Error} in words, where a setting is missing */
export function readModel(env: Record<string, string | undefined>): LanguageModel | undefined {
  const {
    AI_MODEL: given,
    AI_BASE_URL: baseURL,
    AI_API_KEY,
    ANTHROPIC_API_KEY,
    OPENAI_API_KEY,
  } = env;
  if (!given) {
    if (baseURL)
      throw new Error("AI_BASE_URL is set without AI_MODEL: set the name of a model there.");
    return undefined;
  }
  if (baseURL)
    return createOpenAICompatible({ name: "compatible", baseURL, apiKey: AI_API_KEY })(given);
  const [, named, model = ""] = /^(?:(anthropic|openai)\/)?(.+)$/.exec(given) ?? [];
  const provider = named ?? (ANTHROPIC_API_KEY ? "anthropic" : "openai");
  const apiKey = provider === "anthropic" ? ANTHROPIC_API_KEY : OPENAI_API_KEY;
  if (!apiKey) {
    const any = "ANTHROPIC_API_KEY, OPENAI_API_KEY or AI_BASE_URL";
    throw new Error(`AI_MODEL=${given} needs ${named ? `${named.toUpperCase()}_API_KEY` : any}.`);
  }
  return provider === "anthropic"
    ? createAnthropic({ apiKey })(model)
    : createOpenAI({ apiKey })(model);
}
