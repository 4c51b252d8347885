import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, type Page } from 'playwright-core'
import { installFromDebian } from './lib/debian.ts'

/**
 * `npm run test:browser`: opens the reference page in Chromium, as a reader would. Needs Debian's chromium, which it
 * installs where it may (root, apt); CHROMIUM names another one.
 */

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking']
const more = ['--disable-component-update', '--disable-sync']

const serve = async (folder: string) => {
  const server = spawn(process.execPath, ['src/server.ts'], {
    env: { ...process.env, PORT: '0', DATABASE_URL: `file:${join(folder, 'browser.db')}`, LOG: 'off' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: server.stdout })) {
    server.stdout.resume()
    return { server, url: (JSON.parse(line) as { listening: string }).listening }
  }
  throw new Error('The server ended before it listened')
}

/** What the page asked for and complained of; requests to other hosts are cut, so that nothing depends on them. */
const observed = async (page: Page, url: string) => {
  const elsewhere: string[] = []
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.route('**', (route) => {
    const target = route.request().url()
    if (target.startsWith(`${url}/`) || /^(data|blob):/.test(target)) return route.continue()
    elsewhere.push(target)
    return route.abort()
  })
  return { elsewhere, complaints }
}

const check = async (page: Page, url: string, operations: readonly string[]) => {
  const { elsewhere, complaints } = await observed(page, url)
  await page.goto(`${url}/docs`, { waitUntil: 'networkidle' })
  await page.locator('.opblock').first().waitFor()
  assert.equal(await page.locator('.opblock').count(), operations.length, 'every operation is on the page')
  for (const id of operations) assert.equal(await page.locator(`[id$="-${id}"]`).count(), 1, id)

  const limits = page.locator('[id$="-getLimits"]')
  await limits.locator('.opblock-summary-control').click()
  await limits.locator('button.execute').click()
  const answer = limits.locator('.live-responses-table .response').first()
  await answer.waitFor()
  assert.match(await answer.locator('.response-col_status').innerText(), /^200/)
  assert.match(await answer.innerText(), /batchItems/)

  assert.deepEqual(elsewhere, [], 'the page asks no other host')
  assert.deepEqual(complaints, [], 'the console is quiet')
}

if (!existsSync(executablePath)) installFromDebian('chromium')
const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-browser-'))
const { server, url } = await serve(folder)
const browser = await chromium.launch({ executablePath, args: [...args, ...more] })
try {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { operationId: string }>>
  }
  const operations = Object.values(paths).flatMap((one) => Object.values(one).map(({ operationId }) => operationId))
  await check(await browser.newPage(), url, operations)
  console.log(`The reference page shows ${operations.length} operations, executes one, and asks no other host`)
} finally {
  await browser.close()
  server.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
}
