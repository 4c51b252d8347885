import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** The other side of a subscription: a server that takes what is signed as it should be, when it is in the mood. */

export const moods = [
  'takes',
  'fails',
  'hangs',
  'is slow',
  'redirects',
  'hangs up',
  'forgets',
  'switches protocols',
  'refuses',
  'is gone',
] as const
export type Mood = (typeof moods)[number]

export interface Told {
  readonly id: string
  readonly type: string
  readonly data: {
    readonly sequence: number
    readonly recordId: string
    readonly version: number
    readonly [member: string]: unknown
  }
}

/** Longer than a subscription waits for an answer is a day; slow is within it. */
const SLOW_MS = 300

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

export const startReceiver = async (moodOf: () => Mood = () => 'takes') => {
  /** What it has answered 204 to, or taken and then forgotten to say so. */
  const taken: Told[] = []
  const problems: unknown[] = []
  const seen = { requests: 0, elsewhere: 0 }
  let verify: ((body: string, headers: Record<string, string>) => unknown) | undefined

  const takes = async (request: IncomingMessage): Promise<void> => {
    const body = await bodyOf(request)
    try {
      verify?.(body, request.headers as Record<string, string>)
      taken.push({ id: String(request.headers['webhook-id']), ...JSON.parse(body) })
    } catch (error) {
      problems.push(error)
    }
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    seen.requests++
    if (request.url === '/elsewhere') seen.elsewhere++
    const mood = moodOf()
    if (mood === 'hangs') return
    if (mood === 'hangs up') return void request.socket.destroy()
    if (mood === 'fails') return void response.writeHead(500).end('no')
    if (mood === 'switches protocols')
      return void request.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n')
    if (mood === 'refuses') return void response.writeHead(400).end('no')
    if (mood === 'is gone') return void response.writeHead(410).end('no')
    if (mood === 'redirects') return void response.writeHead(307, { location: '/elsewhere' }).end()
    if (mood === 'is slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS))
    await takes(request)
    if (mood === 'forgets') return void request.socket.destroy()
    response.writeHead(204).end()
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => problems.push(error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/changes`,
    port,
    taken,
    problems,
    seen,
    /** From now on nothing is taken that is not signed with this. */
    knows(secret: string) {
      const webhook = new Webhook(secret)
      verify = (body, headers) => webhook.verify(body, headers)
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
