import { z } from '@hono/zod-openapi'

/** How a route declares what it takes and answers. */

export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/**
 * A named schema, or null. `.nullable()` would make the name itself mean null wherever it is used first so: the document
 * has one meaning for each name.
 */
export const orNull = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()])

/** A body of the given shape; required, or a request without a content type would skip its validation. */
export const jsonRequest = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
})

/** A body that may be left out, where `optionalBody` reads it: its members have their defaults then. */
export const optionalRequest = <T extends z.ZodType>(schema: T) => ({ ...jsonRequest(schema), required: false })

/** Where creating and updating have a status each. */
export const createdOrUpdated = <T extends z.ZodType>(schema: T, name: string) => ({
  200: json(schema, `An existing ${name} was updated`),
  201: json(schema, `A new ${name} was created`),
})

/** The refusals that have one status in every contract (errors.ts), in the envelope of this one: of what only reads. */
export const readRefusals = <T extends z.ZodType>(envelope: T) => ({
  401: json(envelope, 'No valid credentials'),
  403: json(envelope, 'The credentials do not allow this'),
  429: json(envelope, 'Too many requests'),
  500: json(envelope, 'A fault on our side'),
  503: json(envelope, 'The database did not answer; repeat the request'),
})

/** The same of what takes a body. */
export const commonRefusals = <T extends z.ZodType>(envelope: T) => ({
  ...readRefusals(envelope),
  413: json(envelope, 'The body is too large'),
  415: json(envelope, 'The content type is not JSON'),
})
