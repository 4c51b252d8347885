import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'

const root = fileURLToPath(new URL('../../public', import.meta.url).href)

/** The files of public/, for which the Worker has a binding; a file that is not there is a 404. */
export const publicFiles = (): ((request: Request) => Promise<Response>) => {
  const files = new Hono().use(serveStatic({ root }))
  return async (request) => files.fetch(request)
}
