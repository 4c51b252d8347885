import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { mountDefinitions } from './definitions.ts'
import { mountDeliveries } from './deliveries.ts'
import { mountPreview } from './preview.ts'

/** What administrators do with hooks; what senders do is in receive.ts. */
export const mountHooks = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  mountDefinitions(app, services)
  mountPreview(app, services)
  mountDeliveries(app, services)
}
