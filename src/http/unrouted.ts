import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { refuse } from '../engine/errors.ts'
import { respondError } from './app-errors.ts'
import type { AppEnv } from './context.ts'
import type { Contract } from './contract.ts'
import { isSpeltOut } from './named-paths.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** The methods that have a route for this path. The app's own router says it, so that there is one rule of matching. */
const methodsFor = (app: OpenAPIHono<AppEnv>, path: string): readonly string[] => {
  const matched = METHODS.map((method) => ({
    method,
    paths: app.router.match(method, path)[0].flatMap(([[, route]]) => (route.method === 'ALL' ? [] : [route.path])),
  }))
  // Where a route spells the path out, those that would take its name for an id have no say.
  const isNamed = matched.some(({ paths }) => paths.some(isSpeltOut))
  return matched
    .filter(({ paths }) => (isNamed ? paths.some(isSpeltOut) : paths.length > 0))
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
}

/** The answer to a request that no route took: 405 where the path has other methods, else 404. */
export const respondUnrouted = (c: Context<AppEnv>, contract: Contract, app: OpenAPIHono<AppEnv>): Response => {
  const { method, path } = c.req
  const allowed = methodsFor(app, path).join(', ')
  if (allowed === '') return respondError(c, contract, refuse('route_not_found', undefined, `${method} ${path}`))
  const response = respondError(c, contract, refuse('method_not_allowed', undefined, `it takes ${allowed}`))
  response.headers.set('Allow', allowed)
  return response
}
