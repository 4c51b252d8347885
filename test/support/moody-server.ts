import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startHranaServer } from './hrana-server.ts'

/** How a database can be away. `refuses`: nobody listens at its port. */
export const moods = {
  refuses: null,
  hangs: () => undefined,
  closes: (response) => response.destroy(),
  'closes half way': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"baton":null,"results":[', () => response.destroy())
  },
  'hangs half way': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"baton":null,')
  },
  'answers HTML': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'),
  'answers half of its JSON': (response) => json(response, '{"baton":null,"base_url":null,"results":[{"type":"ok"'),
  'answers nothing': (response) => json(response, ''),
  'answers JSON of another shape': (response) => json(response, '{"status":"ok"}'),
  'answers null': (response) => json(response, 'null'),
  'answers too little': (response) => json(response, '{"baton":null,"base_url":null,"results":[]}'),
  'answers without an end': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{"baton":null,"results":[')
    const more = Buffer.alloc(2 ** 20, ' ')
    const go = (): unknown => {
      while (!response.destroyed) if (!response.write(more)) return response.once('drain', go)
      return undefined
    }
    go()
  },
  'says that it answers more than can be read': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(2 ** 40) })
    response.write('{"baton":null,')
    response.write(Buffer.alloc(40 * 2 ** 20, ' '))
  },
  'fails with JSON that is no object': (response) => json(response, 'null', 500),
  'fails with a page': (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html></html>'),
} as const satisfies Record<string, ((response: ServerResponse) => unknown) | null>

const json = (response: ServerResponse, body: string, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(body)

export type Mood = keyof typeof moods

export interface MoodyServer {
  readonly url: string
  /** Requests that have come so far. */
  readonly requests: number
  /** From now on it is like that; undefined: well. */
  turn(mood?: Mood): Promise<void>
  close(): Promise<void>
}

const listen = async (server: Server, port: number) => {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}

const unlisten = async (server: Server) => {
  if (!server.listening) return
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}

/** The libSQL server of the tests behind one that can be away in every way there is. @param path of its file */
export const startMoodyServer = async (path: string): Promise<MoodyServer> => {
  const inner = await startHranaServer(path)
  let mood: Mood | undefined
  let requests = 0
  const server = createServer(async (request, response) => {
    requests++
    const misbehave = mood && moods[mood]
    if (misbehave) return misbehave(response)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const answer = await fetch(new URL(request.url ?? '', inner.url), { method: 'POST', body })
    json(response, await answer.text(), answer.status)
  })
  await listen(server, 0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests
    },
    async turn(next) {
      mood = next
      if (mood === 'refuses') await unlisten(server)
      else if (!server.listening) await listen(server, port)
    },
    async close() {
      await unlisten(server)
      await inner.close()
    },
  }
}
