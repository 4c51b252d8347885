import { z } from '@hono/zod-openapi'
import { refuse } from '../../../engine/errors.ts'
import { tenantStatuses } from '../../../schema/schema.ts'
import { claimOf, INTERRUPTED_MS } from '../../../tenants/claim.ts'
import type { ChangedTenant, Tenant } from '../../../tenants/directory.ts'
import { KEPT_MS, type Leftover, leftoversOf } from '../../../tenants/leftovers.ts'
import { jurisdictions, locationHints, type Place, PlaceError, parsePlace } from '../../../tenants/place.ts'
import type { ShownTenant } from '../../../tenants/shown.ts'
import { isOver, moveOf, movePhases, type TenantMove } from '../../../tenants/tenant-move.ts'
import { zuluMilliseconds } from '../../kit/read-back.ts'
import { orNull } from '../../kit/responses.ts'
import { someTextUpTo } from '../../kit/text.ts'
import { name } from '../administration.ts'
import { organizationChange, organizationSettings, renderSettings } from '../organization.ts'

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
    locationHint: z.enum(locationHints).optional().openapi({
      description:
        'About where the object is made: west or east of North America (wnam, enam), South America, west or east of Europe, Asia-Pacific, Oceania, Africa, the Middle East. A wish, heeded once, when it is made. Absent: near its first caller.',
    }),
    jurisdiction: z.enum(jurisdictions).optional().openapi({
      description:
        'The border that the object neither runs nor stores outside of: the European Union, or the FedRAMP regions of the United States. A promise of the platform; it is part of which object it is, so another one is another place.',
    }),
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
  .discriminatedUnion('shape', [sharedPlace, objectPlace, databasePlace])
  .openapi('Place', { description: 'Where a tenant lives: docs/tenants.md.', example: { shape: 'shared' } })

const unreadablePlace = z
  .strictObject({
    shape: z.literal('unreadable'),
    reason: z.string().openapi({ description: 'What is wrong with what stands in the directory.' }),
  })
  .openapi('UnreadablePlace')

const writtenPlace = z
  .discriminatedUnion('shape', [sharedPlace, objectPlace, databasePlace, unreadablePlace])
  .openapi('WrittenPlace', {
    description:
      'Where a tenant lives, as the directory says. Unreadable: it concerns this tenant alone, and POST /v1/tenants/{id}/place mends it.',
    example: { shape: 'shared' },
  })

/** @throws RefusedError invalid_value for what the shape alone does not tell, such as a secret in a URL */
export const placeOf = (sent: z.infer<typeof place>): Place => {
  try {
    return parsePlace(sent)
  } catch (error) {
    throw error instanceof PlaceError ? refuse('invalid_value', 'place', `a place: ${error.message}`) : error
  }
}

const instant = z.iso.datetime().nullable()

export const move = z
  .strictObject({
    from: writtenPlace,
    to: writtenPlace,
    phase: z.enum(movePhases).openapi({ description: 'docs/tenants.md says what each does.' }),
    isOver: z.boolean().openapi({
      description:
        'False: POST /v1/tenants/{id}/move goes on with it, and /move/back takes it back. True: it has arrived, or come back.',
    }),
    copied: z.number().int().openapi({ description: 'Rows that were copied first.' }),
    caughtUp: z.number().int().openapi({ description: 'Rows that had changed meanwhile and were copied again.' }),
    startedAt: z.iso.datetime(),
    steppedAt: instant.openapi({ description: 'When it last came further.' }),
    failure: z.string().nullable().openapi({ description: 'Why it goes back by itself.' }),
    lastError: z
      .string()
      .nullable()
      .openapi({ description: 'Why it did not come further when somebody last tried; null once it has.' }),
  })
  .openapi('TenantMove', {
    // The demo has one place, so nothing moves there.
    example: {
      from: { shape: 'shared' },
      to: { shape: 'object' },
      phase: 'copy',
      isOver: false,
      copied: 2000,
      caughtUp: 0,
      startedAt: '2026-01-31T09:30:00.000Z',
      steppedAt: '2026-01-31T09:30:04.000Z',
      failure: null,
      lastError: null,
    },
  })

const work = z
  .strictObject({
    kind: z.enum(['place', 'rewind']),
    to: z.union([writtenPlace, z.iso.datetime()]).nullable().openapi({
      description: 'The place where the tenant is said to be, or the time that it is taken back to.',
    }),
    startedAt: z.iso.datetime(),
    triedAt: z.iso.datetime().openapi({
      description: 'When it was last begun. What was cut off is gone on with by the same request again.',
    }),
    givenBackAt: z.iso
      .datetime()
      .openapi({ description: 'From when on the upkeep ends it, if nobody goes on with it.' }),
  })
  .openapi('TenantWork', {
    example: {
      kind: 'place',
      to: { shape: 'shared' },
      startedAt: '2026-01-31T09:30:00.000Z',
      triedAt: '2026-01-31T09:30:00.000Z',
      givenBackAt: '2026-01-31T09:40:00.000Z',
    },
  })

const leftover = z
  .strictObject({
    place: writtenPlace,
    leftAt: z.iso.datetime(),
    eraseAt: z.iso.datetime().nullable().openapi({
      description: 'From when on it is erased. Null: it stays until the tenant itself is erased.',
    }),
  })
  .openapi('TenantLeftover', {
    example: { place: { shape: 'shared' }, leftAt: '2026-01-31T09:30:00.000Z', eraseAt: '2026-02-01T09:30:00.000Z' },
  })

const counts = {
  records: z.number().int(),
  recordBytes: z.number().int().openapi({ description: 'Of the data of these records.' }),
  matchKeys: z.number().int(),
  changes: z.number().int(),
  members: z.number().int(),
  credentials: z.number().int(),
}

export const usage = z
  .strictObject(counts)
  .openapi('TenantUsage', { description: 'Of each no more than 100,000 rows are counted.' })

export const tenant = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    status: z.enum(tenantStatuses),
    place: writtenPlace,
    program: z.string().nullable().openapi({
      description: 'The assert program that its database had when it was last brought up to date; null: not known.',
    }),
    createdAt: z.iso.datetime(),
    seenAt: instant.openapi({
      description:
        'About when a request last asked the directory for it: to the hour. Null where all tenants live in one place, so that nobody asks.',
    }),
    eraseAt: instant.openapi({ description: 'When everything of a deleted tenant is erased.' }),
    usage: orNull(z.strictObject({ ...counts, countedAt: z.iso.datetime() }).openapi('CountedUsage')).openapi({
      description:
        'As the upkeep of the deployment has counted it last: once a day, if requests have come since. Null: not yet. GET /v1/tenants/{id}/usage counts now.',
    }),
    move: orNull(move).openapi({
      description: 'Under way, or over for less than a day; null when there is none.',
    }),
    work: orNull(work).openapi({
      description:
        'That it is said to be elsewhere, or taken back in time, at this moment: it is moving meanwhile. Null: nothing of the kind.',
    }),
    leftovers: z.array(leftover).openapi({
      description:
        'Where it has been, and something of it lies still. Nobody is served there. A move tells of its own source.',
    }),
  })
  .openapi('Tenant')

/** With what only its own database knows. */
export const shownTenant = z
  .strictObject({
    ...tenant.shape,
    settings: orNull(organizationSettings).optional().openapi({
      description: 'Only with `settings=true`: those of its organisation; null where its database did not tell them.',
    }),
    notReached: z.string().optional().openapi({ description: 'Why its settings are not told.' }),
  })
  .openapi('ShownTenant')

/** What an operator has wanted of it, and where that has not arrived. */
export const changedTenant = z
  .strictObject({
    ...tenant.shape,
    notReached: z.string().optional().openapi({
      description: 'Only where its database did not answer: what that means, and what is to be done.',
    }),
    left: z.string().optional().openapi({
      description: 'Only where it is told to be elsewhere now: what of it lies where it was, and stays.',
    }),
    notKept: z.string().optional().openapi({
      description:
        'Only where it has data of an earlier time now: keys that were issued since, which are not there, and hooks and subscriptions that are off since they were not there just before.',
    }),
  })
  .openapi('ChangedTenant', {
    // The demo is in no object, so nothing is taken back there.
    example: {
      id: '01900000-0000-7000-8000-000000000001',
      name: 'Acme Ltd',
      status: 'active',
      place: { shape: 'object' },
      program: null,
      createdAt: '2026-01-31T09:30:00.000Z',
      seenAt: '2026-02-03T09:00:00.000Z',
      eraseAt: null,
      usage: null,
      move: null,
      work: null,
      leftovers: [],
      notKept:
        'Keys that were issued since are not there, and whoever has one is refused until another is issued: "sync".',
    },
  })

const instantOf = (time: number | null) => (time === null ? null : zuluMilliseconds(time))

export const renderMove = (one: TenantMove) => {
  const { from, to, state } = one
  const { phase, copied, caughtUp, startedAt, steppedAt = null, failure = null, lastError = null } = state
  return {
    from: { ...from },
    to: { ...to },
    phase,
    isOver: isOver(one),
    copied,
    caughtUp,
    startedAt: zuluMilliseconds(startedAt),
    steppedAt: instantOf(steppedAt),
    failure,
    lastError,
  }
}

const moveIn = (tenant: Tenant) => {
  const move = moveOf(tenant)
  return move ? renderMove(move) : null
}

const workIn = (tenant: Tenant) => {
  const claim = claimOf(tenant)
  if (!claim) return null
  const to = claim.kind === 'place' ? claim.to && { ...claim.to } : claim.time && zuluMilliseconds(claim.time)
  return {
    kind: claim.kind,
    to: to || null,
    startedAt: zuluMilliseconds(claim.since),
    triedAt: zuluMilliseconds(claim.at),
    givenBackAt: zuluMilliseconds(claim.at + INTERRUPTED_MS),
  }
}

const renderLeftover = ({ place, at, erase }: Leftover) => ({
  place: { ...place },
  leftAt: zuluMilliseconds(at),
  eraseAt: erase ? zuluMilliseconds(at + KEPT_MS) : null,
})

export const renderTenant = (tenant: ChangedTenant) => {
  const {
    revision: _,
    claim: __,
    cause: ___,
    legible: ____,
    createdAt,
    seenAt,
    eraseAt,
    place,
    usage,
    ...others
  } = tenant
  return {
    ...others,
    place: { ...place },
    move: moveIn(tenant),
    work: workIn(tenant),
    leftovers: leftoversOf(tenant).map(renderLeftover),
    createdAt: zuluMilliseconds(createdAt),
    seenAt: instantOf(seenAt),
    eraseAt: instantOf(eraseAt),
    usage: usage && { ...usage, countedAt: zuluMilliseconds(usage.countedAt) },
  }
}

export const renderShown = ({ settings, ...shown }: ShownTenant) => ({
  ...renderTenant(shown),
  ...(settings !== undefined && { settings: settings && renderSettings(settings) }),
})

export const newTenant = z
  .strictObject({
    ...organizationChange.shape,
    name,
    id: z.uuid().optional().openapi({ description: 'Default: a new one.' }),
    place: place.optional().openapi({ description: 'Default: where tenants live that have no other place.' }),
  })
  .openapi('NewTenant', {
    description:
      'Settings that are left out are `b2b`, `values` for good, no default country, and indexes that are made when somebody matches.',
    example: { name: 'Acme Ltd' },
  })

export const newTenantKey = z
  .strictObject({
    id: z.uuid(),
    adminKey: z.string().openapi({ description: 'Shown this once.' }),
  })
  .openapi('TenantKey')
