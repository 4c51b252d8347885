import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { sentOnly } from '../../admin/rules.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { HISTORY_DAYS } from '../../schema/limits.ts'
import { historyModes, type Organization } from '../../schema/schema.ts'
import { jsonRequest } from '../kit/responses.ts'
import { allowed } from './access.ts'
import { name, tags } from './administration.ts'
import { readResponses, writeResponses } from './responses.ts'

const defaultCountry = z
  .string()
  .regex(/^[A-Z]{2}$/, 'the two capital letters of a country (ISO 3166), such as DE')
  .nullable()
  .openapi({
    description:
      'Country whose national phone numbers are meant: with DE, 0171 1234567 and +49 171 1234567 are one number. Two capital letters (ISO 3166); null: numbers without a country code are compared as digits. Numbers stored before a change are found by their old keys until the operator has run `verify --repair`.',
    example: 'DE',
  })

const history = z.enum(historyModes).openapi({
  description:
    'What is kept of every change: `values` before and after, the `names` of the attributes only, or nothing (`off`). A changed record costs one row more, unless it is off. What changes while it is off is never told: a cursor from before is answered 410.',
})

const automaticIndexing = z.boolean().openapi({
  description:
    'Whether matching by an attribute without an index makes one, with a job where the object is large (default). Off: it is refused with `not_indexed`.',
})

const historyDays = z.number().int().min(1).max(HISTORY_DAYS).nullable().openapi({
  description:
    'Days that changes are kept for; null: for good. Older ones are deleted by and by, values and all; the newest stays. A cursor from before what is deleted is answered 410.',
  example: 90,
})

const organization = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    crmMode: z.enum(['b2b', 'b2c']),
    history,
    historyDays,
    defaultCountry,
    automaticIndexing,
  })
  .openapi('Organization')

/** What whoever administers an organisation can change: a tenant is created, changed and shown by the same. */
const changeable = organization.omit({ id: true }).extend({ name })
export const organizationChange = changeable.partial().openapi('OrganizationChange')
export const organizationSettings = changeable.omit({ name: true }).openapi('OrganizationSettings')

export const renderSettings = ({ crmMode, history, historyDays, defaultCountry, automaticIndexing }: Organization) => ({
  crmMode,
  history,
  historyDays,
  defaultCountry,
  automaticIndexing,
})

const render = (one: Organization) => ({ id: one.id, name: one.name, ...renderSettings(one) })

export const mountOrganization = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const get = createRoute({
    method: 'get',
    path: '/v1/organization',
    operationId: 'getOrganization',
    tags,
    summary: 'The organisation of the key',
    description: 'Its name and its settings.',
    ...allowed(services, 'admin'),
    responses: readResponses('The organisation', organization),
  })
  const patch = createRoute({
    method: 'patch',
    path: '/v1/organization',
    operationId: 'changeOrganization',
    tags,
    summary: 'Change name or settings',
    description: 'What is left out stays as it is.',
    ...allowed(services, 'admin', jsonBody),
    request: { body: jsonRequest(organizationChange) },
    responses: writeResponses(200, 'The organisation as it is now', organization),
  })
  app.openapi(get, async (c) => c.json(render(await c.get('administration')().readOrganization()), 200))
  app.openapi(patch, async (c) => {
    const changed = await c
      .get('administration')()
      .changeOrganization(sentOnly(c.req.valid('json')))
    return c.json(render(changed), 200)
  })
}
