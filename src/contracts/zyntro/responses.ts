import { z } from '@hono/zod-openapi'
import { errorResponse, successResponse } from './schemas.ts'

const json = (schema: z.ZodType, description: string) => ({ description, content: { 'application/json': { schema } } })

/** What is wrong with the content of a request is answered with 200, as this API's clients expect. */
export const addContactResponses = {
  200: {
    description: 'Written; or, with status "error", refused for what the request says',
    content: { 'application/json': { schema: z.union([successResponse, errorResponse]) } },
  },
  400: json(errorResponse, 'The body is not JSON'),
  401: json(errorResponse, 'A secret or the member is missing, unknown, revoked or expired'),
  403: json(errorResponse, 'The address or the key may not do this'),
  413: json(errorResponse, 'The body is too large'),
  415: json(errorResponse, 'The content type is not JSON'),
  429: json(errorResponse, 'Too many failed attempts from this address'),
  500: json(errorResponse, 'A fault on our side'),
  503: json(errorResponse, 'The database did not answer; repeat the request'),
}
