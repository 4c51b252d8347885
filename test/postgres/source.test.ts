import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { useImportWorld } from '../support/import-world.ts'

/** `sync --from postgres://…`: a query of PostgreSQL, through its own driver, is a file like any other. */

const world = useImportWorld()
const people = () => world.client({ url: world.serverUrl }).records('people')
const database = new PGlite()
let server: PGLiteSocketServer
/** In a folder: of PostgreSQL on a socket of a file, the driver takes the folder as host. */
const url = () => `postgres://u:secret@/postgres?host=${encodeURIComponent(world.folder)}`

beforeAll(async () => {
  server = new PGLiteSocketServer({ db: database, path: `${world.folder}/.s.PGSQL.5432` })
  await server.start()
  await database.exec(`CREATE TABLE customer (mail text, name text);
    CREATE FUNCTION forgotten() RETURNS text LANGUAGE sql AS 'DELETE FROM customer RETURNING mail'`)
})
afterAll(async () => {
  await server.stop()
  await database.close()
})

const sync = async (query: string) => {
  const about = ['--object', 'people', '--match', 'emails', '--missing', 'keep', '--map', 'mail=emails']
  try {
    return await world.run('sync', '--from', url(), '--query', query, ...about)
  } finally {
    // All connections are one session there, which a server would end with each.
    await database.exec('ROLLBACK')
    await database.exec('DISCARD ALL')
  }
}
const valuesOf = async (email: string) => (await people().getBy('emails', email)).values

it('is read to its end, however many rows there are, and the same again writes nothing', async () => {
  const query = (rows: number) => `SELECT 'p' || n || '@rows.example' AS mail FROM generate_series(1, ${rows}) n`
  for (const rows of [1_000, 2_001]) {
    expect((await sync(query(rows))).out).toContain(`, of ${rows} rows`)
    expect((await sync(query(rows))).out).toContain(`0 created, 0 updated, ${rows} unchanged`)
  }
})

it('loses nothing of a value: digits, what is no number, days as they stand, and what is unknown', async () => {
  await people().assert({ match: { emails: 'd@kinds.example' }, values: { emails: ['d@kinds.example'], note: 'old' } })
  const { code, out, err } = await sync(
    `SELECT * FROM (VALUES
      ('a@kinds.example', '9007199254740993'::int8::text, '{"a": 12345678901234567890}'::jsonb::text),
      ('b@kinds.example', NULL, 'ä; ö')
    ) AS t (mail, zip_code, note)`,
  )
  expect([code, out, err]).toEqual([0, expect.stringContaining('2 created'), expect.any(String)])
  expect(await valuesOf('a@kinds.example')).toMatchObject({ zip_code: '9007199254740993' })
  const one = (select: string) => sync(`SELECT 'd@kinds.example' AS mail, ${select}`)
  for (const [select, attribute, stored] of [
    ['9007199254740993::int8 AS zip_code', 'zip_code', '9007199254740993'],
    ['12345678901234567890.50::numeric AS zip_code', 'zip_code', '12345678901234567890.50'],
    [`'NaN'::numeric AS zip_code`, 'zip_code', 'NaN'],
    [`'Infinity'::float8 AS zip_code`, 'zip_code', 'Infinity'],
    [`DATE '2025-06-01' AS zip_code`, 'zip_code', '2025-06-01'],
    [`ARRAY['x', 'y'] AS tags`, 'tags', ['x', 'y']],
  ] as const) {
    const { code, err } = await one(select)
    expect([select, code, err]).toEqual([select, 0, expect.any(String)])
    expect((await valuesOf('d@kinds.example'))[attribute]).toEqual(stored)
  }
  await one('NULL::text AS note')
  expect(await valuesOf('d@kinds.example')).not.toHaveProperty('note')
})

it.each([
  ['that is none', 'SELEC 1', /^--query: .*syntax error/],
  ['that writes', 'WITH gone AS (DELETE FROM customer RETURNING mail) SELECT mail FROM gone', /^--query: /],
  [
    'that writes by a function',
    'SELECT forgotten() AS mail',
    /^--query: cannot execute DELETE in a read-only transaction/,
  ],
  ['that writes by itself', 'DELETE FROM customer RETURNING mail', /^--query: .*syntax error/],
  [
    'behind which another one stands',
    'SELECT mail FROM customer; COMMIT; DELETE FROM customer',
    /^--query: cannot insert multiple commands/,
  ],
  ['with a name twice', 'SELECT mail, name AS mail FROM customer', /two columns are called "mail"/],
  ['of bytes', "SELECT mail, 'x'::bytea AS city FROM customer", /the column "city" has bytes/],
  ['of nothing', 'SELECT mail FROM customer WHERE false', /What the query answers has no objects/],
])('a query %s is refused, and changes nothing', async (_, query, message) => {
  await database.exec("DELETE FROM customer; INSERT INTO customer VALUES ('m@refused.example', 'M')")
  const { code, out, err } = await sync(query)
  expect([code, out, err]).toEqual([2, '', expect.stringMatching(message)])
  expect((await database.query('SELECT mail FROM customer')).rows).toEqual([{ mail: 'm@refused.example' }])
})

it('a database that is not there is told without its password', async () => {
  const about = ['--object', 'people', '--match', 'emails', '--missing', 'keep']
  const { code, err } = await world.run(
    'sync',
    '--from',
    'postgres://u:secret@127.0.0.1:1/d',
    '--query',
    'SELECT 1',
    ...about,
  )
  expect([code, err]).toEqual([2, expect.stringMatching(/^--query: .*ECONNREFUSED/)])
  expect(err).not.toContain('secret')
})
