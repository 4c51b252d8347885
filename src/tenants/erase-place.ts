import type { OrganizationStatus } from '../schema/schema.ts'
import { NoDatabaseError } from '../storage/driver.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import type { Deployment } from './deployment.ts'
import { erasePiece } from './move/leaving.ts'
import { unlessGone } from './move/switching.ts'
import type { WrittenPlace } from './place.ts'

/** Pieces that one run erases at a place; the next run goes on. */
const PIECES = 200

type Erased = 'gone' | 'more' | 'other'

/**
 * A piece of what lies at a place of an organisation that has one of these statuses there.
 * @returns `other` when it has another one: then nothing was erased
 * @throws UnavailableError where the place cannot be asked: a file that is not there at the moment says nothing of what is in it
 */
export const erasePlace = async (
  { places, objects }: Deployment,
  id: string,
  place: WrittenPlace,
  statuses: readonly OrganizationStatus[],
): Promise<Erased> => {
  const driver = places.open(id, place, { mayCreate: false })
  if (place.shape === 'object') {
    const row = await unlessGone(() => readOrganizationRow(driver, id))
    if (row && !statuses.includes(row.status)) return 'other'
    // Where somebody has changed it in between, the next run looks again.
    return (await objects?.erase(id, place, statuses, row?.revision)) ? 'gone' : 'more'
  }
  try {
    for (let piece = 0; piece < PIECES; piece++) {
      const row = await readOrganizationRow(driver, id)
      if (!row) return 'gone'
      if (!statuses.includes(row.status)) return 'other'
      await erasePiece(driver, id, row)
    }
    return 'more'
  } catch (error) {
    if (error instanceof NoDatabaseError) return 'gone'
    throw error
  }
}
