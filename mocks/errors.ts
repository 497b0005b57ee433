/** Why there is no answer, as Django says it. @module */

/** A status, and the body that Django sends with it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: object,
  ) {
    super(JSON.stringify(body));
  }
}

export const throwApiError = (status: number, detail: string): never => {
  throw new ApiError(status, { detail });
};
/** The shop's rules do not allow it now; `code` names the rule to programs. */
export const throwRuleViolation = (code: string, detail: string): never => {
  throw new ApiError(409, { detail, code });
};
/** What a field says is of the right form, and wrong all the same. */
export const throwFieldError = (field: string, sentence: string): never => {
  throw new ApiError(400, { [field]: [sentence] });
};
