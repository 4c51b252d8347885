import type { SqlDriver } from '../storage/driver.ts'
import { type OpenDatabase, openDatabase } from './database.ts'

/**
 * The file of the journal: deliveries in the order in which they came, those that wait and those that were given up. How much
 * of it each organisation fills is counted by the file itself, so that all processes that use it go by one count.
 */

/**
 * Characters of all that waits. An organisation may have as many as it leaves free: the first has half of them, and however
 * many fill theirs, there is some for the next.
 */
const ROOM = 128_000_000

/** Characters of all that was given up: beside what waits, so that it takes no room from that. */
const GIVEN_UP_ROOM = 64_000_000

/** Deliveries that are dropped at once, at most: giving up one more stays a short write. */
const DROPPED = 1_000

/** Whose delivery it is, by the address of its hook. */
const ownerOf = (address: string) => `substr(${address}, 1, instr(${address} || '_', '_') - 1)`

/** SQL of a trigger: what a row takes up. */
const counted = (row: 'old' | 'new', sign: '+' | '-') => `
  INSERT INTO rooms (organization, waits, given_up) VALUES (
    ${ownerOf(`${row}.address`)},
    ${sign} ${row}.characters * (${row}.given_up_at IS NULL),
    ${sign} ${row}.characters * (${row}.given_up_at IS NOT NULL))
  ON CONFLICT (organization) DO UPDATE SET waits = waits + excluded.waits, given_up = given_up + excluded.given_up;`

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS waiting (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    address TEXT NOT NULL,
    characters INTEGER NOT NULL,
    delivery TEXT NOT NULL,
    given_up_at INTEGER
  )`,
  'CREATE INDEX IF NOT EXISTS waiting_by_address ON waiting (address, sequence) WHERE given_up_at IS NULL',
  `CREATE INDEX IF NOT EXISTS given_up_by_owner ON waiting (${ownerOf('address')}, sequence) WHERE given_up_at IS NOT NULL`,
  `CREATE TABLE IF NOT EXISTS rooms (organization TEXT PRIMARY KEY, waits INTEGER NOT NULL, given_up INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE TRIGGER IF NOT EXISTS counts_put AFTER INSERT ON waiting BEGIN ${counted('new', '+')} END`,
  `CREATE TRIGGER IF NOT EXISTS counts_gone AFTER DELETE ON waiting BEGIN ${counted('old', '-')} END`,
  `CREATE TRIGGER IF NOT EXISTS counts_given_up AFTER UPDATE OF given_up_at ON waiting BEGIN
  ${counted('old', '-')} ${counted('new', '+')} END`,
  // An earlier release has counted nothing.
  'DELETE FROM rooms',
  `INSERT INTO rooms SELECT ${ownerOf('address')}, sum(characters * (given_up_at IS NULL)), sum(characters * (given_up_at IS NOT NULL))
  FROM waiting GROUP BY 1`,
]

const PUT = `
INSERT INTO waiting (address, characters, delivery)
SELECT ?1, n.characters, ?3 FROM (SELECT CAST(?2 AS INTEGER) AS characters) n
WHERE coalesce((SELECT r.waits FROM rooms r WHERE r.organization = ${ownerOf('?1')}), 0) + n.characters
  <= ${ROOM} - (SELECT coalesce(sum(r.waits), 0) FROM rooms r) - n.characters
RETURNING sequence`

const FIRST =
  'SELECT sequence, delivery FROM waiting WHERE address = ?1 AND given_up_at IS NULL ORDER BY sequence LIMIT 1'
const DONE = 'DELETE FROM waiting WHERE sequence = CAST(?1 AS INTEGER)'

/** From one address to the next: what it costs depends on how many there are, and not on how much waits for each. */
const ADDRESSES = `
WITH RECURSIVE found (address) AS (
  SELECT min(address) FROM waiting WHERE given_up_at IS NULL
  UNION ALL
  SELECT (SELECT min(w.address) FROM waiting w WHERE w.given_up_at IS NULL AND w.address > f.address)
  FROM found f WHERE f.address IS NOT NULL)
SELECT address FROM found WHERE address IS NOT NULL`

const GIVE_UP = `UPDATE waiting SET given_up_at = CAST(?2 AS INTEGER)
WHERE sequence = CAST(?1 AS INTEGER) AND given_up_at IS NULL`

/** The oldest of whoever has given up most: nobody can push out what is another's by giving up much. */
const MAKE_ROOM = `
DELETE FROM waiting WHERE sequence IN (
  SELECT sequence FROM (
    SELECT sequence, sum(characters) OVER (ORDER BY sequence) - characters AS before FROM (
      SELECT sequence, characters FROM waiting
      WHERE given_up_at IS NOT NULL AND ${ownerOf('address')} = (SELECT organization FROM rooms ORDER BY given_up DESC LIMIT 1)
      ORDER BY sequence LIMIT ${DROPPED}))
  WHERE before < (SELECT sum(given_up) FROM rooms) - ${GIVEN_UP_ROOM})
RETURNING delivery ->> 'id' AS id`

const OF_GIVEN_UP = `given_up_at IS NOT NULL AND (?1 IS NULL OR ${ownerOf('address')} = ?1)`
const TAKE_UP = `UPDATE waiting SET given_up_at = NULL WHERE ${OF_GIVEN_UP} RETURNING sequence`
const DROP = `DELETE FROM waiting WHERE ${OF_GIVEN_UP} RETURNING sequence`
const LIST = `SELECT address, delivery ->> 'id' AS id, given_up_at FROM waiting
WHERE ?1 IS NULL OR ${ownerOf('address')} = ?1 ORDER BY sequence`

const rowsOf = async (driver: SqlDriver, sql: string, ...params: (string | number | null)[]) =>
  (await driver.batch([{ sql, params }])).results[0]?.rows ?? []

export interface KeptInJournal {
  readonly sequence: number
  /** JSON. */
  readonly delivery: string
}

/** The file of this URL; made if it is not there. Whoever opens it closes it. */
export const openJournal = async (url: string) => {
  const { driver, close }: OpenDatabase = await openDatabase(url)
  await driver.batch(SCHEMA.map((sql) => ({ sql, params: [] })))
  return {
    close,
    /** @returns whether there was room. @param delivery JSON of up to `WAITING_CHARACTERS` */
    put: async (address: string, delivery: string): Promise<boolean> =>
      (await rowsOf(driver, PUT, address, delivery.length, delivery)).length > 0,
    /** Of hooks for which something waits. */
    addresses: async (): Promise<readonly string[]> =>
      (await rowsOf(driver, ADDRESSES)).map(({ address }) => String(address)),
    async first(address: string): Promise<KeptInJournal | undefined> {
      const [row] = await rowsOf(driver, FIRST, address)
      return row && { sequence: Number(row.sequence), delivery: String(row.delivery) }
    },
    async done(sequence: number): Promise<void> {
      await rowsOf(driver, DONE, sequence)
    },
    /** @returns ids of what was given up before, and is dropped for it */
    async giveUp(sequence: number): Promise<readonly string[]> {
      const { results } = await driver.batch([
        { sql: GIVE_UP, params: [sequence, Date.now()] },
        { sql: MAKE_ROOM, params: [] },
      ])
      return (results[1]?.rows ?? []).map(({ id }) => String(id))
    },
    /** What is in the file, oldest first; `givenUpAt` in ISO 8601, null for what is still tried. @param owner null: all */
    list: async (owner: string | null) =>
      (await rowsOf(driver, LIST, owner)).map(({ address, id, given_up_at: at }) => ({
        address: String(address),
        id: String(id),
        givenUpAt: at === null ? null : new Date(Number(at)).toISOString(),
      })),
    /** Has what was given up wait again. @returns how many there were. @param owner id of an organisation; null: of all */
    takeUpAgain: async (owner: string | null): Promise<number> => (await rowsOf(driver, TAKE_UP, owner)).length,
    /** Removes what was given up, for good. @returns how many there were. @param owner id of an organisation; null: of all */
    drop: async (owner: string | null): Promise<number> => (await rowsOf(driver, DROP, owner)).length,
  }
}

export type JournalFile = Awaited<ReturnType<typeof openJournal>>
