import type { Statement, StatementResult } from '../storage/driver.ts'
import type { CountedUsage, Usage } from './directory.ts'

/** How much there is of a tenant, as statements count it and as the directory keeps it. */

/** Of each table no more rows are counted than that, so that it costs the same for everybody. */
const COUNTED = 100_000

/** What is counted in which rows. */
const counted = {
  records: 'records WHERE organization_id = ?1',
  matchKeys: 'record_keys WHERE organization_id = ?1',
  changes: 'changes WHERE organization_id = ?1',
  members: 'members WHERE organization_id = ?1 AND removed_at IS NULL',
  credentials: 'credentials WHERE organization_id = ?1 AND revoked_at IS NULL',
} as const satisfies Partial<Record<keyof Usage, string>>

const names = Object.keys(counted) as (keyof typeof counted)[]

export const usageStatements = (id: string): readonly Statement[] =>
  names.map((name) => {
    // The length of a text stands before it: to sum up lengths reads no data.
    const bytes = name === 'records' ? 'octet_length(data)' : '0'
    const rows = `SELECT ${bytes} AS bytes FROM ${counted[name]} LIMIT ${COUNTED}`
    return { sql: `SELECT count(*) AS count, sum(bytes) AS bytes FROM (${rows})`, params: [id] }
  })

/** @param results of `usageStatements` */
export const usageIn = (results: readonly StatementResult[]): Usage => {
  const rows = new Map(names.map((name, i) => [name, results[i]?.rows[0]]))
  const counts = names.map((name) => [name, Number(rows.get(name)?.count ?? 0)] as const)
  const recordBytes = Number(rows.get('records')?.bytes ?? 0)
  return { ...(Object.fromEntries(counts) as Record<keyof typeof counted, number>), recordBytes }
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
