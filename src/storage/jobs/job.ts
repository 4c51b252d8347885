import { servedStatuses } from '../../schema/schema.ts'
import { WORDS } from '../../schema/words.ts'
import type { SqlDriver, Statement } from '../driver.ts'
import type { IndexKind } from '../keys-sql.ts'
import { oneOf } from '../status-sql.ts'
import type { Phase } from './index-change.ts'

/** A job as its row tells it: docs/jobs.md. */
export interface Job {
  readonly organizationId: string
  readonly id: string
  readonly kind: IndexKind
  readonly object: string
  readonly name: string
  /** What is left to do; the first is under way. */
  readonly phases: readonly Phase[]
  /** Ids of the first and the last record when it began. */
  readonly span: readonly [string, string]
  /** Where the last chunk ended: the id of a record, or a value. */
  readonly chunkTo: string
  readonly chunkRows: number
  readonly step: number
  readonly done: number
  /** Null where there are none in its way. */
  readonly duplicates: readonly SharedValue[] | null
  readonly createdBy: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly updatedAt: number
  readonly finishedAt: number | null
}

/** A value that several records share. */
export interface SharedValue {
  readonly value: string
  readonly recordIds: readonly string[]
}

/** Records of a shared value that are told. */
const SHOWN_RECORDS = 10

export const sharedValue = (row: Readonly<Record<string, unknown>>): SharedValue => ({
  value: String(row.value),
  recordIds: (JSON.parse(row.record_ids as string) as string[]).slice(0, SHOWN_RECORDS),
})

export const COLUMNS =
  'organization_id, id, object, name, attributes, phases, span, chunk_to, chunk_rows, step, done, duplicates, created_by, created_at, updated_at, finished_at'

const parsed = <T>(text: unknown): T | null => (text === null ? null : (JSON.parse(text as string) as T))

/** The attributes are those that it began with: what they are called by now, the row of the combination says. */
const kindOf = ({ name, attributes }: Readonly<Record<string, unknown>>): IndexKind => {
  if (name === WORDS) return 'words'
  return attributes === null ? 'attribute' : 'combination'
}

export const jobOf = (row: Readonly<Record<string, unknown>>): Job => ({
  organizationId: row.organization_id as string,
  id: row.id as string,
  kind: kindOf(row),
  object: row.object as string,
  name: row.name as string,
  phases: JSON.parse(row.phases as string) as Phase[],
  span: JSON.parse(row.span as string) as [string, string],
  chunkTo: row.chunk_to as string,
  chunkRows: Number(row.chunk_rows),
  step: Number(row.step),
  done: Number(row.done),
  duplicates: parsed(row.duplicates),
  createdBy: row.created_by as string,
  createdAt: Number(row.created_at),
  updatedAt: Number(row.updated_at),
  finishedAt: row.finished_at === null ? null : Number(row.finished_at),
})

const read = async (driver: Pick<SqlDriver, 'batch'>, statement: Statement): Promise<Job[]> => {
  const { results } = await driver.batch([statement])
  return (results[0]?.rows ?? []).map(jobOf)
}

/** @returns undefined when there is none of this id */
export const readJob = async (
  driver: Pick<SqlDriver, 'batch'>,
  organizationId: string,
  id: string,
): Promise<Job | undefined> => {
  const sql = `SELECT ${COLUMNS} FROM jobs WHERE organization_id = ?1 AND id = ?2`
  return (await read(driver, { sql, params: [organizationId, id] }))[0]
}

/** Newest first. */
export const readJobs = (driver: Pick<SqlDriver, 'batch'>, organizationId: string, limit: number): Promise<Job[]> =>
  read(driver, {
    sql: `SELECT ${COLUMNS} FROM jobs WHERE organization_id = ?1 ORDER BY id DESC LIMIT CAST(?2 AS INTEGER)`,
    params: [organizationId, limit],
  })

/**
 * The oldest job of a database that is left to do, of all organisations that are served there.
 * @param except ids of jobs that have had their turn
 * @returns undefined when there is none but these
 */
export const nextJob = async (
  driver: Pick<SqlDriver, 'batch'>,
  except: ReadonlySet<string>,
): Promise<Job | undefined> => {
  const sql = `
SELECT ${COLUMNS} FROM jobs INDEXED BY jobs_unfinished
WHERE finished_at IS NULL AND (SELECT o.status FROM organizations o WHERE o.id = organization_id) ${oneOf(servedStatuses)}
  AND id NOT IN (SELECT value FROM json_each(?1))
ORDER BY created_at LIMIT 1`
  return (await read(driver, { sql, params: [JSON.stringify([...except])] }))[0]
}
