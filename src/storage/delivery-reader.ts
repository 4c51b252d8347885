import type { DeliveryStatus } from '../hooks/definition.ts'
import type { DeliveryPage, DeliveryQuery, KeptDelivery } from '../hooks/delivery.ts'
import type { MappingInput } from '../hooks/mapping-input.ts'
import { deliveryColumns, deliveryOf } from './delivery-rows.ts'
import type { SqlDriver, SqlValue } from './driver.ts'

/** Which hook's deliveries. */
export interface OfHook {
  readonly organizationId: string
  readonly hookId: string
}

/** Deliveries that one page looks at, where those of a status are looked for among all. */
const WALKED = 2_000

const orders = {
  'newest first': { first: '~', last: '', behind: '<', upTo: '>=', direction: 'DESC' },
  'oldest first': { first: '', last: '~', behind: '>', upTo: '<=', direction: 'ASC' },
} as const

/** Said in the words of the index of these: it is of no use to a query that does not. */
const IS_FAULT = "status IN ('failed', 'rejected')"
const isFault = (status: DeliveryStatus) => status === 'failed' || status === 'rejected'

/**
 * A page of deliveries. What it costs does not depend on how long the log is: faults have an index, and for any other status
 * it looks at so many deliveries and says where to go on.
 */
export const readDeliveries = async (
  driver: SqlDriver,
  { organizationId, hookId }: OfHook,
  { order, after, limit, status }: DeliveryQuery,
): Promise<DeliveryPage> => {
  const { first, last, behind, upTo, direction } = orders[order]
  const ofHook = `WHERE organization_id = ?1 AND hook_id = ?2 AND id ${behind} ?3`
  const inOrder = `ORDER BY id ${direction} LIMIT`
  const place = [organizationId, hookId, after ?? first]
  const page = (from: string, condition: string, ...more: SqlValue[]) => ({
    sql: `SELECT ${deliveryColumns} FROM ${from} ${ofHook} ${condition} ${inOrder} CAST(?4 AS INTEGER)`,
    params: [...place, limit, ...more],
  })
  const horizon = `SELECT id FROM deliveries ${ofHook} ${inOrder} 1 OFFSET ${WALKED - 1}`
  const statements = () => {
    if (status === undefined) return [page('deliveries', '')]
    if (isFault(status))
      return [page('deliveries INDEXED BY deliveries_by_fault', `AND status = ?5 AND ${IS_FAULT}`, status)]
    const found = page('deliveries', `AND status = ?5 AND id ${upTo} coalesce((${horizon}), ?6)`, status, last)
    return [found, { sql: horizon, params: place }]
  }
  const { results } = await driver.batch(statements())
  const deliveries = (results[0]?.rows ?? []).map(deliveryOf)
  if (deliveries.length === limit) return { deliveries, next: deliveries.at(-1)?.id }
  const [end] = results[1]?.rows ?? []
  return { deliveries, next: end && String(end.id) }
}

/** Whole members may be redacted: what stands in their places has nothing in it. */
const payloadOf = (text: string): MappingInput => {
  const kept = JSON.parse(text) as Partial<MappingInput>
  return { ...kept, body: kept.body ?? null, headers: kept.headers ?? {}, query: kept.query ?? {} }
}

/** @returns undefined where there is none */
export const readDelivery = async (
  driver: SqlDriver,
  { organizationId, hookId }: OfHook,
  id: string,
): Promise<KeptDelivery | undefined> => {
  const sql = `SELECT ${deliveryColumns}, payload FROM deliveries WHERE organization_id = ?1 AND hook_id = ?2 AND id = ?3`
  const { results } = await driver.batch([{ sql, params: [organizationId, hookId, id] }])
  const [row] = results[0]?.rows ?? []
  if (!row) return undefined
  const payload = row.payload === null ? null : payloadOf(String(row.payload))
  return { ...deliveryOf(row), payload }
}
