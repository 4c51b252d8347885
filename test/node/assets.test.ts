import { describe, expect, it } from 'vitest'
import { publicFiles } from '../../src/node/assets.ts'

describe('the files of the site, on Node', () => {
  const get = (path: string) => publicFiles()(new Request(`http://node.test${path}`))

  it.each(['/docs/', '/docs/errors/', '/openapi.json', '/docs/reference.js', '/favicon.svg'])(
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
