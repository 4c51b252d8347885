import { raiseRevision } from '../administration-sql.ts'
import type { Statement } from '../driver.ts'
import { isAt } from './chunks.ts'
import type { Phase } from './index-change.ts'
import { COLUMNS, type Job, type SharedValue } from './job.ts'

/** What happens to a job, and to the schema with it, where a phase has come to its end. */

const tableOf = ({ kind }: Job) =>
  kind === 'attribute' ? { table: 'attributes', name: 'slug' } : { table: 'combinations', name: 'name' }

const ofSchema = (job: Job, change: string): Statement => {
  const { table, name } = tableOf(job)
  return {
    sql: `UPDATE ${table} SET ${change} WHERE organization_id = ?1 AND object = ?2 AND ${name} = ?3 AND building ->> 'jobId' = ?4`,
    params: [job.organizationId, job.object, job.name, job.id],
  }
}

const ofJob = (job: Job, change: string, values: readonly (string | number | null)[]): Statement => ({
  sql: `
UPDATE jobs SET step = step + 1, updated_at = CAST(?3 AS INTEGER), chunk_from = '', chunk_to = '', chunk_rows = 0, ${change}
WHERE organization_id = ?1 AND id = ?2 RETURNING ${COLUMNS}`,
  params: [job.organizationId, job.id, Date.now(), ...values],
})

const duplicatesOf = (duplicates: readonly SharedValue[] | null) => duplicates && JSON.stringify(duplicates)

const goOn = (job: Job, phases: readonly Phase[], duplicates: readonly SharedValue[] | null): Statement[] => [
  isAt(job),
  ofJob(job, 'phases = ?4, duplicates = ?5', [JSON.stringify(phases), duplicatesOf(duplicates)]),
  ofSchema(job, `building = json_set(building, '$.kept', ${phases[0]?.kept ?? 'NULL'})`),
  raiseRevision(job.organizationId),
]

const arrived = (job: Job): Statement[] =>
  job.kind === 'attribute'
    ? [ofSchema(job, "is_indexed = building ->> 'indexed', is_unique = building ->> 'unique', building = NULL")]
    : [ofSchema(job, 'building = NULL')]

/** The schema is as it was before: of a combination that was made for it, nothing is left; any other is archived. */
const givenUp = (job: Job): Statement[] => {
  if (job.kind === 'attribute') return [ofSchema(job, 'building = NULL')]
  const ofNew = `DELETE FROM combinations
WHERE organization_id = ?1 AND object = ?2 AND name = ?3 AND building ->> 'jobId' = ?4 AND building ->> 'isNew'`
  return [
    { sql: ofNew, params: [job.organizationId, job.object, job.name, job.id] },
    ofSchema(job, 'building = NULL, is_archived = 1'),
  ]
}

const finish = (job: Job, duplicates: readonly SharedValue[] | null): Statement[] => [
  isAt(job),
  ofJob(job, 'finished_at = CAST(?3 AS INTEGER), phases = ?4, duplicates = ?5', ['[]', duplicatesOf(duplicates)]),
  ...(duplicates ? givenUp(job) : arrived(job)),
  raiseRevision(job.organizationId),
]

/** The phase is done: on to the next, or the end. The second statement answers the job as it is now. */
export const turn = (job: Job): readonly Statement[] => {
  const [, ...left] = job.phases
  return left.length > 0 ? goOn(job, left, job.duplicates) : finish(job, job.duplicates)
}

/** It cannot be done: what has been filled in is removed again. */
export const turnBack = (job: Job, duplicates: readonly SharedValue[]): readonly Statement[] =>
  job.phases[0]?.does === 'fill' ? goOn(job, [{ does: 'remove', kept: null }], duplicates) : finish(job, duplicates)
