import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { createApp } from '../../src/app.ts'
import type { Caller } from '../../src/contracts/kit/examples.ts'
import { createServices } from '../../src/deps.ts'
import { openMigrated } from '../../src/node/database.ts'
import { allEntries } from '../support/contracts.ts'

/** The app with every contract, listening, and an organisation in it. */

/** Where every request comes from. */
const ADDRESS = '127.0.0.1'

export interface ServedWorld {
  readonly baseUrl: string
  readonly caller: Caller
  close(): Promise<void>
}

export const serveWorld = async (databaseUrl: string): Promise<ServedWorld> => {
  const { driver, close } = await openMigrated(databaseUrl)
  const { value: organizationId } = await createOrganization(driver, { name: 'Clients', crmMode: 'b2b' })
  const operator = administration(asOperator(driver, organizationId))
  const { value: memberId } = await operator.addMember({ name: 'Ada', email: 'ada@engine.example' })
  const key = await operator.issueCredential({ kind: 'key', name: 'client', scopes: ['crm:write'] })
  const developer = await operator.issueCredential({
    kind: 'developer_secret',
    name: 'developer',
    scopes: [],
    allowlist: [ADDRESS],
  })
  const app = createApp({
    contracts: allEntries,
    services: createServices(() => driver),
    clientAddress: () => ADDRESS,
    serverTiming: false,
  })
  const server = serve({ fetch: (request) => app.fetch(request), hostname: ADDRESS, port: 0 }) as Server
  await once(server, 'listening')
  return {
    baseUrl: `http://${ADDRESS}:${(server.address() as AddressInfo).port}`,
    caller: { organizationId, memberId, key: key.secret, developerSecret: developer.secret },
    async close() {
      server.closeAllConnections()
      server.close()
      await close()
    },
  }
}
