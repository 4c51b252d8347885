import { NoDatabaseError } from '../storage/driver.ts'
import type { Deployment } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { erasePiece } from './move/leaving.ts'

/** Pieces that one run erases of a tenant; the next run goes on. */
const PIECES = 200

/** Whether the waiting time of a deleted tenant is over. */
export const isDue = ({ status, eraseAt }: Tenant, now: number): boolean =>
  status === 'deleted' && eraseAt !== null && eraseAt <= now

/**
 * Erases everything of a deleted tenant, and its line in the directory last: whatever interrupts it, the next run goes on.
 * What stands in the log of operators stays.
 * @returns whether nothing is left
 */
export const eraseTenant = async (deployment: Deployment, { id, place }: Tenant): Promise<boolean> => {
  const { places, directory, objects } = deployment
  if (place.shape === 'object') await objects?.erase(id, place)
  else {
    const driver = places.open(id, place, { mayCreate: false })
    let isGone = false
    try {
      for (let piece = 0; piece < PIECES && !isGone; piece++) isGone = await erasePiece(driver, id, 'deleted')
    } catch (error) {
      if (!(error instanceof NoDatabaseError)) throw error
      isGone = true
    }
    if (!isGone) return false
  }
  await directory.remove(id)
  places.forget(id)
  return true
}
