import type { MiddlewareHandler } from 'hono'
import type { Scope } from '../../auth/directory.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { allowedBy, type SecurityScheme } from '../../http/credentials.ts'
import { bearer } from '../kit/credentials.ts'

/**
 * The part of a route that says who may call it: the document tells the scope from the same word that the key is asked
 * for, so neither can be changed without the other.
 * @param body what reads the body; it runs after the key was let in
 */
export const allowed = (services: Services, scope: Scope, ...body: readonly MiddlewareHandler<AppEnv>[]) => ({
  ...allowedBy(bearer, scope),
  middleware: [services.access(scope), ...body],
})

export const operatorSchemes = {
  operator: {
    type: 'http',
    scheme: 'bearer',
    description:
      'For operating tenants only, by whoever runs this instance: its OPERATOR_SECRET. A key does not open this one.',
  },
} as const satisfies Readonly<Record<string, SecurityScheme>>

/** Of the operator's route: its bearer token is no key, and has no scope. */
export const forOperator = (services: Services, ...body: readonly MiddlewareHandler<AppEnv>[]) => ({
  security: [{ operator: [] }],
  middleware: [services.operator, ...body],
})
