import { readOrganizationRow } from '../storage/tenant-organization.ts'
import type { Deployment } from './deployment.ts'
import { isDeleted, type Tenant } from './directory.ts'
import { erasePlace } from './erase-place.ts'
import { LEFT, leftoversOf, withoutMove } from './leftovers.ts'

/** Whether the waiting time of a deleted tenant is over. */
export const isDue = ({ status, eraseAt }: Tenant, now: number): boolean =>
  eraseAt !== null && eraseAt <= now && isDeleted(status)

/**
 * Erases everything of a deleted tenant, at every place where something of it lies, and its line in the directory last:
 * whatever interrupts it, the next run goes on. From the first piece on it cannot be resumed. What stands in the log of
 * operators stays.
 * @param tenant as it was read just now
 * @throws StaleError when somebody has changed it since: then nothing was erased
 */
export const eraseTenant = async (deployment: Deployment, tenant: Tenant): Promise<void> => {
  const { directory, places } = deployment
  const line = tenant.status === 'erasing' ? tenant : await directory.change(tenant, { status: 'erasing' })
  for (const { place } of leftoversOf({ ...line, ...withoutMove(line) }))
    if ((await erasePlace(deployment, line.id, place, LEFT)) === 'more') return
  const erased = await erasePlace(deployment, line.id, line.place, ['deleted'])
  if (erased === 'more') return
  if (erased === 'other') {
    // How it stands there counts, whatever the directory says.
    const there = await readOrganizationRow(places.open(line.id, line.place, { mayCreate: false }), line.id)
    await directory.change(line, { status: there?.status ?? 'suspended', eraseAt: null })
    return
  }
  await directory.remove(line)
  places.forget(line.id)
}
