import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { KEY_HASH, servePeople, type Written } from './app.ts'
import { columns, type Row, updatable } from './people.ts'

/** Hono and node:sqlite in one thread: the least that can be asked of a file. It notices what changes nothing. */

const database = new DatabaseSync(process.env.DATABASE ?? '')
database.exec(`
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE api_keys (hash TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE people (
  id TEXT PRIMARY KEY, ${columns.map((column) => `${column} TEXT`).join(', ')},
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, UNIQUE (email), UNIQUE (external_id))`)
database.prepare('INSERT INTO api_keys VALUES (?)').run(KEY_HASH)

const key = database.prepare('SELECT 1 FROM api_keys WHERE hash = ?')
const find = database.prepare(`SELECT id, ${columns.join(', ')} FROM people WHERE email = ?`)
const insert = database.prepare(`INSERT INTO people VALUES (?, ${columns.map(() => '?').join(', ')}, ?, ?)`)
const update = database.prepare(
  `UPDATE people SET ${updatable.map((column) => `${column} = ?`).join(', ')}, updated_at = ? WHERE id = ?`,
)

const upsert = (row: Row): Written => {
  const found = find.get(row.email) as (Row & { readonly id: string }) | undefined
  const now = Date.now()
  if (!found) {
    const id = randomUUID()
    insert.run(id, ...columns.map((column) => row[column]), now, now)
    return { id, created: true }
  }
  if (columns.some((column) => found[column] !== row[column]))
    update.run(...updatable.map((column) => row[column]), now, found.id)
  return { id: found.id, created: false }
}

servePeople({
  hasKey: (hash) => key.get(hash) !== undefined,
  upsert,
  upsertAll(rows) {
    database.exec('BEGIN IMMEDIATE')
    try {
      const written = rows.map(upsert)
      database.exec('COMMIT')
      return written
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  },
})
