import { Agent, type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import type { FuzzRequest } from './requests.ts'
import { ADDRESS, type World } from './world.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly milliseconds: number
}

/** No answer: the connection was cut, or nothing came for as long as `PATIENCE`. */
export class NoAnswerError extends Error {}

const PATIENCE = 30_000

export const filledIn = (text: string, world: World, secret: string | null): string =>
  text.replace(/\{\{([a-z.]+)\}\}/g, (whole, name: string) =>
    name === 'secret' ? (secret ?? '') : (world.names[name] ?? whole),
  )

const inBody = (sent: FuzzRequest) => sent.operation === 'zyntroAddContact'

const answerTo = (url: string, options: RequestOptions, body: Buffer | undefined): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    const call = request(url, { ...options, timeout: PATIENCE }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', (error) => reject(new NoAnswerError(error.message)))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
          milliseconds: performance.now() - started,
        }),
      )
    })
    call.on('timeout', () => call.destroy(new Error(`no answer within ${PATIENCE / 1_000} s`)))
    call.on('error', (error: NodeJS.ErrnoException) => {
      // A kept connection may be closed, as HTTP allows, in the moment in which it is used again.
      if (call.reusedSocket && error.code === 'ECONNRESET') resolve(answerTo(url, options, body))
      else reject(new NoAnswerError(error.message))
    })
    call.end(body)
  })

/** Sends requests over kept connections, each from an address of its own, so that failures of one slow down no other. */
export const clientOf = (origin: string, world: World) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  let sender = 0
  /** @param secret another than the role's */
  const send = (sent: FuzzRequest, secret = world.secrets[sent.role]): Promise<Answer> => {
    const body = sent.body === undefined ? undefined : Buffer.from(filledIn(sent.body, world, secret))
    const from = sender++ % 60_000
    const address = sent.role === 'developer' ? ADDRESS : `198.18.${from >> 8}.${from & 255}`
    const headers: Record<string, string | number> = {
      'x-forwarded-for': address,
      'cf-connecting-ip': address,
      ...sent.headers,
      ...(secret !== null && !inBody(sent) && { authorization: `Bearer ${secret}` }),
      ...(body && { 'content-length': body.byteLength }),
    }
    return answerTo(origin + filledIn(sent.path, world, secret), { agent, method: sent.method, headers }, body)
  }
  return { send, close: () => agent.destroy() }
}

export type Client = ReturnType<typeof clientOf>
