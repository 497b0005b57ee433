/**
 * As whom the shop is asked: as the server's own account, and as each caller who signs in. Each has its own
 * confirmations, cursors, turns and count of calls.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { type ClientOptions, connectDjango } from "./client.ts";
import { keyFrom, openConfirmations } from "./confirmation.ts";
import { type Caller, identityKey } from "./identity.ts";
import { Latest } from "./latest.ts";
import { cursorKey } from "./list.ts";
import { passwordSecret } from "./login.ts";
import { limitCalls } from "./rate-limit.ts";
import type { SharedState } from "./shared-state.ts";
import type { CallerContext } from "./tool.ts";
import type { Turns } from "./turns.ts";

export const MOST_CALLERS = 2000; // that are kept ready; others are made ready anew
const USUAL_RATE = 300; // calls a minute of a caller who has signed in

export interface AccountsOptions {
  /** How the shop is reached, whoever asks. */
  client: ClientOptions;
  /** The server's own account. */
  own: Pick<ClientOptions, "token" | "login" | "scheme">;
  /** What seals confirmations and cursors, in all processes. @default made of the own account's token or password */
  key?: string | undefined;
  honoursKeys: boolean;
  now: () => Date;
  state: SharedState;
  /** Whether other processes know `state`, too. */
  isShared: boolean;
  /** Calls a minute; 0 for no limit. @default 300 for a caller who signs in, none for the own account */
  rate?: number | undefined;
  turns?: Turns | undefined;
  /** Says for whom a request is made. @default callers' requests carry no credential */
  assertionFor?: ((caller: Caller) => ClientOptions["assertion"]) | undefined;
}
/** The part of a context that is one account's. */
type Account = Pick<
  CallerContext,
  "request" | "countCall" | "confirmations" | "cursorKey" | "identity" | "turns"
>;

/**
 * Keeps accounts apart: the server's own, and each caller's.
 *
 * @returns the server's own account, and what gives that of a caller
 */
export function openAccounts(options: AccountsOptions) {
  const { client, own, key, honoursKeys, now, state, isShared, rate, turns } = options;
  const { baseUrl, timeout } = client;
  const { token, login } = own;
  // As configured: no renewal changes it.
  const secret = token ?? (login && (key ? login.password : passwordSecret(login)));
  const seal = key ?? (secret && keyFrom(baseUrl, secret));
  const sealing = { key: honoursKeys || isShared ? seal : undefined, now, timeout };
  const confirmationsOf = (account: unknown) =>
    openConfirmations({ ...sealing, state: isShared ? state : undefined, account });
  const callersKey = key ?? secret ?? randomBytes(32).toString("base64url");
  const takeCall = state.take.bind(state);
  const keptFor = (person: string) => {
    return { confirmations: confirmationsOf({ baseUrl, person }), turns: turns?.share() };
  };
  const kept = new Latest<string, ReturnType<typeof keptFor>>(MOST_CALLERS); // whichever token they bring
  return {
    own: {
      request: connectDjango({ ...client, ...own }),
      countCall: rate ? limitCalls("", rate, takeCall) : undefined,
      confirmations: confirmationsOf([baseUrl, login?.user, secret]),
      cursorKey: cursorKey(baseUrl, key ?? secret ?? ""),
      turns,
    } satisfies Account,
    of(caller: Caller): Account {
      const person = identityKey(caller.identity);
      const assertion = options.assertionFor?.(caller);
      return {
        ...(kept.get(person) ?? kept.add(person, keptFor(person))),
        identity: caller.identity,
        request: connectDjango({ ...client, assertion, person }),
        countCall: rate === 0 ? undefined : limitCalls(person, rate ?? USUAL_RATE, takeCall),
        cursorKey: cursorKey(`${baseUrl} ${person}`, callersKey),
      };
    },
  };
}
