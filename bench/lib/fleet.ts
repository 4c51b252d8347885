import { readFileSync } from 'node:fs'
import { readD1Migrations } from '@cloudflare/vitest-plugin'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import type { HistoryMode } from '../../src/schema/schema.ts'
import { hashSecret } from '../../src/secrets/hash.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { hooksKey, setUpHook, signed } from './deliveries.ts'
import type { Target } from './load.ts'

/** All workers in one workerd, each on its own socket: no development proxy stands between load and worker. */

export type Contender = 'ours' | 'bare' | 'four-calls'
export const contenders: readonly Contender[] = ['ours', 'bare', 'four-calls']

/**
 * `distant` adds 20 ms to every database call; `growing` has a database of its own for the rows at two sizes, and an organisation
 * without history, as the targets say; `noted` is another one there, which keeps the values, as organisations do unasked.
 */
export type WorkerName = Contender | `${Contender}-distant` | 'ours-growing' | 'ours-noted'

const DELAY_MS = '20'
/** One person through a public contract; and up to a thousand through ours. */
export const PEOPLE = '/v2/crm/people?matchingAttribute=email'
export const BULK = '/v1/objects/people/records/batch'

const handWrittenTables = [
  `CREATE TABLE people (id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL UNIQUE, external_id TEXT, data TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)`,
  'CREATE TABLE api_keys (id TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL UNIQUE, revoked_at INTEGER)',
]
const secondUniqueKey = 'CREATE UNIQUE INDEX people_by_external_id ON people (external_id)'

const apply = async (database: D1Database, statements: readonly string[]) => {
  for (const statement of statements) await database.prepare(statement).run()
}

/** An organisation as any other has it: a custom unique attribute, and a key. No peer keeps a history, so what is compared has none. */
const setUpKey = async (driver: SqlDriver, history: HistoryMode) => {
  const { value: organizationId } = await createOrganization(driver, { name: 'Benchmark', history })
  const operator = administration(asOperator(driver, organizationId))
  await operator.addAttribute('people', { label: 'External id', type: 'text', unique: true })
  const key = { kind: 'key', name: 'benchmark', scopes: ['crm:read', 'crm:write'] } as const
  return { organizationId, secret: (await operator.issueCredential(key)).secret }
}

/** @returns the key of a new organisation */
export const setUpOrganization = async (driver: SqlDriver, history: HistoryMode): Promise<string> =>
  (await setUpKey(driver, history)).secret

const migrated = async (database: D1Database): Promise<SqlDriver> => {
  for (const migration of await readD1Migrations('migrations')) await apply(database, migration.queries)
  return d1Driver(database)
}

/** @returns the key of a new organisation without a history, the path of its hook, and the key of one that keeps values */
const setUpOurs = async (database: D1Database) => {
  const driver = await migrated(database)
  const { organizationId, secret } = await setUpKey(driver, 'off')
  const hook = await setUpHook(driver, organizationId)
  return { secret, hook, keepingSecret: await setUpOrganization(driver, 'values') }
}

const setUpHandWritten = async (database: D1Database, token: string) => {
  await database
    .prepare('INSERT INTO api_keys (id, hash) VALUES (?1, ?2)')
    .bind('key', await hashSecret(token))
    .run()
}

export interface Fleet {
  target(worker: WorkerName, path?: string): Promise<Target>
  /** Our worker, for an organisation whose history keeps values, as new ones do by default. */
  keepingTarget(path?: string): Promise<Target>
  /** The hook of our worker. */
  hookTarget(): Promise<Target>
  dispose(): Promise<void>
}

export const startFleet = async (bundles: Readonly<Record<Contender, string>>): Promise<Fleet> => {
  const worker = (name: WorkerName, contender: Contender, database: string, bindings: Record<string, string>) => ({
    name,
    modules: [{ type: 'ESModule' as const, path: `${name}.js`, contents: readFileSync(bundles[contender], 'utf8') }],
    compatibilityDate: '2026-10-23',
    d1Databases: { DB: database },
    bindings: { LOG: 'off', HOOKS_KEY: hooksKey, ...bindings },
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  })
  const workers = contenders.flatMap((c) => [
    worker(c, c, c, {}),
    worker(`${c}-distant`, c, c, { DELAY_MS }),
    ...(c === 'ours' ? [worker('ours-growing', c, 'growing', {}), worker('ours-noted', c, 'growing', {})] : []),
  ])
  const miniflare = new Miniflare(convertV4MiniflareOptions({ log: new Log(LogLevel.WARN), cf: false, workers }))
  await miniflare.ready
  const database = (name: WorkerName) => miniflare.getD1Database('DB', name) as unknown as Promise<D1Database>
  const ours = await setUpOurs(await database('ours'))
  const growing = await migrated(await database('ours-growing'))
  const keys: Partial<Record<WorkerName, string>> = {
    'ours-growing': (await setUpKey(growing, 'off')).secret,
    'ours-noted': (await setUpKey(growing, 'values')).secret,
  }
  await apply(await database('bare'), handWrittenTables)
  await apply(await database('four-calls'), [...handWrittenTables, secondUniqueKey])
  await setUpHandWritten(await database('four-calls'), ours.secret)
  const target: Fleet['target'] = async (name, path = PEOPLE) => {
    const { href: url } = new URL(path, await miniflare.unsafeGetDirectURL(name))
    return { url, method: path === PEOPLE ? 'PUT' : 'POST', token: keys[name] ?? ours.secret }
  }
  return {
    target,
    keepingTarget: async (path) => ({ ...(await target('ours', path)), token: ours.keepingSecret }),
    hookTarget: async () => signed(await target('ours', ours.hook)),
    dispose: () => miniflare.dispose(),
  }
}
