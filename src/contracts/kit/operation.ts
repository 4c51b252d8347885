import { createRoute, type OpenAPIHono, type RouteConfig, type z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import type { Scope } from '../../auth/directory.ts'
import { type AssertOptions, assertRecords } from '../../engine/assert.ts'
import type { AssertCommand } from '../../engine/command.ts'
import type { Outcome } from '../../engine/outcome.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Contract, Services } from '../../http/contract.ts'
import { allowedBy } from '../../http/credentials.ts'
import { jsonBody } from '../../http/json-body.ts'
import type { Organization } from '../../schema/schema.ts'
import { type json, jsonRequest } from './responses.ts'

/** A request that has the declared shape. */
export interface Asked<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly params: z.output<P>
  readonly query: z.output<Q>
  readonly body: z.output<B>
  /** Who is recorded as the author. */
  readonly actor: string
}

/** What became of its commands. */
export interface Answered {
  /** One for each command, in their order. */
  readonly outcomes: readonly Outcome[]
  /** As it was when they were written. */
  readonly organization: Organization
  readonly cost: AppEnv['Variables']['cost']
}

/** What an operation says of itself, whether it writes or reads. */
export interface Declared<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType>
  extends Pick<RouteConfig, 'method' | 'path' | 'summary'> {
  readonly operationId: string
  readonly description: string
  readonly scope?: Scope
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  readonly responses: { readonly 200: ReturnType<typeof json<A>> } & RouteConfig['responses']
  /** How this request calls an attribute. Default: by its slug. */
  readonly fieldName?: (asked: Asked<P, Q, B>) => (slug: string) => string
}

/**
 * An operation that writes, with the scope crm:write unless it says another: what it takes, how that becomes commands, and
 * how it answers. It never holds the request's context, so `translate` is its only way to the store, and what that refuses
 * is refused only on a session that is current: the engine calls it again after reading the session anew.
 */
export interface Definition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType>
  extends Declared<P, Q, B, A> {
  readonly body: B
  /** @throws RefusedError for everything that is wrong with the content of the request */
  readonly translate: (asked: Asked<P, Q, B>, organization: Organization) => AssertCommand | readonly AssertCommand[]
  readonly options?: (asked: Asked<P, Q, B>) => Omit<AssertOptions, 'contract'>
  /** @throws RefusedError for what was refused */
  readonly answer: (
    answered: Answered,
    asked: Asked<P, Q, B>,
  ) => { readonly status: 200 | 201; readonly body: z.input<A> }
}

export type Described = Omit<Contract, 'mount'>

/** Adds an operation to the app of its contract. */
export type Operation = (
  app: OpenAPIHono<AppEnv>,
  services: Services,
  contract: Described,
  guards: readonly MiddlewareHandler<AppEnv>[],
) => void

const nothing = {}

/** The route of an operation: access by the credentials of its contract, then its guards, then the body if it has one. */
export const routeOf = (
  declared: Declared<z.ZodObject, z.ZodObject, z.ZodType, z.ZodType>,
  scope: Scope,
  services: Services,
  { tags, credentials }: Described,
  guards: readonly MiddlewareHandler<AppEnv>[],
) => {
  const { method, path, operationId, summary, description, params, query, body, responses } = declared
  const route: RouteConfig = {
    method,
    path,
    operationId,
    ...(summary !== undefined && { summary }),
    description,
    responses,
    tags: [tags[0].name],
    ...allowedBy(credentials, scope),
    // What is not declared is not validated: each validator is a step of its own in every request.
    request: { ...(params && { params }), ...(query && { query }), ...(body && { body: jsonRequest(body) }) },
    middleware: [services.access(scope), ...guards, ...(body && credentials.in === 'header' ? [jsonBody] : [])],
  }
  return createRoute(route)
}

/** What was asked; the validators of the route have put each part there in the shape that it declares. */
export const askedOf = <P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  c: Context<AppEnv>,
  { body, fieldName }: Pick<Declared<P, Q, B, z.ZodType>, 'body' | 'fieldName'>,
): Asked<P, Q, B> => {
  const valid = (part: 'param' | 'query' | 'json') => c.req.valid(part as never) as unknown
  const asked: Asked<P, Q, B> = {
    params: (valid('param') ?? nothing) as z.output<P>,
    query: (valid('query') ?? nothing) as z.output<Q>,
    body: (body && valid('json')) as z.output<B>,
    actor: c.get('session').actor,
  }
  if (fieldName) c.set('fieldName', fieldName(asked))
  return asked
}

export const operation =
  <P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType>(
    definition: Definition<P, Q, B, A>,
  ): Operation =>
  (app, services, contract, guards) => {
    const { scope = 'crm:write', translate, options, answer } = definition
    app.openapi(routeOf(definition, scope, services, contract, guards), async (c) => {
      const asked = askedOf(c, definition)
      const { outcomes, session: current } = await assertRecords(
        c.get('store'),
        c.get('session'),
        (organization) => translate(asked, organization),
        { ...options?.(asked), contract: contract.name, request: c.get('requestId') },
      )
      const answered = { outcomes, organization: current.organization, cost: c.get('cost') }
      const { status, body: answeredBody } = answer(answered, asked)
      return c.json(answeredBody as object, status)
    })
  }

export interface ContractDefinition extends Described {
  readonly operations: readonly Operation[]
  /** Run between access and the body, for every operation. */
  readonly guards?: readonly MiddlewareHandler<AppEnv>[]
}

/** A contract that is made of operations. */
export const contractOf = ({ operations, guards = [], ...described }: ContractDefinition): Contract => ({
  ...described,
  mount(app, services) {
    for (const add of operations) add(app, services, described, guards)
  },
})
