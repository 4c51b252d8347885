import { Hono, type MiddlewareHandler } from 'hono'
import type { AppEnv } from './context.ts'
import { type ObserveOptions, observe } from './observe.ts'

export interface SiteOptions extends ObserveOptions {
  /** Static files: the reference page and openapi.json. */
  readonly assets?: (request: Request) => Promise<Response>
  /** Whether requests should be sent here; absent: whenever the process answers. */
  readonly ready?: () => Promise<boolean>
  /** As of the contracts. */
  readonly crossOrigin?: MiddlewareHandler<AppEnv>
  /** What is said of a path that is nobody's. */
  readonly notFound: (request: Request, env: object) => Promise<Response>
}

/** Everything that belongs to no contract. */
export const siteApp = ({ assets, ready, notFound, crossOrigin, ...observing }: SiteOptions): Hono<AppEnv> => {
  const app = new Hono<AppEnv>({ strict: false })
  app.use(observe(observing))
  if (crossOrigin) app.use(crossOrigin)
  app.get('/health', (c) => c.json({ status: 'ok' }))
  // A load balancer asks this one; /health only says that the process answers.
  app.get('/ready', async (c) =>
    !ready || (await ready()) ? c.json({ status: 'ready' }) : c.json({ status: 'unready' }, 503),
  )
  app.notFound(async (c) => {
    const { method, raw } = c.req
    const file = assets && (method === 'GET' || method === 'HEAD') ? await assets(raw) : undefined
    return file && file.status !== 404 ? file : notFound(raw, c.env as object)
  })
  return app
}
