/**
 * Sends the requests of a story again, both ways, with nothing broken at the shop.
 *
 * @module
 */
import { getResponse, HttpResponse } from "msw";
import { createHandlers } from "../../mocks/handlers.ts";
import { createShop } from "../../mocks/shop.ts";
import type { World } from "../../mocks/world.ts";
import { openShop, settingsSchema } from "../../server.ts";
import type { Story } from "../harness/story.ts";
import { openBothWays, type Sent } from "./both-ways.ts";

const NOW = new Date("2026-11-22T09:00:00Z");
const now = () => NOW;
const base = "http://django.test";

/** @returns what each request was answered both ways */
export async function replay({ as, settings }: Story, world: World, sent: Sent<string>[]) {
  const token = as === "nobody" ? {} : { django_api_token: `demo-${as}` };
  const given = settingsSchema.parse({ django_api_base: base, ...token, ...settings });
  const answer = openBothWays(() => {
    const handlers = createHandlers(createShop(world, { now }));
    const fetch = async (url: string, init: RequestInit) =>
      (await getResponse(handlers, new Request(url, init), { baseUrl: base })) ??
      HttpResponse.json({ detail: "Not found." }, { status: 404 });
    return openShop(given, { fetch, now });
  });
  const answers = [];
  for (const request of sent) answers.push({ request, ...(await answer(request)) });
  return answers;
}
