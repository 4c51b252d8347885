import type { z } from '@hono/zod-openapi'
import { commonRefusals, createdOrUpdated, json } from '../kit/responses.ts'
import { errorResponse } from './schemas.ts'

/** The responses of an assert: 201 when it created, 200 when it updated, and every refusal. */
export const assertResponses = <T extends z.ZodType>(schema: T, name: string) => ({
  ...createdOrUpdated(schema, name),
  ...commonRefusals(errorResponse),
  400: json(errorResponse, 'The request cannot be carried out as it stands'),
})

export const notFound = { 404: json(errorResponse, 'There is no such object') }
