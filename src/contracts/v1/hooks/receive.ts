import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { refuse } from '../../../engine/errors.ts'
import { noSuchHook } from '../../../hooks/opening.ts'
import { refusalOf } from '../../../hooks/run-delivery.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { json } from '../../kit/responses.ts'
import { readResponses, writeResponses } from '../responses.ts'
import { Reception } from './reception.ts'
import { received, renderReceived, waiting } from './results.ts'
import { tags } from './schemas.ts'

const address = z.object({
  address: z.string().openapi({ param: { name: 'address', in: 'path' }, description: 'As the path of the hook says.' }),
})

const route = createRoute({
  method: 'post',
  path: '/hooks/{address}',
  operationId: 'receiveDelivery',
  tags,
  summary: 'Deliver to a hook',
  description:
    'For other tools: shows no key, but proves by signature, secret or address that it comes from the sender of the hook. What parses as JSON is JSON, whatever the Content-Type says; a form is taken likewise: its fields are members of an object.',
  security: [],
  request: {
    params: address,
    body: {
      required: true,
      content: { 'application/json': { schema: z.unknown() } },
    },
  },
  responses: {
    ...writeResponses(200, 'It was written, or there was nothing to write', received),
    202: json(received, 'It is kept, and written when the database is back'),
  },
})

const mountDelivery = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openAPIRegistry.registerPath(route)
  // Mounted without its body: what is verified are its bytes, so nothing may read them before.
  const { body: _, ...request } = route.request
  app.openapi({ ...route, request, hide: true }, async (c) => {
    const { address } = c.req.valid('param')
    const { session, log, driveJobs, tellSubscribers } = await services.hooks.open(c, address)
    c.set('driveJobs', driveJobs)
    const reception = new Reception(c, services.hooks, log, address)
    const result = await reception.runOrKeep(session)
    tellSubscribers()
    if (!result) return c.json(waiting(reception.id), 202)
    if (result.status === 'failed') throw refusalOf(result)
    return c.json(renderReceived(result), 200)
  })
}

const challengeRoute = createRoute({
  method: 'get',
  path: '/hooks/{address}',
  operationId: 'answerChallenge',
  tags,
  summary: 'Prove to a sender that the address is ours',
  description: 'Answers the parameter that the hook names as its challenge; a hook without one is a 404.',
  security: [],
  request: {
    params: address,
    query: z.object({
      challenge: z
        .string()
        .optional()
        .openapi({ description: 'What is answered; under another name where the hook says so.' }),
    }),
  },
  responses: {
    ...readResponses('The value of the parameter', z.string()),
    200: { description: 'The value of the parameter', content: { 'text/plain': { schema: z.string() } } },
  },
})

/** What is answered is a text of a sender: of any other kind it could be what somebody wants us to say. */
const CHALLENGE = /^[\w.~+/=-]{1,500}$/

const mountChallenge = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(challengeRoute, async (c) => {
    const { session } = await services.hooks.open(c, c.req.valid('param').address)
    const { hook } = session.cached ? await session.refresh() : session
    if (hook.challenge === undefined) throw noSuchHook()
    const value = c.req.query(hook.challenge) ?? ''
    if (!CHALLENGE.test(value)) throw refuse('invalid_value', hook.challenge, 'a challenge of letters and digits')
    return c.text(value, 200)
  })
}

/** Senders add parameters of their own to an address: mounted before those that are not known are refused. */
export const mountReceive = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  mountDelivery(app, services)
  mountChallenge(app, services)
}
