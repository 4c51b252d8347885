import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from '../../../http/context.ts'
import type { Services } from '../../../http/contract.ts'
import { mountData } from './data.ts'
import { mountLifecycle } from './lifecycle.ts'
import { mountLog } from './log.ts'
import { mountMoves } from './moves.ts'
import { mountTakeOver } from './take-over.ts'

/** The routes of who operates the deployment. */
export const mountTenants = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  mountLifecycle(app, services)
  mountData(app, services)
  mountMoves(app, services)
  mountTakeOver(app, services)
  mountLog(app, services)
}
