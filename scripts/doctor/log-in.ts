/**
 * `logIn` gets a token for the visit where the settings have a login instead: one POST to the address that they name,
 * the only request of the doctor that is neither GET nor OPTIONS.
 */
import { networkError, ShopError } from "../../shop/errors.ts";
import { parseJson } from "../../shop/json.ts";
import { type Login, openCredential, SCHEMES } from "../../shop/login.ts";
import { type Settings, loginOf, NAME } from "../../server.ts";
import { REQUEST_SECONDS } from "./reply.ts";
import { type LoginSettings, MAX_BYTES, readText, type Runtime } from "./visit.ts";

/** The value of `Authorization`. @throws {ShopError} in words */
async function authorize(login: Login, { fetch, now, timeout }: Runtime): Promise<string> {
  const send = async (url: string, body: object, more: Record<string, string>) => {
    const headers = new Headers({
      Accept: "application/json",
      "User-Agent": `${NAME} doctor`,
      ...more,
    });
    headers.set("Content-Type", "application/json");
    const signal = timeout(REQUEST_SECONDS * 1000);
    const init: RequestInit = { method: "POST", headers, redirect: "manual", signal };
    const context = { what: "login", path: `POST ${new URL(url).pathname}` };
    try {
      const response = await fetch(url, { ...init, body: JSON.stringify(body) });
      const text = await readText(response, { maxBytes: MAX_BYTES, signal });
      const { status } = response;
      return { status, headers: response.headers, text, json: parseJson(text)?.value };
    } catch (error) {
      if (signal.aborted) throw new ShopError("too_slow", { ...context, timeout: REQUEST_SECONDS });
      const isTooLarge = Object(error).code === "TOO_LARGE";
      throw isTooLarge ? new ShopError("too_large", context) : networkError(error, context);
    }
  };
  const credential = openCredential({ login, send, now });
  return credential.use(async (authorization = "") => authorization, { isPublic: false });
}

/** The settings with a token in place of a login, and that login. @throws {ConfigError | ShopError} */
export async function logIn(settings: Settings, runtime: Runtime) {
  const login = loginOf(settings);
  if (!login) return { settings };
  const [scheme, token] = (await authorize(login, runtime)).split(" ");
  const { django_login: _, django_user: __, django_password: ___, ...others } = settings;
  const path = login.url.replace(settings.django_api_base, "");
  const by: LoginSettings = { DJANGO_LOGIN: path, DJANGO_USER: login.user };
  const django_api_auth = SCHEMES.find((known) => known === scheme);
  const known = { ...others, django_api_token: token, django_api_auth };
  return { settings: known, login: by };
}
