import { z } from '@hono/zod-openapi'
import { accessLimits } from '../../schema/limits.ts'
import { json } from '../kit/responses.ts'
import { someTextUpTo } from '../kit/text.ts'
import { writeResponses } from './responses.ts'

/** What the routes for administrators share. */
export const tags = ['Administration']
export const idParam = z.object({
  id: z.uuid().openapi({ param: { name: 'id', in: 'path' }, description: 'Id, as the list of them tells it.' }),
})
export const name = someTextUpTo(accessLimits.name)

/** Of a creation that can be sent twice. */
export const madeResponses = <T extends z.ZodType>(what: string, schema: T) => ({
  ...writeResponses(201, `${what} was created`, schema),
  200: json(schema, `${what} was there already, with this very definition`),
})
