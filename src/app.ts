import { OpenAPIHono } from '@hono/zod-openapi'
import { anduin } from './contracts/anduin/index.ts'
import { reevo } from './contracts/reevo/index.ts'
import { v1 } from './contracts/v1/index.ts'
import { zeeg } from './contracts/zeeg/index.ts'
import { zyntro } from './contracts/zyntro/index.ts'
import { refuse } from './engine/errors.ts'
import { respondError } from './http/app-errors.ts'
import type { ClientAddress } from './http/client-address.ts'
import type { AppEnv } from './http/context.ts'
import type { Contract, Services } from './http/contract.ts'
import { type ObserveOptions, observe } from './http/observe.ts'
import { validationHook } from './http/validation.ts'

/** The public APIs. Removing one is removing its folder and its line. */
export const allContracts: readonly Contract[] = [v1, zeeg, reevo, anduin, zyntro]

/** Requests that belong to no contract are answered as the first one does. */
const contractFor = (contracts: readonly Contract[], path: string): Contract =>
  contracts.find((contract) => contract.prefixes.some((prefix) => path.startsWith(prefix))) ??
  (contracts[0] as Contract)

export interface AppOptions extends ObserveOptions {
  readonly services: Services
  /** Tells the client's address on the platform that the app runs on. */
  readonly clientAddress: ClientAddress
  /** Static files: the reference page and openapi.json. */
  readonly assets?: (request: Request) => Promise<Response>
  /** The APIs to speak; at least one. Default: all. */
  readonly contracts?: readonly Contract[]
}

/** The whole HTTP surface, in the order in which a request meets it. */
export const createApp = ({
  services,
  clientAddress,
  assets,
  contracts = allContracts,
  ...observing
}: AppOptions): OpenAPIHono<AppEnv> => {
  const app = new OpenAPIHono<AppEnv>()
  app.use(observe(observing))
  app.get('/health', (c) => c.json({ status: 'ok' }))
  for (const contract of contracts) {
    const routes = new OpenAPIHono<AppEnv>({ defaultHook: validationHook })
    routes.onError((error, c) => respondError(c, contract, error))
    routes.use(async (c, next) => {
      c.set('contract', contract.name)
      c.set('clientAddress', clientAddress(c))
      await next()
    })
    contract.mount(routes, services)
    app.route('/', routes)
  }
  app.notFound(async (c) => {
    if (assets && (c.req.method === 'GET' || c.req.method === 'HEAD')) {
      const file = await assets(c.req.raw)
      if (file.status !== 404) return file
    }
    return respondError(
      c,
      contractFor(contracts, c.req.path),
      refuse('route_not_found', undefined, `${c.req.method} ${c.req.path}`),
    )
  })
  app.onError((error, c) => respondError(c, contractFor(contracts, c.req.path), error))
  return app
}
