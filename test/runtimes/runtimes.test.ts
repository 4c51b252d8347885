import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { useClientWorld } from '../support/client-world.ts'
import { faults, startFaultProxy } from '../support/fault-proxy.ts'

/** The client does on other runtimes what it does on Node, over the real server, with a connection that breaks among it. */

const world = useClientWorld()
const at = (path: string) => join(import.meta.dirname, path)

it.each([
  ['bun', []],
  ['deno', ['run', '--allow-net', '--no-config']],
])('%s runs it', async (runtime, args) => {
  const silent = await startFaultProxy(world.serverUrl)
  const closed = await startFaultProxy(world.serverUrl)
  await closed.close()
  silent.next([], faults.hangs)
  world.proxy.next([faults.none, faults.drops, faults.loses])
  const asked = { url: world.proxy.url, key: world.token, silent: silent.url, closed: closed.url, name: runtime }
  try {
    const { stdout } = await promisify(execFile)(at(`node_modules/.bin/${runtime}`), [
      ...args,
      at('program.ts'),
      JSON.stringify(asked),
    ])
    expect(JSON.parse(stdout)).toEqual({
      ...{ taken: 2_500, told: 2_500, found: 2_500 },
      ...{ ended: 'TimeoutError', conflict: 1, late: 2, gone: 2 },
    })
  } finally {
    await silent.close()
  }
})
