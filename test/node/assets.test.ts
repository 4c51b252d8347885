import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { createServices } from '../../src/deps.ts'
import { publicFiles } from '../../src/node/assets.ts'
import { sitePages } from '../../src/site/pages.ts'
import { VERSION } from '../../src/version.ts'

describe('the files of the site, on Node', () => {
  const get = (path: string) => publicFiles()(new Request(`http://node.test${path}`))

  it.each(['/home/', '/docs/', '/docs/errors/', '/docs/reference/', '/openapi.json', '/reference.js', '/favicon.svg'])(
    '%s comes with the headers of public/_headers',
    async (path) => {
      const { status, headers } = await get(path)
      expect(status).toBe(200)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/)
    },
  )

  it('are those that Cloudflare serves: not the rules themselves, nothing outside', async () => {
    for (const path of ['/_headers', '/%5fheaders', '/../package.json', '/%2e%2e/package.json', '/nothing'])
      expect((await get(path)).status).toBe(404)
  })
})

describe('the pages of the site', () => {
  const pages = sitePages('.')
  const known = new Set(pages.map(({ file }) => `/${file.replace(/index\.html$/, '')}`))
  const files = new Set(['/openapi.json', '/health'])

  it('lead nowhere where nothing is, and name what they lead to', () => {
    const broken = pages.flatMap(({ file, text }) =>
      [...text.matchAll(/ href="([^"]+)"/g)].flatMap(([, href = '']) => {
        const [path = '', anchor] = href.split('#')
        if (/^https?:/.test(href) || files.has(path) || /\.(css|svg)$/.test(path)) return []
        const target = path === '' ? file : `${path.slice(1)}index.html`
        const page = path === '/' ? { text: '' } : pages.find((one) => one.file === target)
        const isThere = page && (anchor === undefined || page.text.includes(`id="${anchor}"`))
        return isThere ? [] : [`${file}: ${href}`]
      }),
    )
    expect(broken).toEqual([])
    expect(known.size).toBeGreaterThan(15)
  })

  it('have no script of their own and ask no other host', () => {
    for (const { file, text } of pages) {
      expect([file, text.match(/<script(?! src="\/)/g)]).toEqual([file, null])
      expect([file, text.match(/(?:src|srcset)="(?!\/)|url\(/g)]).toEqual([file, null])
    }
  })
})

describe('what answers at the root', () => {
  const root = (accept?: string) =>
    createApp({
      services: createServices(() => {
        throw new Error('No database is asked')
      }),
      clientAddress: () => undefined,
      serverTiming: false,
      assets: publicFiles(),
    }).fetch(new Request('http://node.test/', { headers: accept === undefined ? {} : { accept } }))

  it('is a page for people, and JSON for programs', async () => {
    const page = await root('text/html,application/xhtml+xml,*/*;q=0.8')
    expect([page.status, page.headers.get('content-type'), page.headers.get('vary')]).toEqual([
      200,
      'text/html; charset=utf-8',
      'Accept',
    ])
    expect(await page.text()).toContain('<h1>edge-upsert</h1>')
    for (const accept of [undefined, '*/*', 'application/json']) {
      const answer = await root(accept)
      expect([answer.status, answer.headers.get('vary')]).toEqual([200, 'Accept'])
      expect(await answer.json()).toMatchObject({ name: 'edge-upsert', version: VERSION, openapi: '/openapi.json' })
    }
  })

  it('tells the version that the package has', () => {
    expect(VERSION).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version)
  })
})
