import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { jsonBody } from '../../http/json-body.ts'
import { zuluMilliseconds } from '../kit/read-back.ts'
import { jsonRequest } from '../kit/responses.ts'
import { allowed } from './access.ts'
import { idParam, madeResponses, name, tags } from './administration.ts'
import { emptyResponses, readResponses } from './responses.ts'

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
    description: 'Those who can be the author of a change or the value of an attribute.',
    ...allowed(services, 'admin'),
    responses: readResponses('The members', z.strictObject({ members: z.array(member) }).openapi('MemberList')),
  })
  const add = createRoute({
    method: 'post',
    path: '/v1/members',
    operationId: 'addMember',
    tags,
    summary: 'Add a member',
    description:
      'Known by the e-mail address: the same member again is answered with 200, another name for it with 409.',
    ...allowed(services, 'admin', jsonBody),
    request: { body: jsonRequest(newMember) },
    responses: madeResponses('The member', z.strictObject({ id: z.uuid() }).openapi('AddedMember')),
  })
  const remove = createRoute({
    method: 'delete',
    path: '/v1/members/{id}',
    operationId: 'removeMember',
    tags,
    summary: 'Remove a member',
    description: 'The keys of the member are revoked with it.',
    ...allowed(services, 'admin'),
    request: { params: idParam },
    responses: emptyResponses('The member is gone'),
  })
  app.openapi(list, async (c) => {
    const members = await c.get('administration')().listMembers()
    return c.json({ members: members.map((m) => ({ ...m, createdAt: zuluMilliseconds(m.createdAt) })) }, 200)
  })
  app.openapi(add, async (c) => {
    const { created, value: id } = await c.get('administration')().addMember(c.req.valid('json'))
    return c.json({ id }, created ? 201 : 200)
  })
  app.openapi(remove, async (c) => {
    await c.get('administration')().removeMember(c.req.valid('param').id)
    return c.body(null, 204)
  })
}
