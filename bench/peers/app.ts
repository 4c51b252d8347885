import { createHash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import type { Person } from '../lib/people.ts'
import { type Row, rowOf } from './people.ts'

/** What a service over one table would be, whatever database is behind it. */

export interface Written {
  readonly id: string
  readonly created: boolean
}

export interface People {
  /** Whether somebody has this key. */
  hasKey(hash: string): Promise<boolean> | boolean
  upsert(row: Row): Promise<Written> | Written
  upsertAll(rows: readonly Row[]): Promise<readonly Written[]> | readonly Written[]
}

const hashOf = (c: Context): string =>
  createHash('sha256')
    .update((c.req.header('authorization') ?? '').replace(/^Bearer /, ''))
    .digest('hex')

/** Listens on a free port of 127.0.0.1, and says on which. */
export const servePeople = (people: People): void => {
  const app = new Hono()
  app.use(async (c, next) => {
    if (!(await people.hasKey(hashOf(c)))) return c.json({ error: 'Unknown key' }, 401)
    return next()
  })
  app.put('/people', async (c) => {
    const { id, created } = await people.upsert(rowOf(await c.req.json<Person>()))
    return c.json({ id, created }, created ? 201 : 200)
  })
  app.post('/people/batch', async (c) => {
    const body = await c.req.json<Person[]>()
    return c.json(await people.upsertAll(body.map(rowOf)))
  })
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => {
    const { port } = server.address() as AddressInfo
    console.log(JSON.stringify({ listening: `http://127.0.0.1:${port}` }))
  })
}

/** The key that the benchmark sends, as the services keep it. */
export const KEY = 'bench-key'
export const KEY_HASH = createHash('sha256').update(KEY).digest('hex')
