import type { z } from '@hono/zod-openapi'
import { commonRefusals, createdOrUpdated, json } from '../kit/responses.ts'
import { errorResponse } from './schemas.ts'

/** The responses of an assert: 201 when it created, 200 when it updated, and every refusal. */
export const assertResponses = <T extends z.ZodType>(schema: T, name: string) => ({
  ...createdOrUpdated(schema, name),
  ...commonRefusals(errorResponse),
  400: json(errorResponse, 'The body is not JSON that can be read'),
  404: json(errorResponse, 'There is no record with this id'),
  409: json(errorResponse, 'Another record holds a value that must be unique'),
  422: json(errorResponse, 'The structure of the request or one of its fields is wrong'),
})
