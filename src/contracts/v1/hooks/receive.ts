import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { problem, RefusedError, refuse } from '../../../engine/errors.ts'
import { newId } from '../../../engine/ids.ts'
import { withCurrent } from '../../../engine/session.ts'
import type { Backlog } from '../../../hooks/backlog.ts'
import type { DeliveryLog } from '../../../hooks/delivery.ts'
import type { MappingInput } from '../../../hooks/mapping.ts'
import type { HookSession } from '../../../hooks/opening.ts'
import { inputOf } from '../../../hooks/payload.ts'
import { type DeliveryResult, refusalOf, runDelivery } from '../../../hooks/running.ts'
import { type Received, verify } from '../../../hooks/verification.ts'
import { refusalFrom } from '../../../http/app-errors.ts'
import { bodyBytes } from '../../../http/body-bytes.ts'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { BODY_LIMIT } from '../../../http/json-body.ts'
import { json } from '../../kit/responses.ts'
import { readResponses, writeResponses } from '../responses.ts'
import { received, renderReceived, waiting } from './results.ts'
import { commandsOf } from './run.ts'
import { tags } from './schemas.ts'

/** Seconds after which a sender may try a paused hook again: somebody has to look first. */
const PAUSED_RETRY = 300

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
    'For other tools: shows no key, but proves by signature, secret or address that it comes from the sender of the hook. A form is taken like JSON: its fields are members of an object.',
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

const receivedOf = async (c: Context<AppEnv>): Promise<Received> => ({
  method: c.req.method,
  url: c.req.url,
  headers: c.req.raw.headers,
  body: new Uint8Array(await bodyBytes(c.req.raw, BODY_LIMIT)),
  address: c.get('clientAddress'),
})

/** One request, for as long as its hook is tried: on a cached session first, and once more when that was outdated. */
class Reception {
  readonly id = newId()
  readonly receivedAt = Date.now()
  /** What it has proved to be: only that may be kept. */
  verified: MappingInput | undefined
  #received: Promise<Received> | undefined
  readonly #c: Context<AppEnv>
  readonly #services: Services
  readonly #log: DeliveryLog
  readonly address: string

  constructor(c: Context<AppEnv>, services: Services, log: DeliveryLog, address: string) {
    this.#c = c
    this.#services = services
    this.#log = log
    this.address = address
  }

  /** @throws RefusedError what it is rejected for, which counts against the address that it comes from */
  async #verify(current: HookSession): Promise<Received> {
    try {
      this.#received ??= receivedOf(this.#c)
      const received = await this.#received
      await verify(received, current.hook, current.secrets, Date.now())
      return received
    } catch (error) {
      if (!(error instanceof RefusedError) || current.cached) throw error
      throw await this.#services.hooks.reject(this.#c, current, this.#log, error)
    }
  }

  /** @returns undefined where it has to stand in line behind others that wait for the database */
  async run(current: HookSession): Promise<DeliveryResult | undefined> {
    this.verified = undefined
    if (current.hook.state === 'paused') throw new RefusedError(problem('hook_paused'), PAUSED_RETRY)
    const received = await this.#verify(current)
    this.#c.set('session', current)
    const input = inputOf(received, current.hook)
    if (!(input instanceof RefusedError)) {
      this.verified = input
      if (this.#services.hooks.backlog?.isBehind(this.address)) return undefined
    }
    const runner = { ...current, session: current, log: this.#log, commandsOf, request: this.#c.get('requestId') }
    return runDelivery(runner, { id: this.id, receivedAt: this.receivedAt, input })
  }
}

/**
 * @returns undefined for one that is kept, because it cannot be written now
 * @throws what it failed with, where nothing keeps it
 */
const runOrKeep = async (reception: Reception, session: HookSession, backlog: Backlog | undefined) => {
  try {
    const result = await withCurrent(session, (current) => reception.run(current))
    if (result) return result
  } catch (error) {
    const passes = refusalFrom(error).retryAfter !== undefined
    if (!backlog || !reception.verified || !passes) throw error
  }
  const { address, id, receivedAt, verified: input } = reception
  if (input) await backlog?.put({ address, id, receivedAt, input })
  return undefined
}

const mountDelivery = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openAPIRegistry.registerPath(route)
  // Mounted without its body: what is verified are its bytes, so nothing may read them before.
  const { body: _, ...request } = route.request
  app.openapi({ ...route, request, hide: true }, async (c) => {
    const { address } = c.req.valid('param')
    const { session, log, driveJobs } = await services.hooks.open(c, address)
    c.set('driveJobs', driveJobs)
    const reception = new Reception(c, services, log, address)
    const result = await runOrKeep(reception, session, services.hooks.backlog)
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
    if (hook.challenge === undefined) throw refuse('not_found', undefined, 'such hook')
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
