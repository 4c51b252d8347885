import { newId } from '../../engine/ids.ts'
import type { Attribute, Building } from '../../schema/schema.ts'
import { bit } from '../administration-sql.ts'
import type { Statement } from '../driver.ts'
import { type IndexChange, phasesOf } from './index-change.ts'

/** For how long a job that has ended can be asked for, in milliseconds. */
const KEPT_MS = 30 * 86_400_000

const edge = (order: 'ASC' | 'DESC') =>
  `coalesce((SELECT r.id FROM records r WHERE r.organization_id = ?1 AND r.object = ?3 ORDER BY r.id ${order} LIMIT 1), '')`

const INSERT_JOB = `
INSERT INTO jobs (organization_id, id, object, name, attributes, phases, span, created_by, created_at, updated_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, json_array(${edge('ASC')}, ${edge('DESC')}), ?7, CAST(?8 AS INTEGER), CAST(?8 AS INTEGER)`

const insertJob = (organizationId: string, id: string, by: string, change: IndexChange, now: number): Statement => ({
  sql: INSERT_JOB,
  params: [
    organizationId,
    id,
    change.object,
    change.name,
    change.kind === 'attribute' ? null : JSON.stringify(change.attributes),
    JSON.stringify(phasesOf(change)),
    by,
    now,
  ],
})

/** How the attribute is until the job has come to its end; what is removed is gone at once. */
const meanwhile = ({ from, to, wanted }: IndexChange): IndexChange['wanted'] => {
  if (!to) return wanted
  return from ? { indexed: true, unique: from.unique } : { indexed: false, unique: false }
}

/** An index whose job has begun: what holds of its attribute meanwhile. */
export interface BegunJob extends Pick<Attribute, 'indexed' | 'unique'> {
  /** Of the index. */
  readonly name: string
  readonly building: Building
}

const markAttribute = (organizationId: string, { object, name }: IndexChange, begun: BegunJob): Statement => ({
  sql: 'UPDATE attributes SET building = ?4, is_indexed = ?5, is_unique = ?6 WHERE organization_id = ?1 AND object = ?2 AND slug = ?3',
  params: [organizationId, object, name, JSON.stringify(begun.building), bit(begun.indexed), bit(begun.unique)],
})

const markCombination = (organizationId: string, change: IndexChange, { building }: BegunJob): Statement => {
  const { object, name, isNew } = change
  return {
    sql: 'UPDATE combinations SET building = ?4 WHERE organization_id = ?1 AND object = ?2 AND name = ?3',
    params: [organizationId, object, name, JSON.stringify({ ...building, ...(isNew && { isNew }) })],
  }
}

/** @returns what an attribute is from the transaction on that holds the statements of `beginJob` */
export const begunJob = (change: IndexChange, jobId: string = newId()): BegunJob => ({
  name: change.name,
  ...meanwhile(change),
  building: { jobId, kept: phasesOf(change)[0]?.kept ?? null, ...change.wanted },
})

/**
 * Begins the job, behind the statements that store the definition as it is to be. From this transaction on the program keeps
 * the index as the first phase says.
 * @param by `key:<id>`, `member:<id>` or `operator`
 */
export const beginJob = (organizationId: string, by: string, change: IndexChange, begun: BegunJob): Statement[] => {
  const now = Date.now()
  const mark = change.kind === 'attribute' ? markAttribute : markCombination
  return [
    {
      sql: 'DELETE FROM jobs WHERE organization_id = ?1 AND finished_at < CAST(?2 AS INTEGER)',
      params: [organizationId, now - KEPT_MS],
    },
    insertJob(organizationId, begun.building.jobId, by, change, now),
    mark(organizationId, change, begun),
  ]
}

/** Whether this statement begins a job: a Durable Object sets its alarm then. */
export const isBeginning = ({ sql }: Statement): boolean => sql === INSERT_JOB
