import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type DemoCredentials, referenceUrl, setUpDemo } from '../src/cli/demo.ts'
import { openDatabase } from '../src/node/database.ts'
import { migrate } from '../src/storage/migrations.ts'
import { chromiumArguments, chromiumPath } from './lib/chromium.ts'
import { PLACEHOLDERS } from './lib/demo-app.ts'

/**
 * `npm run test:browser`: opens the pages in Chromium, as a reader would, light, dark and on a phone, and sends requests
 * from the reference, with a key given by hand and with the link that `npm start` prints, and by the client. Needs Debian's chromium, which it installs where it may (root, apt); CHROMIUM names another
 * one. SCREENSHOTS names a folder to keep what it saw.
 */

/** As `npm start` makes it. */
const makeDemo = async (databaseUrl: string): Promise<DemoCredentials> => {
  const { driver, close } = await openDatabase(databaseUrl)
  await migrate(driver)
  const demo = await setUpDemo(driver)
  await close()
  return demo
}

interface Operation {
  readonly operationId: string
  readonly path: string
  readonly requestBody?: object
}

/** In the order of the document. */
const operationsOf = async (url: string): Promise<readonly Operation[]> => {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Omit<Operation, 'path'>>>
  }
  return Object.entries(paths).flatMap(([path, methods]) => Object.values(methods).map((one) => ({ ...one, path })))
}

const serve = async (databaseUrl: string) => {
  const server = spawn(process.execPath, ['src/server.ts'], {
    env: { ...process.env, PORT: '0', DATABASE_URL: databaseUrl, LOG: 'off' },
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

const shoot = async (page: Page, name: string) => {
  const folder = process.env.SCREENSHOTS
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: false })
}

/** No page is wider than the screen: whatever is, scrolls by itself. */
const isNarrow = (page: Page) => page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')

const looks = [
  { name: 'light', viewport: { width: 1_280, height: 900 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1_280, height: 900 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
] as const

const checkPages = async (browser: Browser, url: string) => {
  for (const { name, viewport, colorScheme } of looks) {
    const page = await browser.newPage({ viewport, colorScheme })
    const { elsewhere, complaints } = await observed(page, url)
    await page.goto(`${url}/`, { waitUntil: 'networkidle' })
    assert.equal(await page.locator('[data-origin]').innerText(), url, 'the example is for this instance')
    assert.ok(await isNarrow(page), `/ (${name})`)
    await shoot(page, `home-${name}`)
    await page.getByRole('link', { name: 'Documentation' }).first().click()
    await page.getByRole('link', { name: 'Our own contract' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Our own contract' }).waitFor()
    assert.ok(await isNarrow(page), `/docs/contracts/v1/ (${name})`)
    await shoot(page, `docs-${name}`)
    const ground = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
    assert.equal(ground === 'rgb(255, 255, 255)', colorScheme === 'light', `the ground is ${ground} (${name})`)
    assert.deepEqual([elsewhere, complaints], [[], []], `pages ask no other host and are quiet (${name})`)
    await page.close()
  }
}

/** Sends the example as it stands. @returns status and body of the answer, as the page shows them */
const execute = async (page: Page, { operationId }: Operation) => {
  const block = page.locator(`[id$="-${operationId}"]`)
  await block.locator('.opblock-summary-control').click()
  await block.locator('button.execute').click()
  const answer = block.locator('.live-responses-table .response').first()
  await answer.waitFor()
  return {
    status: (await answer.locator('.response-col_status').innerText()).slice(0, 3),
    body: await answer.locator('.response-col_description').innerText(),
  }
}

const checkReference = async (
  page: Page,
  url: string,
  operations: readonly [Operation, ...Operation[]],
  key: string,
) => {
  const { elsewhere, complaints } = await observed(page, url)
  await page.goto(`${url}/docs/reference/`, { waitUntil: 'networkidle' })
  await page.locator('.opblock').first().waitFor()
  assert.equal(await page.locator('.opblock').count(), operations.length, 'every operation is on the page')
  for (const { operationId: id } of operations) assert.equal(await page.locator(`[id$="-${id}"]`).count(), 1, id)
  assert.match(await page.locator('.note:visible').innerText(), /npm start/, 'the page says where the key is')

  await page.locator('button.authorize').first().click()
  const bearer = page.locator('.auth-container').first()
  assert.match(await bearer.innerText(), /^bearer.*Start here/s, 'what a newcomer needs comes first')
  await bearer.locator('input').fill(key)
  await bearer.locator('button[type=submit]').click()
  await page.locator('.close-modal').click()

  assert.equal((await execute(page, operations[0])).status, '201', 'the first request creates')
  const headers = await page.locator('tr[data-param-in="header"] input').all()
  assert.ok(headers.length > 1, 'the first request may have headers')
  for (const header of headers) assert.equal(await header.inputValue(), '', 'no header is filled in')
  await shoot(page, 'first-execute')

  await page.locator('.operation-filter-input').fill('limits')
  await page.locator('.opblock').nth(1).waitFor({ state: 'detached' })
  assert.equal(await page.locator('.opblock').count(), 1, 'the filter looks at operations')

  assert.deepEqual(elsewhere, [], 'the page asks no other host')
  assert.deepEqual(complaints, [], 'the console is quiet')
}

/** The link that `npm start` prints: credentials are in place, in headers and in bodies, and no longer in the address. */
const checkLink = async (page: Page, url: string, operations: readonly [Operation, ...Operation[]], link: string) => {
  const { elsewhere, complaints } = await observed(page, url)
  await page.goto(link, { waitUntil: 'networkidle' })
  await page.locator('.opblock').first().waitFor()
  assert.equal(page.url(), `${url}/docs/reference/`, 'the address holds no secret')
  assert.match(await page.locator('.note:visible').innerText(), /in place/, 'the page says that it is ready')
  const [first] = operations
  const other = operations.find(({ path }) => path.split('/')[1] !== first.path.split('/')[1])
  const inBody = operations.find(({ requestBody }) => JSON.stringify(requestBody ?? '').includes(PLACEHOLDERS.key))
  assert.ok(other && inBody)
  assert.equal((await execute(page, first)).status, '200', 'the first request again')
  assert.equal((await execute(page, other)).status, '201', other.operationId)
  const { status, body } = await execute(page, inBody)
  assert.equal(status, '200', inBody.operationId)
  assert.match(body, /"status": "success"/, inBody.operationId)
  await shoot(page, 'link-execute')
  assert.deepEqual([elsewhere, complaints], [[], []])
}

/** The client as a page has it: bundled, with the browser's own fetch, timers and signals. */
const checkClient = async (page: Page, url: string, key: string) => {
  const { complaints } = await observed(page, url)
  await page.goto(`${url}/`, { waitUntil: 'networkidle' })
  const { outputFiles } = await build({
    entryPoints: ['src/client/index.ts'],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    globalName: 'client',
  })
  const statuses = await page.evaluate(`(async () => {
    ${outputFiles[0]?.text}
    const people = new client.EdgeUpsert({ url: location.origin, key: ${JSON.stringify(key)} }).records('people')
    const items = ['one', 'two', 'one'].map((name) => ({ match: { emails: name + '@browser.example' }, values: { emails: [name + '@browser.example'] } }))
    const statuses = []
    for await (const { status } of people.assertMany(items, { batchItems: 1 })) statuses.push(status)
    const refused = await people.assert({ values: { emails: ['nobody'] } }).catch((error) => error)
    return [...statuses, refused instanceof client.InvalidRequestError, refused.field]
  })()`)
  assert.deepEqual(statuses, ['created', 'created', 'unchanged', true, 'emails'], 'the client works in a page')
  // A browser tells of each answer that is a refusal.
  assert.ok(
    complaints.every((text) => text.includes('422')),
    `the console is quiet but for the refusal: ${complaints}`,
  )
}

const executablePath = chromiumPath()
const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-browser-'))
const databaseUrl = `file:${join(folder, 'browser.db')}`
const demo = await makeDemo(databaseUrl)
const { server, url } = await serve(databaseUrl)
const browser = await chromium.launch({ executablePath, args: chromiumArguments })
try {
  const [first, ...others] = await operationsOf(url)
  assert.ok(first)
  await checkPages(browser, url)
  await checkReference(await browser.newPage(), url, [first, ...others], demo.bearerToken)
  await checkLink(await browser.newPage(), url, [first, ...others], referenceUrl(url, demo))
  await checkClient(await browser.newPage(), url, demo.bearerToken)
  console.log(
    `The pages are readable, the reference shows ${others.length + 1} operations and sends their examples; the client works in a page`,
  )
} finally {
  await browser.close()
  server.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
}
