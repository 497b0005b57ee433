/**
 * The errors of the mock shop, and the functions that throw them.
 *
 * - `ApiError`: the answer to a request that is refused; `handlers.ts` turns it into a response.
 * - `InvalidWorldError`: a world that `readWorld` in `world.ts` does not accept.
 *
 * @module
 */

/** A refused request: a status, and the body that Django REST framework sends with it. */
export class ApiError extends Error {
  override name = "ApiError";
  constructor(
    readonly status: number,
    readonly body: object,
  ) {
    super(JSON.stringify(body));
  }
}

/** A world that does not fit its schema. The message has one line per problem: `orders[3].status: …` */
export class InvalidWorldError extends Error {
  override name = "InvalidWorldError";
}

/** @throws {ApiError} with the body `{detail}` */
export const throwApiError = (status: number, detail: string): never => {
  throw new ApiError(status, { detail });
};
/** For what the shop's rules do not allow now: 409 `{detail, code}`, where `code` names the rule. @throws {ApiError} */
export const throwRuleViolation = (code: string, detail: string): never => {
  throw new ApiError(409, { detail, code });
};
/** For a field whose value has the right form and is wrong all the same: 400 `{field: [sentence]}`. @throws {ApiError} */
export const throwFieldError = (field: string, sentence: string): never => {
  throw new ApiError(400, { [field]: [sentence] });
};
