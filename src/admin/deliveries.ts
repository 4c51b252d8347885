import { refuse } from '../engine/errors.ts'
import type { Delivery, DeliveryPage, KeptDelivery } from '../hooks/delivery.ts'
import { readDeliveries, readDelivery } from '../storage/delivery-reader.ts'
import type { CurrentOrganization } from './authority.ts'
import { readHook } from './hooks.ts'

/** What was delivered to the hooks of an organisation: docs/webhooks.md. */

/** A page of the deliveries of a hook, newest first. @throws RefusedError not_found when there is no such hook */
export const listDeliveries = async (
  current: CurrentOrganization,
  hookId: string,
  page: DeliveryPage,
): Promise<readonly Delivery[]> => {
  await readHook(current, hookId)
  return readDeliveries(current.driver, { organizationId: current.organization.id, hookId }, page)
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
