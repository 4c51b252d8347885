import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { jsonRequest } from '../kit/responses.ts'
import { idParam, name, tags } from './administration.ts'
import { emptyResponses, readResponses, security, writeResponses } from './responses.ts'

const member = z
  .strictObject({ id: z.uuid(), name: z.string(), email: z.string(), createdAt: z.iso.datetime() })
  .openapi('Member')
const newMember = z.strictObject({ name, email: z.email() }).openapi('NewMember')

export const mountMembers = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const list = createRoute({
    method: 'get',
    path: '/v1/members',
    operationId: 'listMembers',
    tags,
    summary: 'Current members',
    security,
    middleware: [services.access('admin')] as const,
    responses: readResponses('The members', z.strictObject({ members: z.array(member) })),
  })
  const add = createRoute({
    method: 'post',
    path: '/v1/members',
    operationId: 'addMember',
    tags,
    summary: 'Add a member',
    security,
    middleware: [services.access('admin'), jsonBody] as const,
    request: { body: jsonRequest(newMember) },
    responses: writeResponses(201, 'The new member', z.strictObject({ id: z.uuid() })),
  })
  const remove = createRoute({
    method: 'delete',
    path: '/v1/members/{id}',
    operationId: 'removeMember',
    tags,
    summary: 'Remove a member',
    security,
    middleware: [services.access('admin')] as const,
    request: { params: idParam },
    responses: emptyResponses('The member is gone'),
  })
  app.openapi(list, async (c) => {
    const members = await c.get('administration')().listMembers()
    return c.json({ members: members.map((m) => ({ ...m, createdAt: zuluMilliseconds(m.createdAt) })) }, 200)
  })
  app.openapi(add, async (c) => c.json({ id: await c.get('administration')().addMember(c.req.valid('json')) }, 201))
  app.openapi(remove, async (c) => {
    await c.get('administration')().removeMember(c.req.valid('param').id)
    return c.body(null, 204)
  })
}
