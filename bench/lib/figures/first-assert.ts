import { registerHooks } from 'node:module'

/** Run in a process of its own, where nothing is loaded yet: prints how many modules that changes. See modules.ts. */

const { DATABASE = '', KEY = '', BODY = '' } = process.env
const loaded = new Set<string>()
registerHooks({
  load(url, context, next) {
    if (!url.startsWith('node:')) loaded.add(url)
    return next(url, context)
  },
})
const { createApp } = await import('../../../src/app.ts')
const { createServices } = await import('../../../src/deps.ts')
const { libsqlFile } = await import('../../../src/storage/drivers/libsql-file.ts')
const file = await libsqlFile(DATABASE)
const app = createApp({ services: createServices(() => file), clientAddress: () => undefined, serverTiming: false })
const atStart = loaded.size
const { status } = await app.fetch(
  new Request('http://figures.example/v2/crm/people?matchingAttribute=email', {
    method: 'PUT',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: BODY,
  }),
)
await file.close()
if (status !== 201) throw new Error(`Answered ${status}`)
console.log(JSON.stringify({ atStart, byFirstAssert: loaded.size - atStart }))
