import type { Statement } from '../storage/driver.ts'
import type { GuardedDriver } from '../storage/guarded.ts'
import type { CountedUsage, Usage } from './directory.ts'

/** How much there is of a tenant, as statements count it and as the directory keeps it. */

/** Of each table no more rows are counted than that, so that it costs the same for everybody. */
const COUNTED = 100_000

/** What is counted in which rows, beside records. */
const counted = {
  matchKeys: 'record_keys WHERE organization_id = ?1',
  changes: 'changes WHERE organization_id = ?1',
  members: 'members WHERE organization_id = ?1 AND removed_at IS NULL',
  credentials: 'credentials WHERE organization_id = ?1 AND revoked_at IS NULL',
} as const satisfies Partial<Record<keyof Usage, string>>

const countedNames = Object.keys(counted) as (keyof typeof counted)[]
const names = ['records', ...countedNames] as const

const countStatements = (id: string): readonly Statement[] =>
  countedNames.map((name) => ({
    sql: `SELECT count(*) AS count FROM (SELECT 1 FROM ${counted[name]} LIMIT ${COUNTED})`,
    params: [id],
  }))

/** The records of a piece: SQLite goes through whatever lies between two rows, so a piece is bounded by bytes and not by rows alone. */
const PIECE = { bytes: 64_000_000, first: 250, most: 25_000 } as const

interface Weighed {
  readonly records: number
  readonly recordBytes: number
  /** Object and id of the last one; absent before the first. */
  readonly after?: readonly [object: string, id: string]
}

/** As many as should come to the bytes of a piece, if those to come are like those that were seen. */
const rowsOfPiece = ({ records, recordBytes }: Weighed): number => {
  const wanted = records === 0 ? PIECE.first : Math.ceil(PIECE.bytes / Math.max(recordBytes / records, 1))
  return Math.min(Math.max(wanted, PIECE.first), PIECE.most, COUNTED - records)
}

const weighStatement = (id: string, rows: number, after: Weighed['after']): Statement => ({
  // Without a second minimum or maximum, SQLite takes the bare columns from the row of the greatest place.
  sql: `SELECT count(*) AS count, sum(bytes) AS bytes, max(place), object, id FROM (
  SELECT row_number() OVER (ORDER BY object, id) AS place, object, id, bytes FROM (
    SELECT object, id, octet_length(data) AS bytes FROM records
    WHERE organization_id = ?1 ${after ? 'AND (object, id) > (?2, ?3)' : ''} ORDER BY object, id LIMIT ${rows}))`,
  params: [id, ...(after ?? [])],
})

/** @param reads asked several times, for a short piece each time: whoever else wants the database comes in between */
export const countIn = async (reads: GuardedDriver, id: string): Promise<Usage> => {
  const { results } = await reads.batch(countStatements(id))
  const counts = countedNames.map((name, i) => [name, Number(results[i]?.rows[0]?.count ?? 0)] as const)
  let weighed: Weighed = { records: 0, recordBytes: 0 }
  for (;;) {
    const rows = rowsOfPiece(weighed)
    const piece = (await reads.batch([weighStatement(id, rows, weighed.after)])).results[0]?.rows[0]
    const count = Number(piece?.count ?? 0)
    weighed = {
      records: weighed.records + count,
      recordBytes: weighed.recordBytes + Number(piece?.bytes ?? 0),
      after: [String(piece?.object), String(piece?.id)],
    }
    if (count < rows || weighed.records >= COUNTED) break
  }
  const { records, recordBytes } = weighed
  return { ...(Object.fromEntries(counts) as Record<keyof typeof counted, number>), records, recordBytes }
}

/** The last instant that a date can stand for. */
export const LAST = 8.64e15

/** Milliseconds since 1970. */
export const isInstant = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Math.abs(Number(value)) <= LAST

/** Null too for what somebody else has written there. */
export const keptUsage = (stored: unknown): CountedUsage | null => {
  const members = (typeof stored === 'object' && stored !== null ? stored : {}) as Readonly<Record<string, unknown>>
  const wanted = [...names, 'recordBytes', 'countedAt']
  if (!wanted.every((name) => Number.isSafeInteger(members[name])) || !isInstant(members.countedAt)) return null
  return Object.fromEntries(wanted.map((name) => [name, members[name]])) as unknown as CountedUsage
}
