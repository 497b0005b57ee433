/**
 * The mock shop inside this process: `playShop` intercepts `fetch`, so no request leaves it.
 *
 * ```ts
 * const network = playShop("https://shop.example", createHandlers(createShop(seed)));
 * await network.start();
 * await fetch("https://shop.example/api/shop/");
 * await network.stop();
 * ```
 *
 * @module
 */
import type { HttpRequestEventMap, Interceptor } from "@mswjs/interceptors";
import { FetchInterceptor } from "@mswjs/interceptors/fetch/web";
import { http, type HttpHandler, HttpResponse } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";

/**
 * Answers requests to an origin by handlers, between `start()` and `stop()`. A request that no handler answers
 * fails like a network error, and is recorded in `unhandled` as `GET https://…`: the code under test may catch
 * the failure, so a test has to look there.
 */
export function playShop(origin: string, handlers: HttpHandler[]) {
  const unhandled: string[] = [];
  const unhandledRequest = http.all("*", ({ request }) => {
    unhandled.push(`${request.method} ${request.url}`);
    return HttpResponse.error();
  });
  // The class that `@mswjs/interceptors` declares, which its build for the web bundles a second time.
  const interceptors = [new FetchInterceptor() as unknown as Interceptor<HttpRequestEventMap>];
  const network = defineNetwork({
    sources: [new InterceptorSource({ interceptors })],
    handlers: [...handlers, unhandledRequest],
    context: { baseUrl: origin, quiet: true },
  });
  return { unhandled, start: () => network.enable(), stop: () => network.disable() };
}
