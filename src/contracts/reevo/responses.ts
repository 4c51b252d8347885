import type { z } from '@hono/zod-openapi'
import { errorResponse } from './schemas.ts'

const json = (schema: z.ZodType, description: string) => ({ description, content: { 'application/json': { schema } } })

const refusals = {
  400: json(errorResponse, 'The body is not JSON that can be read'),
  401: json(errorResponse, 'No valid key'),
  403: json(errorResponse, 'The key may not do this'),
  404: json(errorResponse, 'There is no record with this id'),
  409: json(errorResponse, 'Another record holds a value that must be unique'),
  413: json(errorResponse, 'The body is too large'),
  415: json(errorResponse, 'The content type is not JSON'),
  422: json(errorResponse, 'The structure of the request or one of its fields is wrong'),
  429: json(errorResponse, 'Too many requests'),
  500: json(errorResponse, 'A fault on our side'),
  503: json(errorResponse, 'The database did not answer; repeat the request'),
}

/** The responses of an assert: 201 when it created, 200 when it updated, and every refusal. */
export const assertResponses = <T extends z.ZodType>(schema: T, name: string) => ({
  200: { description: `An existing ${name} was updated`, content: { 'application/json': { schema } } },
  201: { description: `A new ${name} was created`, content: { 'application/json': { schema } } },
  ...refusals,
})

/** A body of the given shape; required, or a request without a content type would skip its validation. */
export const jsonRequest = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
})
