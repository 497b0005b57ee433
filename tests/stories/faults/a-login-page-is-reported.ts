import { call, fault, htmlPage, reply, say, story } from "../../harness/story.ts";

const login = `<!doctype html><title>Log in</title><form action="/admin/login/"><input name="password"></form>`;

export default story(
  "a login page in place of JSON is reported and not retried",
  { as: "mia", allLanesOnDjango: true },
  [
    say("Do you have anything for a reading corner?"),
    fault("GET /api/products/search/", [htmlPage(200, login)]),
    call(
      "search_products",
      { query: "lamp" },
      {
        fails:
          /^The shop answered the product search with something other than JSON, such as a login page \(HTTP 200\)\. Trying again will not help: the operator has to check DJANGO_API_BASE, and Django's ALLOWED_HOSTS\.$/,
        sends: ["GET /api/products/search/?q=lamp&limit=10"],
        tokens: 75,
      },
    ),
    reply(
      "I get a login page instead of the shop's answer. Asking again will not fix that: whoever runs the shop has to look at its settings.",
    ),
  ],
);
