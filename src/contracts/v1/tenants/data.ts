import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { EXPORT_PAGE_ROWS, isExportCursor, tableNames } from '../../../admin/export.ts'
import { findingKinds, isVerifyCursor } from '../../../admin/verify.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { jsonBody, jsonBodyOf } from '../../../http/json-body.ts'
import { jsonRequest } from '../../kit/responses.ts'
import { BATCH_BYTES } from '../assert-many.ts'
import { emptyResponses, readResponses, writeResponses } from '../responses.ts'
import { cursor } from '../schemas.ts'
import {
  cursorParam,
  decodeWalkCursor,
  dryRunParam,
  encodeWalkCursor,
  flagsOf,
  idOf,
  ofTenant,
  operated,
  triedByBody,
  triedByQuery,
} from './routes.ts'
import { changedTenant, place, placeOf, renderTenant, usage } from './schemas.ts'

const nextCursor = z.string().nullable().openapi({ description: 'Where to go on; null at the end.' })

const line = z
  .strictObject({
    table: z.enum(tableNames as [(typeof tableNames)[number], ...(typeof tableNames)[number][]]),
    row: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  })
  .openapi('ExportLine')
const exported = z.strictObject({ lines: z.array(line), nextCursor }).openapi('TenantExport')

const restored = z
  .strictObject({
    lines: z
      .array(line)
      .max(EXPORT_PAGE_ROWS)
      .openapi({ description: 'Of one table, in the order in which they were exported.' }),
    place: place.optional().openapi({ description: 'With the line of the organisation: where it is to live.' }),
    hasMore: z.boolean().default(false).openapi({
      description: 'Further pages of the same export follow: all of them are one line in the log of operators.',
    }),
    dryRun: z.boolean().default(false).openapi({
      description:
        'Check the page, the place and the status of the tenant, and write nothing. Values that another record holds are found by writing only.',
    }),
  })
  .openapi('TenantRestore')

const notRestored = z
  .strictObject({
    changedRows: z.number().int().openapi({
      description: 'Rows of the page that let nobody in, though they did when they were exported.',
    }),
    notKept: z.string().openapi({
      description: 'Which they are by their names: hooks and subscriptions that are off, members who are removed.',
    }),
  })
  .openapi('TenantRestored', {
    example: { changedRows: 1, notKept: 'Hooks that were not on just before are off: "Sign-ups".' },
  })

const finding = z
  .strictObject({
    object: z.string(),
    name: z.string().openapi({ description: 'Slug of the attribute, or name of the combination.' }),
    kind: z.enum(findingKinds),
    value: z.string(),
    recordIds: z.array(z.string()),
    repaired: z.boolean(),
  })
  .openapi('Finding')
const verified = z
  .strictObject({
    findings: z.array(finding),
    rows: z.number().int().openapi({ description: 'Records or match keys that were looked at.' }),
    nextCursor,
  })
  .openapi('TenantVerification')
const verification = z
  .strictObject({
    cursor,
    repair: z.boolean().default(false).openapi({ description: 'Mend the match keys that can be mended.' }),
  })
  .openapi('TenantVerificationRequest', { example: { repair: false } })

const migrated = z
  .strictObject({
    applied: z.array(z.string()).openapi({
      description: 'Migrations, by their names; in a dry run those that would be applied. Empty: it was up to date.',
    }),
  })
  .openapi('TenantMigration')

const past = z
  .strictObject({ to: z.iso.datetime().openapi({ description: 'The instant whose data is to be there again.' }) })
  .openapi('TenantRewind', { example: { to: '2026-01-31T09:30:00.000Z' } })

/** What a tenant has: looked at, taken out, put back, held against its schema, brought up to date. */
export const mountData = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const use = createRoute({
    method: 'get',
    path: '/v1/tenants/{id}/usage',
    operationId: 'getTenantUsage',
    summary: 'How much there is of a tenant',
    description: 'Counted in its own database, and no further than 100,000 of each.',
    ...operated(services),
    request: ofTenant,
    responses: readResponses('How much there is', usage),
  })
  const take = createRoute({
    method: 'get',
    path: '/v1/tenants/{id}/export',
    operationId: 'exportTenant',
    summary: 'A page of everything that a tenant has',
    description:
      'Rows of its tables without credentials and match keys. Each page is consistent in itself; suspend the tenant for an export that is so as a whole.',
    ...operated(services),
    request: { ...ofTenant, query: cursorParam },
    responses: readResponses('The rows', exported),
  })
  const put = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/restore',
    operationId: 'restoreTenant',
    summary: 'Put a page of an export back',
    description:
      'Begins with the line of the organisation, which makes the tenant if it is not there; one that is there must be suspended. Rows that are there already stay as they are, so a page can be sent again. A record with a unique value that another holds is left out, and told. A tenant that was made is suspended until it is resumed. Keys are not part of an export: issue one afterwards. Hooks and subscriptions that are not there come back off, and members who are not there removed, unless the tenant has never had a key: what was taken stays taken, and a 200 tells of it instead of the 204.',
    ...operated(services, { action: 'restore', onlyLooks: triedByBody }, jsonBodyOf({ limit: BATCH_BYTES })),
    request: { ...ofTenant, body: jsonRequest(restored) },
    responses: {
      ...writeResponses(200, 'The rows are there, not all as they were exported', notRestored),
      ...emptyResponses('The rows are there'),
    },
  })
  const verify = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/verify',
    operationId: 'verifyTenant',
    summary: 'Hold a page of records or match keys against what they must be',
    description:
      'Repeat it with the cursor of the answer until there is none. Writers may go on meanwhile. Without `repair` it only reads.',
    ...operated(services, { action: 'repair', onlyLooks: ({ repair }) => repair !== true }, jsonBody),
    request: { ...ofTenant, body: jsonRequest(verification) },
    responses: writeResponses(200, 'What was found', verified),
  })
  const migrate = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/migrate',
    operationId: 'migrateTenant',
    summary: 'Bring the database of a tenant up to date',
    description:
      'Ahead of its next request. What is up to date stays as it is. An object migrates itself when it wakes, so there is nothing to apply.',
    ...operated(services, { action: 'migrate', onlyLooks: triedByQuery }),
    request: { ...ofTenant, query: dryRunParam },
    responses: writeResponses(200, 'What was applied', migrated),
  })
  const rewind = createRoute({
    method: 'post',
    path: '/v1/tenants/{id}/rewind',
    operationId: 'rewindTenant',
    summary: 'Take the data of a tenant back to what it was at a time',
    description:
      'For a tenant in an object: to any instant of the last 30 days, within seconds. Elsewhere it is a 409 that names what the platform offers. Keys that were revoked or rotated since, members that were removed and secrets of hooks that were replaced stay so, and `notKept` tells of what was issued since; all else that was written since is gone.',
    ...operated(services, { action: 'rewind', onlyLooks: triedByQuery }, jsonBody),
    request: { ...ofTenant, query: dryRunParam, body: jsonRequest(past) },
    responses: writeResponses(200, 'It is as it was', changedTenant),
  })
  app.openapi(rewind, async (c) => {
    const { isDry } = flagsOf(c.req.valid('query'))
    const made = await c.get('tenants').rewind(idOf(c), Date.parse(c.req.valid('json').to), { isDry })
    return c.json(renderTenant(made), 200)
  })
  app.openapi(use, async (c) => c.json(await c.get('tenants').usage(idOf(c)), 200))
  app.openapi(take, async (c) => {
    const cursor = decodeWalkCursor(c.req.valid('query').cursor, isExportCursor)
    const { lines, next } = await c.get('tenants').export(idOf(c), cursor)
    return c.json(
      { lines: lines.map(({ table, row }) => ({ table, row: { ...row } })), nextCursor: encodeWalkCursor(next) },
      200,
    )
  })
  app.openapi(put, async (c) => {
    const { lines, place, hasMore, dryRun: isDry } = c.req.valid('json')
    const page = { lines, isDry, ...(place && { place: placeOf(place) }) }
    const otherwise = await c.get('tenants').restore(idOf(c), page, hasMore)
    return otherwise ? c.json(otherwise, 200) : c.body(null, 204)
  })
  app.openapi(verify, async (c) => {
    const { cursor, repair } = c.req.valid('json')
    const from = decodeWalkCursor(cursor, isVerifyCursor)
    const found = await c.get('tenants').verify(idOf(c), {
      repair,
      ...(from && { cursor: from }),
    })
    const findings = found.findings.map((one) => ({ ...one, recordIds: [...one.recordIds] }))
    return c.json({ findings, rows: found.rows, nextCursor: encodeWalkCursor(found.next) }, 200)
  })
  app.openapi(migrate, async (c) => {
    const applied = await c.get('tenants').migrate(idOf(c), flagsOf(c.req.valid('query')))
    return c.json({ applied: [...applied] }, 200)
  })
}
