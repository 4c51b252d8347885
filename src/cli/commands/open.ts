import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Command } from 'commander'
import { type ApiOptions, accessOf, withApi } from '../api.ts'
import { urlUnder } from '../api-url.ts'
import { note } from '../output.ts'

/** Opens the console of a deployment in the browser, signed in with the key that commands use. */

/** How long a browser may take to start. */
const PATIENCE_MS = 60_000

/**
 * Leads whoever asks first to an address that holds a key. Given to a browser as an argument, such an address could be read
 * by every other user of the machine, in the list of its processes: this one leads there once, and then nowhere.
 */
const leadOnceTo = async (address: URL) => {
  const path = `/${randomBytes(16).toString('base64url')}`
  const server = createServer((request, response) => {
    if (request.url !== path) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(302, { location: address.href, 'cache-control': 'no-store', connection: 'close' }).end()
    server.close()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}${path}`, server }
}

/** @throws Error when no browser is started, or it does not come */
const signIn = async (address: URL): Promise<void> => {
  // No other command waits for it to be loaded.
  const { default: openInBrowser } = await import('open')
  const { url, server } = await leadOnceTo(address)
  try {
    const left = once(server, 'close', { signal: AbortSignal.timeout(PATIENCE_MS) })
    left.catch(() => undefined)
    const browser = await openInBrowser(url)
    // With 0 it has handed the address on, and the browser may still be starting.
    const failed = new Promise((_, reject) => {
      browser.once('error', reject).once('exit', (code) => code !== 0 && reject(new Error(`It ended with ${code}.`)))
    })
    await Promise.race([left, failed])
  } finally {
    server.close()
  }
}

const openConsole = async (options: ApiOptions): Promise<void> => {
  const { url, key } = accessOf(options, 'be used in the console')
  const address = urlUnder(url, '/console/')
  console.log(address.href)
  const signedIn = new URL(address)
  signedIn.hash = `key=${key}`
  try {
    await signIn(signedIn)
  } catch (error) {
    throw new Error(`No browser has come: open ${address.href} in one, and sign in with the key.`, { cause: error })
  }
  note('Opened, and signed in with the key.')
}

export const addOpenCommand = (program: Command): void => {
  withApi(program.command('open')).description('open the console in the browser, signed in').action(openConsole)
}
