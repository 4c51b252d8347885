import { Pool } from 'pg'
import { keyHashOf, type Person, servePeer, type WrittenPerson } from './serve.ts'

/**
 * What is usually written by hand where there is PostgreSQL: a table with two unique columns, the key looked up, and one
 * INSERT ... ON CONFLICT. Its statements have names, so PostgreSQL parses them once.
 */

const pool = new Pool({ host: process.env.PGHOST ?? '', user: 'bench', database: 'postgres', max: 16 })

const TABLES = `
CREATE TABLE api_keys (hash text PRIMARY KEY, revoked_at timestamptz);
CREATE TABLE people (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email text NOT NULL UNIQUE,
  external_id text UNIQUE,
  data jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
)`

const FIND_KEY = 'SELECT 1 FROM api_keys WHERE hash = $1 AND revoked_at IS NULL'

/** A row that was inserted has never had another version. */
const STATUS = `CASE WHEN xmax = 0 THEN 'created' ELSE 'updated' END AS status`
const ON_CONFLICT = `ON CONFLICT (email) DO UPDATE
SET external_id = excluded.external_id, data = people.data || excluded.data, updated_at = now()`

const UPSERT = `INSERT INTO people (email, external_id, data) VALUES ($1, $2, $3)
${ON_CONFLICT} RETURNING id, ${STATUS}, data, created_at, updated_at`

const UPSERT_ALL = `INSERT INTO people (email, external_id, data)
SELECT email, external_id, data FROM jsonb_to_recordset($1) AS item (email text, external_id text, data jsonb)
${ON_CONFLICT} RETURNING id, ${STATUS}`

const rowOf = (person: Person) => ({ email: person.emails[0], external_id: person.external_id, data: person })

await pool.query({ text: TABLES })
await pool.query({ text: 'INSERT INTO api_keys (hash) VALUES ($1)', values: [keyHashOf(process.env)] })

servePeer({
  async isKey(keyHash) {
    const { rows } = await pool.query({ name: 'find-key', text: FIND_KEY, values: [keyHash] })
    return rows.length > 0
  },
  async upsert(person) {
    const values = [person.emails[0], person.external_id, JSON.stringify(person)]
    const { rows } = await pool.query<WrittenPerson>({ name: 'upsert', text: UPSERT, values })
    const [row] = rows
    if (!row) throw new Error('INSERT ... RETURNING returned no row')
    return row
  },
  async upsertAll(people) {
    const values = [JSON.stringify(people.map(rowOf))]
    return (await pool.query<WrittenPerson>({ name: 'upsert-all', text: UPSERT_ALL, values })).rows
  },
})
