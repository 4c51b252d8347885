import { Agent, type IncomingHttpHeaders, request } from 'node:http'

/** A load generator over node:http: keep-alive connections, each sending its next request when its last is answered. */

export interface Target {
  readonly url: string
  readonly method: string
  readonly token: string
  /** Of each request besides: what signs its body. */
  readonly headersOf?: (body: string) => Readonly<Record<string, string>>
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface LoadResult {
  readonly seconds: number
  /** Milliseconds of each request. */
  readonly latencies: readonly number[]
}

const send = (agent: Agent, { url, method, token, headersOf }: Target, body: string): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...headersOf?.(body),
    }
    const call = request(url, { agent, method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      response.on('error', reject)
    })
    call.on('error', reject)
    call.end(body)
  })

export const sendOne = async (target: Target, body: string): Promise<Reply> => {
  const agent = new Agent()
  try {
    return await send(agent, target, body)
  } finally {
    agent.destroy()
  }
}

/** Sends all bodies. @throws when an answer is not the expected one: a failed request must not count as a fast one. */
export const load = async (
  target: Target,
  bodies: readonly string[],
  connections: number,
  expected: (reply: Reply, index: number) => boolean,
): Promise<LoadResult> => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  let next = 0
  const lane = async () => {
    for (let i = next++; i < bodies.length; i = next++) {
      const started = performance.now()
      const reply = await send(agent, target, bodies[i] ?? '')
      latencies.push(performance.now() - started)
      if (!expected(reply, i)) throw new Error(`${target.url} answered ${reply.status}: ${reply.text.slice(0, 500)}`)
    }
  }
  const started = performance.now()
  try {
    await Promise.all(Array.from({ length: connections }, lane))
    return { seconds: (performance.now() - started) / 1000, latencies }
  } finally {
    agent.destroy()
  }
}
