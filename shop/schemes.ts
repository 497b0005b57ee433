/** The schemes of `Authorization` that `DJANGO_API_AUTH` may name. */
export const SCHEMES = ["Token", "Bearer", "JWT"] as const;
