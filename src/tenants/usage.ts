import type { Statement } from '../storage/driver.ts'
import { type Deployment, locate } from './deployment.ts'

/** Of each table no more rows are counted than that, so that it costs the same for everybody. */
const COUNTED = 100_000

/** How much there is of a tenant, counted now: a hundred thousand stand for that many or more. */
export type Usage = Readonly<Record<(typeof counted)[number], number>>

const counted = ['records', 'matchKeys', 'changes', 'members', 'credentials'] as const

const tables: Readonly<Record<(typeof counted)[number], string>> = {
  records: 'records WHERE organization_id = ?1',
  matchKeys: 'record_keys WHERE organization_id = ?1',
  changes: 'changes WHERE organization_id = ?1',
  members: 'members WHERE organization_id = ?1 AND removed_at IS NULL',
  credentials: 'credentials WHERE organization_id = ?1 AND revoked_at IS NULL',
}

const countOf = (id: string, table: string): Statement => ({
  sql: `SELECT count(*) AS count FROM (SELECT 1 FROM ${table} LIMIT ${COUNTED})`,
  params: [id],
})

/** @throws RefusedError not_found */
export const usageOf = async (deployment: Deployment, id: string): Promise<Usage> => {
  const { tenant, authority } = await locate(deployment, id)
  const statements = counted.map((name) => countOf(tenant.id, tables[name]))
  const { results } = await authority.run(({ driver }) => driver.batch(statements))
  const counts = counted.map((name, i) => [name, Number(results[i]?.rows[0]?.count)] as const)
  return Object.fromEntries(counts) as Usage
}
