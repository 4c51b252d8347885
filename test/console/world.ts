import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, inject } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import type { Scope } from '../../src/auth/directory.ts'
import { EdgeUpsert } from '../../src/client/index.ts'
import { openDatabase } from '../../src/node/database.ts'
import { seedKey } from '../support/node-server.ts'

/** An organisation of the test file's own, and pages in which somebody looks at it. */

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** A slow machine is no fault of the console; an element that is not there is told before the test is given up. */
const ACTION_MS = 15_000

export interface Organization {
  readonly id: string
  readonly admin: string
  readonly client: EdgeUpsert
  key(scopes: readonly Scope[]): Promise<string>
}

const makeOrganization = async (): Promise<Organization> => {
  const databaseUrl = inject('databaseUrl')
  const { organizationId, token } = await seedKey(databaseUrl, { scopes: ['crm:read', 'crm:write', 'admin'] })
  return {
    id: organizationId,
    admin: token,
    client: new EdgeUpsert({ url: inject('serverUrl'), key: token }),
    async key(scopes) {
      const { driver, close } = await openDatabase(databaseUrl)
      try {
        const operator = administration(asOperator(driver, organizationId))
        return (
          await operator.issueCredential({
            kind: 'key',
            name: `${scopes.join(' ')} ${crypto.randomUUID().slice(0, 4)}`,
            scopes: [...scopes],
          })
        ).secret
      } finally {
        await close()
      }
    },
  }
}

export interface Look {
  readonly name: string
  readonly viewport: { readonly width: number; readonly height: number }
  readonly colorScheme: 'light' | 'dark'
}

const desktop = { width: 1_280, height: 800 }
const phone = { width: 390, height: 780 }

export const looks: readonly [Look, ...Look[]] = [
  { name: 'light', viewport: desktop, colorScheme: 'light' },
  { name: 'dark', viewport: desktop, colorScheme: 'dark' },
  { name: 'phone', viewport: phone, colorScheme: 'light' },
  { name: 'phone-dark', viewport: phone, colorScheme: 'dark' },
]

interface Observed {
  readonly page: Page
  readonly elsewhere: string[]
  readonly complaints: string[]
}

/** What a page asked of others and complained of. A browser also tells of each refusal, which is no fault of the page. */
const observe = async (page: Page, url: string): Promise<Observed> => {
  const elsewhere: string[] = []
  const complaints: string[] = []
  page.on('console', (message) => {
    const isRefusal = /Failed to load resource: the server responded with a status of 4\d\d/.test(message.text())
    if (['error', 'warning'].includes(message.type()) && !isRefusal) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.route('**', (route) => {
    const target = route.request().url()
    if (target.startsWith(`${url}/`) || /^(data|blob):/.test(target)) return route.continue()
    elsewhere.push(target)
    return route.abort()
  })
  return { page, elsewhere, complaints }
}

/** axe-core finds nothing, and nothing is wider than the screen. */
export const expectAccessible = async (page: Page): Promise<void> => {
  await page.evaluate(AXE)
  const found = await page.evaluate<string[]>(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html + ' ' + failureSummary)))`,
  )
  expect(found).toEqual([])
  expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
}

/** Keeps pictures small: what a view looks like is seen at half of its quality. */
const keepPicture = async (page: Page, name: string) => {
  if (process.env.PICTURES === 'off') return
  const picture = await sharp(await page.screenshot())
    .webp({ quality: 60, effort: 6 })
    .toBuffer()
  expect(picture.length).toBeLessThan(60_000)
  await sharp(picture).toFile(`docs/console/${name}.webp`)
}

export interface World {
  readonly organization: Organization
  readonly url: string
  /** A page of a browser that nobody has used, where somebody has signed in. @param at behind the # */
  open(at?: string, options?: { readonly key?: string; readonly look?: Look; readonly url?: string }): Promise<Page>
  /** Looks at a view in each of the looks: nothing for axe-core to find, and a picture of it. */
  lookAt(name: string, at: string, ready: (page: Page) => Promise<unknown>): Promise<void>
}

/** Made for the file that calls it; pages are closed when it ends, and none may have complained or asked another host. */
export const useConsole = (): World => {
  let browser: Browser
  let organization: Organization
  const contexts: BrowserContext[] = []
  const observed: Observed[] = []
  beforeAll(async () => {
    browser = await chromium.connect(inject('browser'))
    organization = await makeOrganization()
  })
  afterAll(async () => {
    for (const { elsewhere, complaints } of observed) expect([elsewhere, complaints]).toEqual([[], []])
    for (const context of contexts) await context.close()
    await browser.close()
  })
  const open: World['open'] = async (
    at = '',
    { key = organization.admin, look = looks[0], url = inject('serverUrl') } = {},
  ) => {
    const { viewport, colorScheme } = look
    const context = await browser.newContext({ viewport, colorScheme, locale: 'en-GB', timezoneId: 'Europe/Berlin' })
    contexts.push(context)
    context.setDefaultTimeout(ACTION_MS)
    await context.addInitScript(
      `if (${JSON.stringify(key)}) localStorage.setItem('edge-upsert.key', ${JSON.stringify(key)})`,
    )
    const page = await context.newPage()
    observed.push(await observe(page, url))
    await page.goto(`${url}/console/${at}`)
    return page
  }
  return {
    get organization() {
      return organization
    },
    get url() {
      return inject('serverUrl')
    },
    open,
    async lookAt(name, at, ready) {
      for (const look of looks) {
        const page = await open(at, { look })
        await ready(page)
        await expectAccessible(page)
        await keepPicture(page, `${name}-${look.name}`)
        await page.close()
      }
    },
  }
}
