import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'

const root = fileURLToPath(new URL('../../public', import.meta.url).href)

/** @returns the headers of public/_headers, which Cloudflare reads by itself. @throws Error for rules it has not */
const readHeaders = (): readonly (readonly [name: string, value: string])[] => {
  const lines = readFileSync(`${root}/_headers`, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const [path, ...headers] = lines
  if (path !== '/*' || headers.some((line) => !line.startsWith(' ')))
    throw new Error('public/_headers may have only one rule, for /*')
  return headers.map((line) => {
    const [name = '', ...value] = line.split(':')
    return [name.trim(), value.join(':').trim()] as const
  })
}

/** The files of public/, for which the Worker has a binding; a file that is not there is a 404. */
export const publicFiles = (): ((request: Request) => Promise<Response>) => {
  const headers = readHeaders()
  const files = new Hono()
  files.use(async (c, next) => {
    await next()
    for (const [name, value] of headers) c.header(name, value)
  })
  // It is no file of the site, and Cloudflare does not serve it either.
  files.get('/_headers', (c) => c.notFound())
  files.use(serveStatic({ root }))
  return async (request) => files.fetch(request)
}
