import { createHash } from 'node:crypto'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readD1Migrations } from '@cloudflare/vitest-plugin'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { BULK } from '../fleet.ts'
import { type Reply, sendOne } from '../load.ts'
import { batchItem, person } from '../people.ts'

/** What requests cost in a database that lies in files: none of it depends on the machine, or on how busy it is. */

export interface Cost {
  readonly calls: number
  readonly rowsRead: number
  readonly rowsWritten: number
  /** By which the files of the database and its log grow; without what local D1 writes for every `SELECT 1`. */
  readonly bytesWritten: number
}

export type Costs = Readonly<Record<'unchanged' | 'changed' | 'created' | 'batch', Cost>>

const BATCH = 100

interface File {
  readonly bytes: number
  readonly hash: string
}

/** Databases only: workerd keeps the namespace of its objects in files of its own. */
const filesIn = (folder: string): ReadonlyMap<string, File> =>
  new Map(
    globSync(join(folder, '**/*.{sqlite,sqlite-wal}')).map((path) => [
      path,
      { bytes: statSync(path).size, hash: createHash('sha256').update(readFileSync(path)).digest('hex') },
    ]),
  )

/** A file that changes and does not grow counts as one byte: what nothing is written to must stay the same to the letter. */
const bytesWritten = async (folder: string, run: () => Promise<unknown>): Promise<number> => {
  const before = filesIn(folder)
  await run()
  let bytes = 0
  for (const [path, { bytes: size, hash }] of filesIn(folder)) {
    const was = before.get(path)
    if (was?.hash !== hash) bytes += Math.max(1, size - (was?.bytes ?? 0))
  }
  return bytes
}

const figure = ({ headers, status, text }: Reply, name: string): number => {
  if (status >= 300) throw new Error(`Answered ${status}: ${text}`)
  return Number(new RegExp(`${name};desc="(\\d+)"`).exec(String(headers['server-timing']))?.[1] ?? Number.NaN)
}

/** @param tenancy `shared`: the D1 database; `object`: a Durable Object */
const startWorker = async (bundle: string, folder: string, tenancy: 'shared' | 'object') => {
  const worker = {
    name: tenancy,
    modules: [{ type: 'ESModule' as const, path: 'tenants.js', contents: readFileSync(bundle, 'utf8') }],
    compatibilityDate: '2026-10-23',
    d1Databases: { DB: 'shared' },
    durableObjects: { ORGANIZATIONS: { className: 'OrganizationDatabase', useSQLite: true } },
    bindings: { LOG: 'off', TENANCY: tenancy },
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  }
  const options = convertV4MiniflareOptions({ log: new Log(LogLevel.WARN), cf: false, workers: [worker] })
  const miniflare = new Miniflare({ ...options, resourcePersistencePath: folder })
  await miniflare.ready
  const database = await miniflare.getD1Database('DB', tenancy)
  for (const { queries } of await readD1Migrations('migrations'))
    for (const query of queries) await database.prepare(query).run()
  const { origin } = await miniflare.unsafeGetDirectURL(tenancy)
  return {
    origin,
    /** What the store writes when it is asked for nothing of its own: a page of its bookkeeping in D1, nothing elsewhere. */
    idleBytes: tenancy === 'shared' ? await bytesWritten(folder, () => database.prepare('SELECT 1').all()) : 0,
    dispose: () => miniflare.dispose(),
  }
}

/** Warm requests of one kind each, through the whole product. */
export const costsIn = async (bundle: string, folder: string, tenancy: 'shared' | 'object'): Promise<Costs> => {
  const { origin, idleBytes, dispose } = await startWorker(bundle, folder, tenancy)
  const url = (path: string) => new URL(path, origin).href
  try {
    const { text: token } = await sendOne({ url: url('/bench/tenant'), method: 'POST', token: '' }, '')
    const send = async (target: { readonly url: string; readonly method: string }, body: unknown): Promise<Cost> => {
      let reply: Reply | undefined
      const bytes = await bytesWritten(folder, async () => {
        reply = await sendOne({ ...target, token }, JSON.stringify(body))
      })
      if (!reply) throw new Error('Not answered')
      return {
        calls: figure(reply, 'db-calls'),
        rowsRead: figure(reply, 'db-rows-read'),
        rowsWritten: figure(reply, 'db-rows-written'),
        bytesWritten: bytes - idleBytes,
      }
    }
    const single = { url: url('/v2/crm/people?matchingAttribute=email'), method: 'PUT' }
    const bulk = { url: url(BULK), method: 'POST' }
    // Without the attribute that the benchmark adds to its organisation.
    const contact = (n: number, edition: number) => ({ ...person(n, edition), external_id: undefined })
    const item = ({ match, values }: ReturnType<typeof batchItem>) => ({
      match,
      values: { ...values, external_id: undefined },
    })
    const people = Array.from({ length: BATCH }, (_, n) => item(batchItem(person(n, 0))))
    await send(bulk, people)
    const created = await send(single, contact(BATCH, 0))
    const unchanged = await send(single, contact(BATCH, 0))
    // The history is a page fuller by now: one write in ten has to split it, and none of these figures is to be that one.
    await send(single, contact(BATCH, 1))
    return {
      created,
      unchanged,
      changed: await send(single, contact(BATCH, 2)),
      batch: await send(bulk, people),
    }
  } finally {
    await dispose()
  }
}
