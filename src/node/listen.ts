import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { listenFailure } from './port.ts'
import type { RequestsUnderWay } from './requests.ts'

export interface ListenOptions {
  readonly host: string
  readonly port: number
  /** Past so many connections further ones are refused at the socket. */
  readonly connections: number
}

/**
 * Milliseconds. The time for a whole request is not limited here, since a stream has no end: a body has its own limit
 * (src/node/requests.ts), and a connection on which nothing moves is closed.
 */
const TIMES = {
  headersTimeout: 20_000,
  requestTimeout: 0,
  /** Longer than load balancers keep idle connections, so that it is they who close them. */
  keepAliveTimeout: 75_000,
}
const NOTHING_MOVES_MS = 120_000

type App = { fetch: Parameters<RequestsUnderWay['watch']>[0] }

/** @returns the server once it listens, and its URL. @throws Error when it cannot */
export const listen = (
  app: App,
  requests: RequestsUnderWay,
  { host, port, connections }: ListenOptions,
): Promise<{ readonly server: Server; readonly url: string }> =>
  new Promise((resolve, reject) => {
    const server = serve(
      { fetch: requests.watch(app.fetch) as never, hostname: host, port, serverOptions: TIMES },
      ({ address, port: chosen }) =>
        resolve({ server, url: `http://${address.includes(':') ? `[${address}]` : address}:${chosen}` }),
    ) as Server
    server.once('error', (error) => reject(listenFailure(error, port, host)))
    server.maxConnections = connections
    server.setTimeout(NOTHING_MOVES_MS)
  })
