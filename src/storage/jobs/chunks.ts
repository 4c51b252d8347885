import { servedStatuses } from '../../schema/schema.ts'
import type { SqlValue, Statement } from '../driver.ts'
import { derivedOf, type IndexKind, SHOWN_VALUES } from '../keys-sql.ts'
import { named, placeholder } from '../program/names.ts'
import { PROGRAM } from '../program/version.ts'
import { oneOf } from '../status-sql.ts'
import { COLUMNS, type Job } from './job.ts'

/**
 * The next chunk of a job, in one transaction: what it does to the key rows, and the line in the job's row that says so.
 * The chunk itself is chosen by the second statement and found by the others in that row, so that it is chosen once.
 */

/** Records of a chunk, and the bytes of data after which it ends sooner: what others wait for is tens of milliseconds (npm run bench:million). */
const BYTES = 2_000_000
const RECORDS: Readonly<Record<IndexKind, number>> = {
  attribute: 1_000,
  combination: 1_000,
  // A record has ten of them instead of one key, and folding it takes as long as writing them.
  words: 150,
}

/** Key rows of a chunk that looks at nothing else. */
export const KEYS = 5_000

/** The job is where it was seen, and its organisation is served here: otherwise nothing is done. */
export const isAt = ({ organizationId, id, step }: Job): Statement => ({
  sql: named(
    `
INSERT INTO ${placeholder('guard')} (organization_id, revision) SELECT ?1, -1 WHERE NOT EXISTS (
  SELECT 1 FROM jobs j CROSS JOIN organizations o
  WHERE j.organization_id = ?1 AND j.id = ?2 AND j.step = CAST(?3 AS INTEGER) AND j.finished_at IS NULL
    AND o.id = j.organization_id AND o.status ${oneOf(servedStatuses)})`,
    PROGRAM,
  ),
  params: [organizationId, id, step],
})

const thisJob = 'organization_id = ?1 AND id = ?2'

/**
 * @param page `(position)` of each row of the chunk, behind `chunk_to`
 * @param params its own, from the fourth on
 */
const advance = ({ organizationId, id }: Job, page: string, params: readonly string[]): Statement => ({
  sql: `
UPDATE jobs SET step = step + 1, updated_at = CAST(?3 AS INTEGER), done = done + p.size, chunk_rows = p.size,
  chunk_from = chunk_to, chunk_to = coalesce(p.last, chunk_to)
FROM (SELECT count(*) AS size, max(position) AS last FROM (${page})) p
WHERE ${thisJob} RETURNING ${COLUMNS}`,
  params: [organizationId, id, Date.now(), ...params],
})

const cursor = `(SELECT j.chunk_to FROM jobs j WHERE j.organization_id = ?1 AND j.id = ?2)`

const nextRecords = ({ kind }: Job) => `
SELECT id AS position FROM (
  SELECT id, sum(size) OVER (ORDER BY id) - size AS before FROM (
    SELECT r.id, octet_length(r.data) AS size FROM records r
    WHERE r.organization_id = ?1 AND r.object = ?4 AND r.id > ${cursor} ORDER BY r.id LIMIT ${RECORDS[kind]}))
WHERE before < ${BYTES}`

const NEXT_KEYS = `
SELECT k.value AS position FROM record_keys k
WHERE k.organization_id = ?1 AND k.object = ?4 AND k.name = ?5 AND k.value > ${cursor}
ORDER BY k.value, k.slot LIMIT ${KEYS}`

const end = (column: 'chunk_from' | 'chunk_to', job: string) =>
  `(SELECT j.${column} FROM jobs j WHERE j.organization_id = ?1 AND j.id = ${job})`

/** Parameters 1 to 4: organisation, object, name, job. */
const paramsOf = ({ organizationId, object, name, id }: Job): SqlValue[] => [organizationId, object, name, id]

/** Read in the transaction of the chunk: since the job began, an attribute may have got another slug. */
const SLUGS = '(SELECT c.attributes FROM combinations c WHERE c.organization_id = ?1 AND c.object = ?2 AND c.name = ?3)'

const within = (column: string, comparison: '>' | '>=', job: string) =>
  `${column} ${comparison} ${end('chunk_from', job)} AND ${column} <= ${end('chunk_to', job)}`

/**
 * The last value of the chunk before is one of this one too: so no two neighbours are looked at apart, and the empty text, which
 * nothing lies before, is in the first.
 */
const itsKeys = (column: string) => within(column, '>=', '?4')

const fill = (job: Job, unique: boolean): Statement[] => {
  const derived = `${derivedOf(job, SLUGS)} AND ${within('r.id', '>', '?4')}`
  const params = paramsOf(job)
  const insert = {
    sql: `
INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
SELECT ?1, ?2, ?3, d.value, ${unique ? "''" : 'd.record_id'}, d.record_id, d.number FROM (${derived}) d WHERE true
ON CONFLICT DO NOTHING`,
    params,
  }
  const held = {
    sql: `
SELECT d.value, json_array(k.record_id, d.record_id) AS record_ids FROM (${derived}) d CROSS JOIN record_keys k
WHERE k.organization_id = ?1 AND k.object = ?2 AND k.name = ?3 AND k.value = d.value AND k.slot = ''
  AND k.record_id <> d.record_id LIMIT ${SHOWN_VALUES}`,
    params,
  }
  return [advance(job, nextRecords(job), [job.object]), insert, ...(unique ? [held] : [])]
}

const check = (job: Job): Statement[] => [
  advance(job, NEXT_KEYS, [job.object, job.name]),
  {
    sql: `
SELECT value, json_group_array(record_id) AS record_ids FROM (
  SELECT k.value, k.record_id FROM record_keys k
  WHERE k.organization_id = ?1 AND k.object = ?2 AND k.name = ?3 AND ${itsKeys('k.value')}
  ORDER BY k.value, k.slot LIMIT ${KEYS + 1})
GROUP BY value HAVING count(*) > 1 LIMIT ${SHOWN_VALUES}`,
    params: paramsOf(job),
  },
]

/** To the slot of unique keys, or back from it. */
const settle = (job: Job, unique: boolean): Statement[] => [
  advance(job, NEXT_KEYS, [job.object, job.name]),
  {
    sql: `
UPDATE record_keys SET slot = ${unique ? "''" : 'record_id'}
WHERE organization_id = ?1 AND object = ?2 AND name = ?3 AND ${itsKeys('value')}
  AND slot ${unique ? "<> ''" : "= ''"}`,
    params: paramsOf(job),
  },
]

const removedRows = (object: string, name: string) =>
  `SELECT value, slot FROM record_keys WHERE organization_id = ?1 AND object = ${object} AND name = ${name} ORDER BY value, slot LIMIT ${KEYS}`

const remove = (job: Job): Statement[] => [
  advance(job, `SELECT '' AS position FROM (${removedRows('?4', '?5')})`, [job.object, job.name]),
  {
    sql: `DELETE FROM record_keys WHERE organization_id = ?1 AND object = ?2 AND name = ?3 AND (value, slot) IN (${removedRows('?2', '?3')})`,
    params: paramsOf(job).slice(0, 3),
  },
]

/** @returns undefined where the job has nothing left to do; the second statement answers its row as it is now */
export const nextChunk = (job: Job): readonly Statement[] | undefined => {
  const [phase] = job.phases
  if (!phase) return undefined
  if (phase.does === 'fill') return [isAt(job), ...fill(job, phase.kept === 1)]
  if (phase.does === 'check') return [isAt(job), ...check(job)]
  if (phase.does === 'settle') return [isAt(job), ...settle(job, phase.kept === 3)]
  return [isAt(job), ...remove(job)]
}

/** Whether the chunk was the last one of its phase. @param job as its row is behind the chunk */
export const isLastChunk = ({ phases: [phase], chunkRows }: Job): boolean =>
  phase?.does === 'fill' ? chunkRows === 0 : chunkRows < KEYS
