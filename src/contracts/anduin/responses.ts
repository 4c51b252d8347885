import type { z } from '@hono/zod-openapi'
import { errorResponse } from './schemas.ts'

const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/** The responses of an upsert: 200 whether it created or updated, and every refusal. */
export const upsertResponses = <T extends z.ZodType>(schema: T, name: string) => ({
  200: json(schema, `The whole ${name}, and whether it was created or updated`),
  400: json(errorResponse, 'The request cannot be carried out as it stands; the error names the field'),
  401: json(errorResponse, 'No valid key'),
  403: json(errorResponse, 'The key may not do this, or is not of this firm'),
  409: json(errorResponse, 'Another record holds a value that must be its own'),
  413: json(errorResponse, 'The body is too large'),
  415: json(errorResponse, 'The body is not JSON'),
  429: json(errorResponse, 'Too many requests'),
  500: json(errorResponse, 'A fault on our side'),
  503: json(errorResponse, 'The database did not answer; repeat the request'),
})

/** A body of the given shape; required, or a request without a content type would skip its validation. */
export const jsonRequest = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
})
