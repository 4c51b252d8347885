import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { sentOnly } from '../../../admin/rules.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { jsonBody } from '../../../http/json-body.ts'
import { verificationOf } from '../../kit/hook-document.ts'
import { jsonRequest } from '../../kit/responses.ts'
import { allowed } from '../access.ts'
import { idParam, madeResponses } from '../administration.ts'
import { emptyResponses, readResponses, writeResponses } from '../responses.ts'
import { hook, hookChange, newHook, renderHook, secretRotation, tags } from './schemas.ts'

const routes = (services: Services) => ({
  list: createRoute({
    method: 'get',
    path: '/v1/hooks',
    operationId: 'listHooks',
    tags,
    summary: 'All hooks, oldest first',
    description: 'Without their secrets, which nobody can read.',
    ...allowed(services, 'admin'),
    responses: readResponses('The hooks', z.strictObject({ hooks: z.array(hook) }).openapi('HookList')),
  }),
  create: createRoute({
    method: 'post',
    path: '/v1/hooks',
    operationId: 'createHook',
    tags,
    summary: 'Create a hook',
    description:
      'Known by its name: the same hook again is answered with 200, another one of its name with 409. A preset such as `{"preset": "stripe-customers", "secrets": ["whsec_…"]}` is all that a tool needs that has one, and brings the attributes that it writes to. Until it has a secret, nothing can be delivered to it, unless its scheme needs none.',
    ...allowed(services, 'admin', jsonBody),
    request: { body: jsonRequest(newHook) },
    responses: madeResponses('The hook', hook),
  }),
  get: createRoute({
    method: 'get',
    path: '/v1/hooks/{id}',
    operationId: 'getHook',
    tags,
    summary: 'One hook',
    description: 'With the path that its sender posts to.',
    ...allowed(services, 'admin'),
    request: { params: idParam },
    responses: readResponses('The hook', hook),
  }),
  change: createRoute({
    method: 'patch',
    path: '/v1/hooks/{id}',
    operationId: 'changeHook',
    tags,
    summary: 'Change a hook, pause it or switch it off',
    description:
      'What is left out stays; a mapping is sent whole. It holds from the next delivery on. A hook that was paused because it only failed goes on with state on.',
    ...allowed(services, 'admin', jsonBody),
    request: { params: idParam, body: jsonRequest(hookChange) },
    responses: writeResponses(200, 'The hook as it is now', hook),
  }),
  rotate: createRoute({
    method: 'post',
    path: '/v1/hooks/{id}/secrets',
    operationId: 'rotateHookSecret',
    tags,
    summary: 'Give a hook a new secret',
    description:
      'Former ones stay valid beside it, as many as `keep` says, so that the sender can be changed meanwhile.',
    ...allowed(services, 'admin', jsonBody),
    request: { params: idParam, body: jsonRequest(secretRotation) },
    responses: writeResponses(200, 'The hook as it is now', hook),
  }),
  remove: createRoute({
    method: 'delete',
    path: '/v1/hooks/{id}',
    operationId: 'deleteHook',
    tags,
    summary: 'Delete a hook',
    description: 'What is posted to it from now on is a 404. What it has written stays.',
    ...allowed(services, 'admin'),
    request: { params: idParam },
    responses: emptyResponses('The hook is gone'),
  }),
})

export const mountDefinitions = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const { list, create, get, change, rotate, remove } = routes(services)
  app.openapi(list, async (c) => {
    const { id } = c.get('session').organization
    const hooks = await c.get('administration')().listHooks()
    return c.json({ hooks: hooks.map((one) => renderHook(id, one)) }, 200)
  })
  app.openapi(create, async (c) => {
    const { verification, ...sent } = sentOnly(c.req.valid('json'))
    const input = { ...sent, ...(verification && { verification: verificationOf(verification) }) }
    const { created, value } = await c.get('administration')().createHook(input)
    return c.json(renderHook(c.get('session').organization.id, value), created ? 201 : 200)
  })
  app.openapi(get, async (c) => {
    const found = await c.get('administration')().readHook(c.req.valid('param').id.toLowerCase())
    return c.json(renderHook(c.get('session').organization.id, found), 200)
  })
  app.openapi(change, async (c) => {
    const { verification, ...sent } = sentOnly(c.req.valid('json'))
    const input = { ...sent, ...(verification && { verification: verificationOf(verification) }) }
    const changed = await c.get('administration')().changeHook(c.req.valid('param').id.toLowerCase(), input)
    return c.json(renderHook(c.get('session').organization.id, changed), 200)
  })
  app.openapi(rotate, async (c) => {
    const { id } = c.req.valid('param')
    const rotated = await c.get('administration')().rotateHookSecret(id.toLowerCase(), c.req.valid('json'))
    return c.json(renderHook(c.get('session').organization.id, rotated), 200)
  })
  app.openapi(remove, async (c) => {
    await c.get('administration')().deleteHook(c.req.valid('param').id.toLowerCase())
    return c.body(null, 204)
  })
}
