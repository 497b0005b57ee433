/**
 * Who is it?
 *
 * @module
 */
import { useActionState } from "react";
import type { PageInfo } from "../protocol.ts";
import { api } from "./api.ts";

const FIELDS = {
  user: { label: "Name or e-mail address", type: "text", autoComplete: "username" },
  password: { label: "Password", type: "password", autoComplete: "current-password" },
  token: { label: "API token", type: "password", autoComplete: "off" },
};
export function SignIn({ info, onDone }: { info: PageInfo; onDone(): void }) {
  const [failure, signIn, isBusy] = useActionState(async (_: string, form: FormData) => {
    const { user, password, token = password } = Object.fromEntries(form);
    const failed = ({ message }: Error) => message;
    return api("POST session", { user, password: token }).then(() => (onDone(), ""), failed);
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
        {info.fields.map((name) => {
          const { label, ...field } = FIELDS[name];
          return (
            <label key={name}>
              {label} <input name={name} required maxLength={4000} {...field} />
            </label>
          );
        })}
        <button className="primary" disabled={isBusy}>
          Sign in
        </button>
      </form>
      <p className="notice" role="alert">
        {failure}
      </p>
    </main>
  );
}
