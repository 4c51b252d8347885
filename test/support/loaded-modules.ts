import { registerHooks } from 'node:module'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `node test/support/loaded-modules.ts <values>`: writes a person with these values twice and lists all people, over
 * HTTP's app and a database in memory, and prints the statuses and every module that this has loaded.
 */

const modules: string[] = []
registerHooks({
  load(url, context, next) {
    if (url.startsWith('file:')) modules.push(relative('.', fileURLToPath(url)))
    return next(url, context)
  },
})

// Imports of a file run before its own lines: what is to be seen loading is imported here.
const { createApp } = await import('../../src/app.ts')
const { createServices } = await import('../../src/deps.ts')
const { libsqlFile } = await import('../../src/storage/drivers/libsql-file.ts')
const { migrate } = await import('../../src/storage/migrations.ts')
const { openWorld } = await import('./storage-world.ts')

const file = await libsqlFile('file::memory:')
await migrate(file)
const { operator } = await openWorld(file)
const { secret } = await operator.issueCredential({ kind: 'key', name: 'all', scopes: ['crm:read', 'crm:write'] })
const app = createApp({ services: createServices(() => file), clientAddress: () => undefined, serverTiming: false })
const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
const send = async (method: string, body?: object) => {
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  return (await app.fetch(new Request('http://test/v1/objects/people/records', init))).status
}

const write = { match: { emails: 'ada@engine.example' }, values: JSON.parse(process.argv[2] ?? '{}') as object }
const statuses = [await send('PUT', write), await send('PUT', write), await send('GET')]
file.close()
process.stdout.write(JSON.stringify({ statuses, modules }))
