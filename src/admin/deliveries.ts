import { refuse } from '../engine/errors.ts'
import type { DeliveryPage, DeliveryQuery, KeptDelivery } from '../hooks/delivery.ts'
import { readDeliveries, readDelivery } from '../storage/delivery-reader.ts'
import type { CurrentOrganization } from './authority.ts'
import { readHook } from './hooks.ts'

/** What was delivered to the hooks of an organisation: docs/webhooks.md. */

/** A page of the deliveries of a hook. @throws RefusedError not_found when there is no such hook */
export const listDeliveries = async (
  current: CurrentOrganization,
  hookId: string,
  query: DeliveryQuery,
): Promise<DeliveryPage> => {
  await readHook(current, hookId)
  return readDeliveries(current.driver, { organizationId: current.organization.id, hookId }, query)
}

/** @throws RefusedError not_found */
export const readHookDelivery = async (
  { organization, driver }: CurrentOrganization,
  hookId: string,
  id: string,
): Promise<KeptDelivery> => {
  const found = await readDelivery(driver, { organizationId: organization.id, hookId }, id)
  if (!found) throw refuse('not_found', undefined, 'such delivery')
  return found
}
