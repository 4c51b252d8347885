import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { scopes } from '../../auth/directory.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { jsonRequest } from '../kit/responses.ts'
import { idParam, name, tags } from './administration.ts'
import { emptyResponses, readResponses, security, writeResponses } from './responses.ts'

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
  })
  .openapi('Key')
const newKey = z
  .strictObject({
    kind: z.enum(['key', 'developer_secret']).default('key'),
    name,
    scopes: z.array(z.enum(scopes)),
    allowlist: z
      .array(z.string())
      .max(100)
      .default([])
      .openapi({ description: 'Addresses and CIDR ranges; empty: any address.' }),
    memberId: z.uuid().optional(),
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
  })
  .openapi('Rotation')

const instant = (time: number | null) => (time === null ? null : zuluMilliseconds(time))

export const mountKeys = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const list = createRoute({
    method: 'get',
    path: '/v1/keys',
    operationId: 'listKeys',
    tags,
    summary: 'All keys ever issued, without their secrets',
    security,
    middleware: [services.access('admin')] as const,
    responses: readResponses('The keys', z.strictObject({ keys: z.array(key) })),
  })
  const issue = createRoute({
    method: 'post',
    path: '/v1/keys',
    operationId: 'issueKey',
    tags,
    summary: 'Issue a key',
    security,
    middleware: [services.access('admin'), jsonBody] as const,
    request: { body: jsonRequest(newKey) },
    responses: writeResponses(201, 'The secret, shown this once', issued),
  })
  const rotate = createRoute({
    method: 'post',
    path: '/v1/keys/{id}/rotate',
    operationId: 'rotateKey',
    tags,
    summary: 'Issue a successor, and let the old key expire',
    security,
    middleware: [services.access('admin'), jsonBody] as const,
    request: { params: idParam, body: jsonRequest(rotation) },
    responses: writeResponses(201, 'The secret of the successor, shown this once', issued),
  })
  const revoke = createRoute({
    method: 'delete',
    path: '/v1/keys/{id}',
    operationId: 'revokeKey',
    tags,
    summary: 'Revoke a key at once',
    security,
    middleware: [services.access('admin')] as const,
    request: { params: idParam },
    responses: emptyResponses('The key no longer works'),
  })
  app.openapi(list, async (c) => {
    const keys = await c.get('administration')().listCredentials()
    const rendered = keys.map((k) => ({
      ...k,
      scopes: [...k.scopes],
      allowlist: [...k.allowlist],
      createdAt: zuluMilliseconds(k.createdAt),
      expiresAt: instant(k.expiresAt),
      revokedAt: instant(k.revokedAt),
    }))
    return c.json({ keys: rendered }, 200)
  })
  app.openapi(issue, async (c) => {
    const { expiresAt, memberId, ...body } = c.req.valid('json')
    const credential = await c
      .get('administration')()
      .issueCredential({
        ...body,
        ...(memberId !== undefined && { memberId }),
        ...(expiresAt !== undefined && { expiresAt: Date.parse(expiresAt) }),
      })
    return c.json(credential, 201)
  })
  app.openapi(rotate, async (c) => {
    const overlap = c.req.valid('json').overlapSeconds * 1_000
    return c.json(await c.get('administration')().rotateCredential(c.req.valid('param').id, overlap), 201)
  })
  app.openapi(revoke, async (c) => {
    await c.get('administration')().revokeCredential(c.req.valid('param').id)
    return c.body(null, 204)
  })
}
