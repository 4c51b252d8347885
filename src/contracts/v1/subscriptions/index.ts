import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { mountSubscriptionDefinitions } from './definitions.ts'
import { mountSubscriptionDeliveries } from './deliveries.ts'

/** Who is told of changes: docs/subscriptions.md. */
export const mountSubscriptions = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  mountSubscriptionDefinitions(app, services)
  mountSubscriptionDeliveries(app, services)
}
