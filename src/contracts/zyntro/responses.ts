import { z } from '@hono/zod-openapi'
import { commonRefusals, json } from '../kit/responses.ts'
import { errorResponse, successResponse } from './schemas.ts'

/** What is wrong with the content of a request is answered with 200, as this API's clients expect. */
export const addContactResponses = {
  200: json(
    z.union([successResponse, errorResponse]),
    'Written; or, with status "error", refused for what the request says',
  ),
  ...commonRefusals(errorResponse),
  400: json(errorResponse, 'The body is not JSON'),
}
