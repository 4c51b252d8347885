import { hash } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

/** What both peers share: the routes, the key of the request, and how a server says where it listens. */

/** A person as the benchmark sends it; of its attributes the peers know these two, which are unique. */
export interface Person {
  readonly emails: readonly string[]
  readonly external_id: string
}

export interface Written {
  readonly id: string
  readonly status: 'created' | 'updated' | 'unchanged'
}

export interface WrittenPerson extends Written {
  readonly data: unknown
}

type Eventually<T> = T | Promise<T>

export interface Store {
  /** @param keyHash SHA-256 of the secret, in hexadecimal digits */
  isKey(keyHash: string): Eventually<boolean>
  upsert(person: Person): Eventually<WrittenPerson>
  upsertAll(people: readonly Person[]): Eventually<readonly Written[]>
}

/** The one key that a peer knows. @throws Error when the benchmark gave none */
export const keyHashOf = (environment: Readonly<Record<string, string | undefined>>): string => {
  if (!environment.KEY) throw new Error('KEY must hold the secret that requests come with')
  return hash('sha256', environment.KEY)
}

const appOver = (store: Store): Hono => {
  const app = new Hono()
  app.use(async (c, next) => {
    const secret = c.req.header('authorization')?.slice('Bearer '.length) ?? ''
    if (!(await store.isKey(hash('sha256', secret)))) return c.body(null, 401)
    return next()
  })
  app.put('/people', async (c) => {
    const written = await store.upsert(await c.req.json<Person>())
    return c.json(written, written.status === 'created' ? 201 : 200)
  })
  app.post('/people/batch', async (c) => {
    const items = await c.req.json<readonly { readonly values: Person }[]>()
    return c.json({ results: await store.upsertAll(items.map(({ values }) => values)) })
  })
  return app
}

/** Listens on a port of its own, and ends with whoever started it. */
export const servePeer = (store: Store): void => {
  serve({ fetch: appOver(store).fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
    console.log(JSON.stringify({ listening: `http://127.0.0.1:${port}` }))
  })
  process.once('disconnect', () => process.exit())
}
