import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { EdgeUpsert, type EdgeUpsertOptions } from '../../src/client/index.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { seedKey, startServer } from './node-server.ts'

/** The server as it is operated, behind a proxy at which things go wrong, and the client in front of both. */

export interface ClientWorld {
  readonly proxy: FaultProxy
  readonly databaseUrl: string
  readonly serverUrl: string
  /** Of a key that may read, write and administer. */
  readonly token: string
  client(options?: Partial<EdgeUpsertOptions>): EdgeUpsert
}

/** Started once for the file that calls it; the proxy behaves again before each test. @param variables of the server */
export const useClientWorld = (variables: Readonly<Record<string, string>> = {}): ClientWorld => {
  let proxy: FaultProxy
  let folder = ''
  let token = ''
  let server: Awaited<ReturnType<typeof startServer>>
  const databaseUrl = () => `file:${join(folder, 'client.db')}`
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'edge-upsert-client-'))
    token = (await seedKey(databaseUrl(), { scopes: ['crm:read', 'crm:write', 'admin'] })).token
    server = await startServer(databaseUrl(), { LOG: 'off', ...variables })
    proxy = await startFaultProxy(server.url, '/below')
  }, 60_000)
  beforeEach(() => proxy.next([]))
  afterAll(async () => {
    await proxy.close()
    const exited = once(server.child, 'exit')
    server.child.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true })
  })
  return {
    get proxy() {
      return proxy
    },
    get databaseUrl() {
      return databaseUrl()
    },
    get serverUrl() {
      return server.url
    },
    get token() {
      return token
    },
    client: (options = {}) => new EdgeUpsert({ url: proxy.url, key: token, ...options }),
  }
}
