/**
 * Who a call is made for. A person is the pair of who vouches for them and what they are called there, whichever
 * token, client or process they come by.
 *
 * @module
 */

export interface Identity {
  /** The authorization server that vouches for them, as its tokens name it. */
  issuer: string;
  /** What it calls them: unique there, and nowhere else. */
  subject: string;
}
/** An identity as one text, for maps and seals. It is JSON, so that no issuer can end within a subject. */
export const identityKey = ({ issuer, subject }: Identity): string =>
  JSON.stringify([issuer, subject]);

/** Someone with a valid token. The token itself is not kept. */
export interface Caller {
  identity: Identity;
  scopes: ReadonlySet<string>;
  /** The program that calls for them, where the token names it. */
  clientId?: string | undefined;
}
