import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { sentOnly } from '../../../admin/rules.ts'
import type { WithSecret } from '../../../admin/subscriptions.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { jsonBody, optionalBody } from '../../../http/json-body.ts'
import { jsonRequest, optionalRequest } from '../../kit/responses.ts'
import { allowed } from '../access.ts'
import { idParam, madeResponses } from '../administration.ts'
import { emptyResponses, readResponses, writeResponses } from '../responses.ts'
import {
  newSubscription,
  renderSubscription,
  secretRotation,
  subscription,
  subscriptionChange,
  tags,
  withSecret,
} from './schemas.ts'

const routes = (services: Services) => ({
  list: createRoute({
    method: 'get',
    path: '/v1/subscriptions',
    operationId: 'listSubscriptions',
    tags,
    summary: 'All subscriptions, oldest first',
    description: 'With how each of them is doing, and without their secrets, which nobody can read.',
    ...allowed(services, 'admin'),
    responses: readResponses(
      'The subscriptions',
      z.strictObject({ subscriptions: z.array(subscription) }).openapi('SubscriptionList'),
    ),
  }),
  create: createRoute({
    method: 'post',
    path: '/v1/subscriptions',
    operationId: 'createSubscription',
    tags,
    summary: 'Have a URL told of changes',
    description:
      'Of those from now on. Known by its name: the same subscription again is answered with 200 and no secret, another one of its name with 409, and so is any where the history is off.',
    ...allowed(services, 'admin', jsonBody),
    request: { body: jsonRequest(newSubscription) },
    responses: madeResponses('The subscription', withSecret),
  }),
  get: createRoute({
    method: 'get',
    path: '/v1/subscriptions/{id}',
    operationId: 'getSubscription',
    tags,
    summary: 'One subscription',
    description: 'With how it is doing.',
    ...allowed(services, 'admin'),
    request: { params: idParam },
    responses: readResponses('The subscription', subscription),
  }),
  change: createRoute({
    method: 'patch',
    path: '/v1/subscriptions/{id}',
    operationId: 'changeSubscription',
    tags,
    summary: 'Change a subscription, or switch it off and on',
    description: 'What is left out stays. It holds from the next message on, and what is due is tried at once.',
    ...allowed(services, 'admin', jsonBody),
    request: { params: idParam, body: jsonRequest(subscriptionChange) },
    responses: writeResponses(200, 'The subscription as it is now', subscription),
  }),
  rotate: createRoute({
    method: 'post',
    path: '/v1/subscriptions/{id}/secrets',
    operationId: 'rotateSubscriptionSecret',
    tags,
    summary: 'Give a subscription a new secret',
    description: 'For as long as `overlapHours` says, messages are signed with both: receivers may know either.',
    ...allowed(services, 'admin', optionalBody),
    request: { params: idParam, body: optionalRequest(secretRotation) },
    responses: writeResponses(201, 'The subscription with its new secret, shown this once', withSecret),
  }),
  remove: createRoute({
    method: 'delete',
    path: '/v1/subscriptions/{id}',
    operationId: 'deleteSubscription',
    tags,
    summary: 'Delete a subscription',
    description: 'With its dead letters.',
    ...allowed(services, 'admin'),
    request: { params: idParam },
    responses: emptyResponses('The subscription is gone'),
  }),
})

const renderWithSecret = ({ subscription, secret }: WithSecret) => ({ ...renderSubscription(subscription), secret })

export const mountSubscriptionDefinitions = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  const { list, create, get, change, rotate, remove } = routes(services)
  app.openapi(list, async (c) => {
    const all = await c.get('administration')().listSubscriptions()
    return c.json({ subscriptions: all.map(renderSubscription) }, 200)
  })
  app.openapi(create, async (c) => {
    const { created, value } = await c
      .get('administration')()
      .createSubscription(sentOnly(c.req.valid('json')))
    return c.json(renderWithSecret(value), created ? 201 : 200)
  })
  app.openapi(get, async (c) => {
    const found = await c.get('administration')().readSubscription(c.req.valid('param').id.toLowerCase())
    return c.json(renderSubscription(found), 200)
  })
  app.openapi(change, async (c) => {
    const id = c.req.valid('param').id.toLowerCase()
    const changed = await c
      .get('administration')()
      .changeSubscription(id, sentOnly(c.req.valid('json')))
    return c.json(renderSubscription(changed), 200)
  })
  app.openapi(rotate, async (c) => {
    const id = c.req.valid('param').id.toLowerCase()
    const rotated = await c
      .get('administration')()
      .rotateSubscriptionSecret(id, secretRotation.parse(c.req.valid('json')))
    return c.json(renderWithSecret(rotated), 201)
  })
  app.openapi(remove, async (c) => {
    await c.get('administration')().deleteSubscription(c.req.valid('param').id.toLowerCase())
    return c.body(null, 204)
  })
}
