import pg from 'pg'
import { KEY_HASH, servePeople, type Written } from './app.ts'
import { columns, type Row, updatable } from './people.ts'

/** Hono and pg: what a careful engineer would write by hand. PGHOST is the folder of PostgreSQL's socket. */

const pool = new pg.Pool({ host: process.env.PGHOST ?? '', user: 'postgres', database: 'postgres', max: 16 })

await pool.query(`
CREATE TABLE api_keys (hash text PRIMARY KEY);
CREATE TABLE people (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  ${columns.map((column) => `${column} text`).join(', ')},
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (email), UNIQUE (external_id))`)
await pool.query('INSERT INTO api_keys VALUES ($1)', [KEY_HASH])

const changes = `${updatable.map((column) => `${column} = excluded.${column}`).join(', ')}, updated_at = now()`
/** A row that was just inserted has no version before it. */
const answer = 'RETURNING id, xmax = 0 AS created'

const upsert = `INSERT INTO people (${columns.join(', ')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')})
ON CONFLICT (email) DO UPDATE SET ${changes} ${answer}`

const upsertAll = `INSERT INTO people (${columns.join(', ')})
SELECT * FROM unnest(${columns.map((_, i) => `$${i + 1}::text[]`).join(', ')})
ON CONFLICT (email) DO UPDATE SET ${changes} ${answer}`

servePeople({
  async hasKey(hash) {
    const text = 'SELECT 1 FROM api_keys WHERE hash = $1'
    return (await pool.query({ name: 'key', text, values: [hash] })).rowCount === 1
  },
  async upsert(row) {
    const values = columns.map((column) => row[column])
    const { rows } = await pool.query<Written>({ name: 'upsert', text: upsert, values })
    const [written] = rows
    if (!written) throw new Error('Nothing was written')
    return written
  },
  async upsertAll(all: readonly Row[]) {
    const values = columns.map((column) => all.map((row) => row[column]))
    return (await pool.query<Written>({ name: 'upsert all', text: upsertAll, values })).rows
  },
})
