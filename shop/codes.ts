/** Words of standards that settings may name. A start reads them before anything else is loaded. */

/** The schemes of `Authorization` that `DJANGO_API_AUTH` may name. */
export const SCHEMES = ["Token", "Bearer", "JWT"] as const;
/** A currency, by ISO 4217. */
export const CURRENCY_CODE = /^[A-Z]{3}$/;
