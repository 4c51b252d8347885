import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server in front of another one, at which things go wrong in an order that a test chooses. */

export interface SeenRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly at: number
}

type Forward = () => Promise<{ readonly status: number; readonly headers: Headers; readonly body: Buffer }>

/** What happens to one request. */
export type Fault = (response: ServerResponse, forward: Forward, request: SeenRequest) => unknown

const relay = async (response: ServerResponse, forward: Forward) => {
  const { status, headers, body } = await forward()
  // What fetch has inflated is no longer as long as the header says.
  for (const [name, value] of headers)
    if (!/^(content-length|content-encoding|transfer-encoding|connection)$/.test(name)) response.setHeader(name, value)
  response.writeHead(status)
  return body
}

export const faults = {
  /** Goes through. */
  none: async (response, forward) => response.end(await relay(response, forward)),
  /** The connection ends before the request was passed on. */
  drops: (response) => response.destroy(),
  /** The server does it, and nobody hears of it. */
  loses: async (response, forward) => {
    await forward()
    response.destroy()
  },
  hangs: () => undefined,
} as const satisfies Record<string, Fault>

/** The answer breaks off after so many bytes. */
export const cutAfter =
  (bytes: number): Fault =>
  async (response, forward) => {
    const body = await relay(response, forward)
    response.write(body.subarray(0, bytes), () => response.destroy())
  }

/** Answered here, by something that stands in front of the server. */
export const answers =
  (status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Fault =>
  (response) =>
    response.writeHead(status, headers).end(body)

/** Whatever comes waits until it is let go. */
export const holding = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const fault: Fault = async (response, forward) => {
    await promise
    await faults.none(response, forward)
  }
  return { fault, letGo: resolve }
}

export interface FaultProxy {
  readonly url: string
  readonly seen: SeenRequest[]
  /** What happens to the next requests, one after the other; to all after them, nothing or `then`. */
  next(sequence: readonly Fault[], then?: Fault): void
  close(): Promise<void>
}

/** @param target where requests go, at the same path without `below` */
export const startFaultProxy = async (target: string, below = ''): Promise<FaultProxy> => {
  const seen: SeenRequest[] = []
  let sequence: Fault[] = []
  let rest: Fault = faults.none
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of message) chunks.push(chunk as Buffer)
    const { method = '', url = '', headers } = message
    const body = Buffer.concat(chunks)
    const request = { method, path: url.slice(below.length), headers, body: body.toString(), at: performance.now() }
    seen.push(request)
    const forward: Forward = async () => {
      const { host: _, connection: __, 'content-length': ___, ...passed } = headers
      const answer = await fetch(target + request.path, {
        method,
        headers: passed as Record<string, string>,
        ...(body.length > 0 && { body }),
      })
      return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) }
    }
    const fault = url.startsWith(below) ? (sequence.shift() ?? rest) : answers(404)
    // A client that has gone is what some of the faults are about.
    await Promise.resolve(fault(response, forward, request)).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${below}`,
    seen,
    next(faultsInOrder, then = faults.none) {
      sequence = [...faultsInOrder]
      rest = then
      seen.length = 0
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
