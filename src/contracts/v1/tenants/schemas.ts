import { z } from '@hono/zod-openapi'
import { refuse } from '../../../engine/errors.ts'
import { tenantStatuses } from '../../../schema/schema.ts'
import { jurisdictions, locationHints, type Place, PlaceError, parsePlace } from '../../../tenants/place.ts'
import type { ChangedTenant } from '../../../tenants/status.ts'
import { zuluMilliseconds } from '../../kit/read-back.ts'
import { someTextUpTo } from '../../kit/text.ts'
import { name } from '../administration.ts'
import { defaultCountry, history, historyDays } from '../organization.ts'

export const tags = ['Tenants']

export const tenantParam = z.object({
  id: z
    .uuid()
    .openapi({ param: { name: 'id', in: 'path' }, description: 'Id of the tenant: that of its organisation.' }),
})

const sharedPlace = z.strictObject({ shape: z.literal('shared') }).openapi('SharedPlace')
const objectPlace = z
  .strictObject({
    shape: z.literal('object'),
    locationHint: z.enum(locationHints).optional().openapi({ description: 'Where the object is made.' }),
    jurisdiction: z.enum(jurisdictions).optional().openapi({ description: 'The border that its data does not leave.' }),
  })
  .openapi('ObjectPlace')
const databasePlace = z
  .strictObject({
    shape: z.literal('database'),
    binding: someTextUpTo(100).optional().openapi({ description: 'Of a D1 database.' }),
    url: someTextUpTo(500).optional().openapi({ description: 'Of a libSQL database; instead of a binding.' }),
    token: someTextUpTo(100)
      .optional()
      .openapi({ description: 'Name of the secret of the deployment that holds the token of the libSQL database.' }),
  })
  .refine(({ binding, url, token }) => (binding === undefined) !== (url === undefined) && !(binding && token), {
    message: 'either a binding, or a url with or without a token',
  })
  .openapi('DatabasePlace')

export const place = z
  .union([sharedPlace, objectPlace, databasePlace])
  .openapi('Place', { description: 'Where a tenant lives: docs/tenants.md.', example: { shape: 'shared' } })

/** @throws RefusedError invalid_value for what the shape alone does not tell, such as a secret in a URL */
export const placeOf = (sent: z.infer<typeof place>): Place => {
  try {
    return parsePlace(sent)
  } catch (error) {
    throw error instanceof PlaceError ? refuse('invalid_value', 'place', `a place: ${error.message}`) : error
  }
}

const instant = z.iso.datetime().nullable()

export const tenant = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    status: z.enum(tenantStatuses),
    place,
    program: z.string().nullable().openapi({
      description: 'The assert program that its database had when it was last brought up to date; null: not known.',
    }),
    createdAt: z.iso.datetime(),
    seenAt: instant.openapi({
      description:
        'About when a request last asked the directory for it: to the hour. Null where all tenants live in one place, so that nobody asks.',
    }),
    eraseAt: instant.openapi({ description: 'When everything of a deleted tenant is erased.' }),
  })
  .openapi('Tenant')

/** What an operator has wanted of it, and where that has not arrived. */
export const changedTenant = z
  .strictObject({
    ...tenant.shape,
    notReached: z.string().optional().openapi({
      description: 'Only where its database did not answer: what that means, and what is to be done.',
    }),
  })
  .openapi('ChangedTenant')

const instantOf = (time: number | null) => (time === null ? null : zuluMilliseconds(time))

export const renderTenant = ({
  move: _,
  revision: __,
  createdAt,
  seenAt,
  eraseAt,
  place,
  ...others
}: ChangedTenant) => ({
  ...others,
  place: { ...place },
  createdAt: zuluMilliseconds(createdAt),
  seenAt: instantOf(seenAt),
  eraseAt: instantOf(eraseAt),
})

export const newTenant = z
  .strictObject({
    name,
    id: z.uuid().optional().openapi({ description: 'Default: a new one.' }),
    crmMode: z.enum(['b2b', 'b2c']).default('b2b'),
    history: history.default('values'),
    historyDays: historyDays.default(null),
    defaultCountry: defaultCountry.default(null),
    place: place.optional().openapi({ description: 'Default: where tenants live that have no other place.' }),
  })
  .openapi('NewTenant', { example: { name: 'Acme Ltd' } })

export const newTenantKey = z
  .strictObject({
    organizationId: z.uuid(),
    adminKey: z.string().openapi({ description: 'Shown this once.' }),
  })
  .openapi('TenantKey')
