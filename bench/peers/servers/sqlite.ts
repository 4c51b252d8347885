import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { keyHashOf, type Person, servePeer, type WrittenPerson } from './serve.ts'

/**
 * What a careful person writes by hand where one process owns an SQLite file: look up, compare, write if something has
 * changed. Every call is synchronous, so no other request comes between; a batch is one transaction.
 */

const database = new DatabaseSync(process.env.DATABASE ?? '')
database.exec(`
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE api_keys (hash TEXT NOT NULL PRIMARY KEY, revoked_at INTEGER) WITHOUT ROWID;
CREATE TABLE people (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  external_id TEXT UNIQUE,
  data TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
)`)
database.prepare('INSERT INTO api_keys (hash) VALUES (?)').run(keyHashOf(process.env))

const findKey = database.prepare('SELECT 1 FROM api_keys WHERE hash = ? AND revoked_at IS NULL')
const find = database.prepare('SELECT id, data FROM people WHERE email = ?')
const insert = database.prepare(
  'INSERT INTO people (id, email, external_id, data, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)',
)
const update = database.prepare('UPDATE people SET external_id = ?2, data = ?3, updated_at = ?4 WHERE id = ?1')

const upsert = (person: Person): WrittenPerson => {
  const [email = ''] = person.emails
  const row = find.get(email)
  if (!row) {
    const id = randomUUID()
    insert.run(id, email, person.external_id, JSON.stringify(person), Date.now())
    return { id, status: 'created', data: person }
  }
  const id = String(row.id)
  const before = String(row.data)
  const data = { ...JSON.parse(before), ...person }
  const after = JSON.stringify(data)
  if (after === before) return { id, status: 'unchanged', data }
  update.run(id, person.external_id, after, Date.now())
  return { id, status: 'updated', data }
}

servePeer({
  isKey: (keyHash) => findKey.get(keyHash) !== undefined,
  upsert,
  upsertAll(people) {
    database.exec('BEGIN IMMEDIATE')
    try {
      const written = people.map(upsert).map(({ id, status }) => ({ id, status }))
      database.exec('COMMIT')
      return written
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  },
})
