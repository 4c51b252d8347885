// Made from public/openapi.json by scripts/client-types.ts. Do not edit.

/** Those that take an Idempotency-Key: with it they are done once, however often they are sent. It costs a row an item. */
export const takesKey: ReadonlySet<string> = new Set([
  'put /v1/objects/{object}/records',
  'post /v1/objects/{object}/records/batch',
])

/** Each time they are done they make something else, such as a secret that is told once. All others that create answer the same again. */
export const madeAnew: ReadonlySet<string> = new Set([
  'post /v1/keys',
  'post /v1/keys/{id}/rotate',
  'post /v1/subscriptions/{id}/secrets',
  'post /v1/tenants',
  'post /v1/tenants/{id}/keys',
])
