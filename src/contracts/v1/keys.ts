import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { sentOnly } from '../../admin/rules.ts'
import { scopes } from '../../auth/directory.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { accessLimits } from '../../schema/limits.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { jsonRequest } from '../kit/responses.ts'
import { allowed } from './access.ts'
import { idParam, name, tags } from './administration.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { emptyResponses, readResponses, writeResponses } from './responses.ts'
import { cursor, limit } from './schemas.ts'
import { writeOwnUsage } from './usage.ts'

const key = z
  .strictObject({
    id: z.uuid(),
    kind: z.enum(['key', 'developer_secret']),
    name: z.string(),
    scopes: z.array(z.string()),
    allowlist: z.array(z.string()),
    memberId: z.uuid().nullable(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    revokedAt: z.iso.datetime().nullable(),
    replaces: z.uuid().nullable().openapi({ description: 'The key that this one is the successor of.' }),
    lastUsedAt: z.iso.datetime().nullable().openapi({
      description: 'To about five minutes. Null: not since this is kept, or where nothing is counted.',
    }),
  })
  .openapi('Key')
const page = z.strictObject({ keys: z.array(key), nextCursor: z.string().nullable() }).openapi('KeyPage')
export const scope = z.enum(scopes).openapi('Scope')
const newKey = z
  .strictObject({
    kind: z.enum(['key', 'developer_secret']).default('key'),
    name,
    scopes: z.array(scope),
    allowlist: z
      .array(z.string())
      .max(accessLimits.allowlistEntries)
      .default([])
      .openapi({ description: 'Addresses and CIDR ranges; empty: any address.' }),
    memberId: z
      .uuid()
      .optional()
      .openapi({ description: 'A current member: the key acts for them, and ends with them.' }),
    expiresAt: z.iso.datetime().optional(),
  })
  .openapi('NewKey')
const issued = z
  .strictObject({ id: z.uuid(), secret: z.string().openapi({ description: 'Shown this once.' }) })
  .openapi('IssuedKey')
const rotation = z
  .strictObject({
    overlapSeconds: z
      .number()
      .int()
      .min(0)
      .max(2_592_000)
      .default(86_400)
      .openapi({ description: 'For how long the old key stays valid.' }),
    expiresAt: z.iso.datetime().optional().openapi({
      description: 'Default: the successor lives as long as the old key was issued for; without end if it had none.',
    }),
  })
  .openapi('KeyRotation')

const parsedExpiry = (expiresAt: string | undefined) =>
  expiresAt === undefined ? {} : { expiresAt: Date.parse(expiresAt) }
const instant = (time: number | null) => (time === null ? null : zuluMilliseconds(time))

export const mountKeys = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const list = createRoute({
    method: 'get',
    path: '/v1/keys',
    operationId: 'listKeys',
    tags,
    summary: 'All keys ever issued, oldest first, without their secrets',
    description: 'Those that have ended too: `expiresAt` and `revokedAt` tell. Page by page.',
    ...allowed(services, 'admin'),
    request: { query: z.object({ cursor, limit }) },
    responses: readResponses('The keys', page),
  })
  const issue = createRoute({
    method: 'post',
    path: '/v1/keys',
    operationId: 'issueKey',
    tags,
    summary: 'Issue a key',
    description:
      'A secret cannot be shown twice, so a current key of the same name is a 409: rotate it, or revoke it first.',
    ...allowed(services, 'admin', jsonBody),
    request: { body: jsonRequest(newKey) },
    responses: writeResponses(201, 'The secret, shown this once', issued),
  })
  const rotate = createRoute({
    method: 'post',
    path: '/v1/keys/{id}/rotate',
    operationId: 'rotateKey',
    tags,
    summary: 'Issue a successor, and let the old key expire',
    description:
      'A key has one successor: a second rotation is a 409 that names it. It is a 409 too for a key that has ended, and for a successor while the key that it replaces is still valid.',
    ...allowed(services, 'admin', jsonBody),
    request: { params: idParam, body: jsonRequest(rotation) },
    responses: writeResponses(201, 'The secret of the successor, shown this once', issued),
  })
  const revoke = createRoute({
    method: 'delete',
    path: '/v1/keys/{id}',
    operationId: 'revokeKey',
    tags,
    summary: 'Revoke a key at once',
    description: 'Requests with it are refused from now on. A key that was revoked before is a 404.',
    ...allowed(services, 'admin'),
    request: { params: idParam },
    responses: emptyResponses('The key no longer works'),
  })
  app.openapi(list, async (c) => {
    const { cursor, limit } = c.req.valid('query')
    const [after] = decodeCursor(cursor) ?? []
    await writeOwnUsage(services, c)
    const keys = await c.get('administration')().listCredentials({ after, limit })
    const last = keys.length === limit ? keys[keys.length - 1] : undefined
    const rendered = keys.map((k) => ({
      ...k,
      scopes: [...k.scopes],
      allowlist: [...k.allowlist],
      createdAt: zuluMilliseconds(k.createdAt),
      expiresAt: instant(k.expiresAt),
      revokedAt: instant(k.revokedAt),
      lastUsedAt: instant(k.lastUsedAt),
    }))
    return c.json({ keys: rendered, nextCursor: last ? encodeCursor([last.id, '']) : null }, 200)
  })
  app.openapi(issue, async (c) => {
    const { expiresAt, ...body } = sentOnly(c.req.valid('json'))
    return c.json(
      await c
        .get('administration')()
        .issueCredential({ ...body, ...parsedExpiry(expiresAt) }),
      201,
    )
  })
  app.openapi(rotate, async (c) => {
    const { overlapSeconds, expiresAt } = c.req.valid('json')
    const rotation = { overlap: overlapSeconds * 1_000, ...parsedExpiry(expiresAt) }
    return c.json(await c.get('administration')().rotateCredential(c.req.valid('param').id, rotation), 201)
  })
  app.openapi(revoke, async (c) => {
    await c.get('administration')().revokeCredential(c.req.valid('param').id)
    return c.body(null, 204)
  })
}
