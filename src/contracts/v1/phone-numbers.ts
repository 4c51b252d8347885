import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { refuse } from '../../engine/errors.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { loadPhoneLibrary, phoneInE164 } from '../../schema/schema.ts'
import { jsonRequest } from '../kit/responses.ts'
import { allowed } from './access.ts'
import { BATCH_LIMIT } from './items.ts'
import { writeResponses } from './responses.ts'

const asked = z
  .strictObject({
    country: z.string().openapi({
      description: 'Where national forms are dialled, by its two capital letters (ISO 3166).',
      example: 'DE',
    }),
    numbers: z
      .array(z.string())
      .max(BATCH_LIMIT)
      .openapi({ description: 'As they are written.', example: ['0171 1234567', '12'] }),
  })
  .openapi('WrittenPhoneNumbers')

const read = z
  .strictObject({
    numbers: z.array(z.string().nullable()).openapi({
      description: 'E.164, each in the place of what was written; null where that is no number.',
      example: ['+491711234567', null],
    }),
  })
  .openapi('ReadPhoneNumbers')

/** For whoever reads a file where the world's numbering plans are not: the console, whose scripts they would make a fifth larger. */
export const mountPhoneNumbers = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const route = createRoute({
    method: 'post',
    path: '/v1/phone-numbers',
    operationId: 'readPhoneNumbers',
    tags: ['Records'],
    summary: 'Read phone numbers as they are dialled in a country',
    description: 'What an import of a column of them would store. Nothing is looked up, and nothing is kept.',
    ...allowed(services, 'crm:read', jsonBody),
    request: { body: jsonRequest(asked) },
    responses: writeResponses(200, 'What they are', read),
  })
  app.openapi(route, async (c) => {
    const { country, numbers } = c.req.valid('json')
    // No batch of statements asks whether the key still holds.
    await c.get('session').refresh()
    const { isCountry } = await loadPhoneLibrary()
    if (!isCountry(country)) throw refuse('invalid_value', 'country', 'a country code such as DE')
    return c.json({ numbers: numbers.map((text) => phoneInE164(text, country) ?? null) }, 200)
  })
}
