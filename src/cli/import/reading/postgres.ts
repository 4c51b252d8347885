import { exactNumber, parseExactly } from '../../../import/reading/exact-json.ts'
import { UsageError } from '../../exit-errors.ts'
import { type QueryRow, queryError, requireNames } from './query-rows.ts'

/** Rows of a PostgreSQL database, a thousand at a time. `pg` is not installed with us: few need it. */

/** What is used of it. */
interface Client {
  connect(): Promise<void>
  query(
    sql: string | { readonly name: string; readonly text: string },
  ): Promise<{ readonly rows: readonly QueryRow[]; readonly fields: readonly { readonly name: string }[] }>
  end(): Promise<void>
}
type Parse = (text: string) => unknown
interface Pg {
  readonly Client: new (options: {
    readonly connectionString: string
    readonly types: { getTypeParser(oid: number, format?: string): Parse }
  }) => Client
  readonly types: { getTypeParser(oid: number, format?: string): Parse }
}

const ROWS = 1_000

const INT8 = 20
const JSON_TEXT = 114
const NUMERIC = 1700
const DATE = 1082
const TIMESTAMP = 1114
const TIMESTAMPTZ = 1184
const JSONB = 3802

/** What would be another number, or none (NaN), stays a text. */
const number: Parse = (text) => exactNumber(text)

const same: Parse = (text) => text

/** The driver makes of a day an instant in the zone of this machine, and of large numbers texts. */
const parsers: ReadonlyMap<number, Parse> = new Map([
  [INT8, number],
  [NUMERIC, number],
  [JSON_TEXT, parseExactly],
  [JSONB, parseExactly],
  [DATE, same],
  [TIMESTAMP, same],
  // 2025-06-01 09:30:00+02: of hours alone.
  [TIMESTAMPTZ, (text) => text.replace(/([+-]\d\d)$/, '$1:00')],
])

const PACKAGE: string = 'pg'

const load = async (): Promise<Pg> => {
  try {
    const { default: pg } = (await import(PACKAGE)) as { readonly default: Pg }
    return pg
  } catch (error) {
    throw new UsageError(
      'For postgres:// the package pg is needed: install it beside this one with "npm install edge-upsert pg".',
      {
        cause: error,
      },
    )
  }
}

/** @throws UsageError when it cannot be connected to, or refuses the query */
export async function* postgresRows(url: string, query: string): AsyncGenerator<QueryRow> {
  const { Client, types } = await load()
  const getTypeParser = (oid: number, format?: string): Parse => parsers.get(oid) ?? types.getTypeParser(oid, format)
  const client = new Client({ connectionString: url, types: { getTypeParser } })
  try {
    await client.connect()
    await client.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY')
    await client.query('BEGIN READ ONLY')
    const text = `DECLARE answered NO SCROLL CURSOR FOR ${query.replace(/;\s*$/, '')}`
    // A statement with a name is sent so that the database takes one and no more: a second one could end what is read only.
    await client.query({ name: 'declare', text })
    for (;;) {
      const { rows, fields } = await client.query(`FETCH ${ROWS} FROM answered`)
      requireNames(fields.map(({ name }) => name))
      yield* rows
      if (rows.length < ROWS) break
    }
  } catch (error) {
    throw queryError(error)
  } finally {
    await client.end().catch(() => undefined)
  }
}
