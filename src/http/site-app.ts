import { Hono, type MiddlewareHandler } from 'hono'
import type { DatabaseState } from '../storage/driver.ts'
import { VERSION } from '../version.ts'
import type { AppEnv } from './context.ts'
import { type ObserveOptions, observe } from './observe.ts'

export interface SiteOptions extends ObserveOptions {
  /** Static files: the pages, and openapi.json. */
  readonly assets?: (request: Request) => Promise<Response>
  /** Whether requests should be sent here; absent: whenever the process answers. */
  readonly ready?: () => Promise<boolean>
  /** What is known of the databases, for /ready?verbose. Undefined to who may not see it. */
  readonly databases?: (request: Request) => Promise<readonly DatabaseState[] | undefined>
  /** What is wrong with the directory of tenants, likewise. */
  readonly directory?: (request: Request) => Promise<string | undefined>
  /** What is wrong with the database that tenants share, likewise. */
  readonly shared?: (request: Request) => Promise<string | undefined>
  /** As of the contracts. */
  readonly crossOrigin?: MiddlewareHandler<AppEnv>
  /** What is said of a path that is nobody's. */
  readonly notFound: (request: Request, env: object) => Promise<Response>
}

/** What runs here, for programs. */
const about = {
  name: 'edge-upsert',
  version: VERSION,
  description: 'Create or update a record by a matching key, atomically, in one trip to the database.',
  documentation: '/docs/',
  reference: '/docs/reference/',
  openapi: '/openapi.json',
  limits: '/v1/limits',
  health: '/health',
  ready: '/ready',
}

/** A browser names HTML; curl, and whatever else takes anything, is a program. */
const wantsPage = (accept = ''): boolean => accept.includes('text/html')

/** The same for people. It is no index file, since Cloudflare would answer with that before it asks the Worker. */
const pageOf = (request: Request): Request => new Request(new URL('/home/', request.url), request)

/** Everything that belongs to no contract. */
export const siteApp = ({
  assets,
  ready,
  databases,
  directory,
  shared,
  notFound,
  crossOrigin,
  ...observing
}: SiteOptions): Hono<AppEnv> => {
  const app = new Hono<AppEnv>({ strict: false })
  app.use(observe(observing))
  if (crossOrigin) app.use(crossOrigin)
  app.get('/', async (c) => {
    const answer = assets && wantsPage(c.req.header('accept')) ? await assets(pageOf(c.req.raw)) : undefined
    const response = answer?.ok ? new Response(answer.body, answer) : c.json(about)
    response.headers.append('Vary', 'Accept')
    return response
  })
  app.get('/health', (c) => c.json({ status: 'ok' }))
  // A load balancer asks this one; /health only says that the process answers.
  app.get('/ready', async (c) => {
    const isReady = !ready || (await ready())
    const isVerbose = c.req.query('verbose') !== undefined
    const states = isVerbose ? await databases?.(c.req.raw) : undefined
    const wrong = isVerbose ? await directory?.(c.req.raw) : undefined
    const wrongWithShared = isVerbose ? await shared?.(c.req.raw) : undefined
    const body = {
      status: isReady ? 'ready' : 'unready',
      ...(states && { databases: states }),
      ...(wrong !== undefined && { directory: wrong }),
      ...(wrongWithShared !== undefined && { shared: wrongWithShared }),
    }
    return c.json(body, isReady ? 200 : 503)
  })
  app.notFound(async (c) => {
    const { method, raw } = c.req
    const file = assets && (method === 'GET' || method === 'HEAD') ? await assets(raw) : undefined
    return file && file.status !== 404 ? file : notFound(raw, c.env as object)
  })
  return app
}
