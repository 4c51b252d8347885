import type { z } from '@hono/zod-openapi'
import { commonRefusals, json } from '../kit/responses.ts'
import { errorResponse } from './schemas.ts'

/** The responses of an upsert: 200 whether it created or updated, and every refusal. */
export const upsertResponses = <T extends z.ZodType>(schema: T, name: string) => ({
  200: json(schema, `The whole ${name}, and whether it was created or updated`),
  ...commonRefusals(errorResponse),
  400: json(errorResponse, 'The request cannot be carried out as it stands; the error names the field'),
  409: json(errorResponse, 'Another record holds a value that must be its own'),
})
