/** Why there is no answer, as Django says it. @module */

/** A status, and the body that Django sends with it. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: object,
  ) {
    super(JSON.stringify(body));
  }
}

export const refuse = (status: number, detail: string): never => {
  throw new Refusal(status, { detail });
};
/** The shop's rules do not allow it now; `code` names the rule to programs. */
export const refuseByRule = (code: string, detail: string): never => {
  throw new Refusal(409, { detail, code });
};
/** What a field says is of the right form, and wrong all the same. */
export const refuseField = (field: string, sentence: string): never => {
  throw new Refusal(400, { [field]: [sentence] });
};
