/** The shop played inside this process: `fetch` is intercepted, and nothing leaves. @module */
import type { HttpRequestEventMap, Interceptor } from "@mswjs/interceptors";
import { FetchInterceptor } from "@mswjs/interceptors/fetch/web";
import { http, type HttpHandler, HttpResponse } from "msw";
import { defineNetwork, InterceptorSource } from "msw/experimental";

/**
 * Plays handlers at an origin between `start()` and `stop()`. A request that none of them answers fails
 * as a dead network does, and is noted in `unhandled`, since a caller may turn that failure into words.
 */
export function playShop(origin: string, handlers: HttpHandler[]) {
  const unhandled: string[] = [];
  const unhandledRequest = http.all("*", ({ request }) => {
    unhandled.push(`${request.method} ${request.url}`);
    return HttpResponse.error();
  });
  // The same class as its declaration in `@mswjs/interceptors`, bundled a second time for the web.
  const interceptors = [new FetchInterceptor() as unknown as Interceptor<HttpRequestEventMap>];
  const network = defineNetwork({
    sources: [new InterceptorSource({ interceptors })],
    handlers: [...handlers, unhandledRequest],
    context: { baseUrl: origin, quiet: true },
  });
  return { unhandled, start: () => network.enable(), stop: () => network.disable() };
}
