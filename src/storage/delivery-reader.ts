import type { Delivery, DeliveryPage, KeptDelivery } from '../hooks/delivery.ts'
import type { MappingInput } from '../hooks/mapping.ts'
import { deliveryColumns, deliveryOf } from './delivery-rows.ts'
import type { SqlDriver } from './driver.ts'

/** Which hook's deliveries. */
export interface OfHook {
  readonly organizationId: string
  readonly hookId: string
}

/** Behind every id. */
const END = '~'

/** A page of deliveries, newest first. */
export const readDeliveries = async (
  driver: SqlDriver,
  { organizationId, hookId }: OfHook,
  { before = END, limit, status }: DeliveryPage,
): Promise<readonly Delivery[]> => {
  const sql = `SELECT ${deliveryColumns} FROM deliveries
WHERE organization_id = ?1 AND hook_id = ?2 AND id < ?3 AND (?4 IS NULL OR status = ?4)
ORDER BY id DESC LIMIT CAST(?5 AS INTEGER)`
  const params = [organizationId, hookId, before, status ?? null, limit]
  const { results } = await driver.batch([{ sql, params }])
  return (results[0]?.rows ?? []).map(deliveryOf)
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
  const payload = row.payload === null ? null : (JSON.parse(String(row.payload)) as MappingInput)
  return { ...deliveryOf(row), payload }
}
