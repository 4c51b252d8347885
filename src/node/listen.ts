import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { listenFailure } from './port.ts'
import type { RequestsUnderWay } from './requests.ts'

export interface ListenOptions {
  readonly host: string
  readonly port: number
  /** Past so many connections further ones are refused at the socket. */
  readonly connections: number
  readonly times?: ConnectionTimes
}

/** Milliseconds of a connection. */
export interface ConnectionTimes {
  /** In which the headers of a request must have come. */
  readonly headersMs: number
  /** How often that is looked at. */
  readonly lookMs: number
  /** Longer than load balancers keep idle connections, so that it is they who close them. */
  readonly keepAliveMs: number
  /** After which a connection on which nothing moves is closed; longer than a stream waits for its client. */
  readonly nothingMovesMs: number
}

const TIMES: ConnectionTimes = { headersMs: 20_000, lookMs: 5_000, keepAliveMs: 75_000, nothingMovesMs: 120_000 }

/** The time for a whole request is not limited here, since a stream has no end: a body has its own limit (requests.ts). */
const serverOptions = ({ headersMs, lookMs, keepAliveMs }: ConnectionTimes) => ({
  headersTimeout: headersMs,
  connectionsCheckingInterval: lookMs,
  requestTimeout: 0,
  keepAliveTimeout: keepAliveMs,
})

type App = { fetch: Parameters<RequestsUnderWay['watch']>[0] }

/** @returns the server once it listens, and its URL. @throws Error when it cannot */
export const listen = (
  app: App,
  requests: RequestsUnderWay,
  { host, port, connections, times = TIMES }: ListenOptions,
): Promise<{ readonly server: Server; readonly url: string }> =>
  new Promise((resolve, reject) => {
    const server = serve(
      { fetch: requests.watch(app.fetch) as never, hostname: host, port, serverOptions: serverOptions(times) },
      ({ address, port: chosen }) =>
        resolve({ server, url: `http://${address.includes(':') ? `[${address}]` : address}:${chosen}` }),
    ) as Server
    server.once('error', (error) => reject(listenFailure(error, port, host)))
    server.maxConnections = connections
    server.setTimeout(times.nothingMovesMs)
  })
