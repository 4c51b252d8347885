import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { chromiumArguments, chromiumPath } from '../../scripts/lib/chromium.ts'
import { newHookKey } from '../../src/secrets/secret-box.ts'
import { startServer } from '../support/node-server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the Node server. */
    serverUrl: string
    databaseUrl: string
    /** By which the browser is reached. */
    browser: string
  }
}

/** The Node server and Chromium, started once and ended when all files are through. */
export default async ({ provide }: TestProject) => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-console-'))
  const databaseUrl = `file:${join(folder, 'console.db')}`
  const server = await startServer(databaseUrl, { LOG: 'off', HOOKS_KEY: newHookKey(), SUBSCRIPTIONS_INSIDE: 'on' })
  const browser = await chromium.launchServer({ executablePath: chromiumPath(), args: chromiumArguments })
  provide('serverUrl', server.url)
  provide('databaseUrl', databaseUrl)
  provide('browser', browser.wsEndpoint())
  return async () => {
    await browser.close()
    const exited = once(server.child, 'exit')
    server.child.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
}
