/** The browser of a user: it signs in where it is asked to, and agrees to what a client asks for. */
export interface Consent {
  /** Where the client is told of it: its redirect address, with the code. */
  callback: URL;
  /** What the user was asked to agree to, in the words of the page. */
  asked: string[];
}
const unescape = (html: string) => html.replaceAll("&amp;", "&").replaceAll("&#x27;", "'");
/** The hidden fields of a form, as it would send them. */
const hiddenFields = (page: string) =>
  Object.fromEntries(
    [...page.matchAll(/<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?/g)].map(
      ([, name = "", value = ""]) => [name, unescape(value)],
    ),
  );

export function openBrowser(user: string, password: string) {
  const cookies = new Map<string, string>();
  /** One request, whose redirect is not followed. */
  async function send(url: URL | string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("Cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    return response;
  }
  /** Follows a client's link to the authorization server, until that sends the user back to the client. */
  async function authorize(link: URL, redirectUrl: string): Promise<Consent> {
    let asked: string[] = [];
    let [url, response] = [link, await send(link)];
    for (let pages = 0; pages < 10; pages++) {
      const location = response.headers.get("location");
      if (location?.startsWith(redirectUrl)) return { callback: new URL(location), asked };
      if (location) {
        url = new URL(location, url);
        response = await send(url);
        continue;
      }
      const page = await response.text();
      const consent = { allow: "Authorize" };
      const isLogin = page.includes('name="password"');
      if (!isLogin && !page.includes('name="allow"')) throw new Error(`${url} says: ${page}`);
      if (!isLogin) asked = [...page.matchAll(/<li>(.*?)<\/li>/g)].map(([, words = ""]) => words);
      const more = isLogin ? { username: user, password } : consent;
      const body = new URLSearchParams({ ...hiddenFields(page), ...more });
      response = await send(url, { method: "POST", body });
    }
    throw new Error(`${link} leads from page to page`);
  }
  return { send, authorize, cookies };
}
