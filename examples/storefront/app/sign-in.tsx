/**
 * Who is it?
 *
 * @module
 */
import { useActionState } from "react";
import type { PageInfo } from "../protocol.ts";
import { api, signedInOrOut } from "./api.ts";

export function SignIn({ info }: { info: PageInfo }) {
  const [failure, signIn, isBusy] = useActionState(async (_: string, form: FormData) => {
    const failed = ({ message }: Error) => message;
    return api("POST session", Object.fromEntries(form)).then(
      async () => (await signedInOrOut(), ""),
      failed,
    );
  }, "");
  return (
    <main className="sign-in">
      <h1>Sign in</h1>
      {info.people.length > 0 && <p>This is a demo. Choose who you are:</p>}
      {info.people.map(({ name, user, password }) => (
        <form key={user} action={signIn}>
          <input type="hidden" name="user" value={user} />
          <input type="hidden" name="password" value={password} />
          <button disabled={isBusy}>{name}</button>
        </form>
      ))}
      <form action={signIn}>
        {info.fields.map(({ label, ...field }) => (
          <label key={label}>
            {label} <input required maxLength={4000} {...field} />
          </label>
        ))}
        <button disabled={isBusy}>Sign in</button>
      </form>
      <p role="alert">{failure}</p>
    </main>
  );
}
