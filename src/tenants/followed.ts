import type { Directory, DirectoryEntry, DirectoryQuery } from '../auth/directory.ts'
import { isLeft } from '../schema/schema.ts'
import type { Cost } from '../storage/meter.ts'
import type { Places } from './places.ts'

/** What the directory says of a tenant counts where its organisation has not heard of it: its database was away. */
const ending = (entry: DirectoryEntry | undefined): DirectoryEntry | undefined =>
  entry?.organization.status === 'active'
    ? { ...entry, organization: { ...entry.organization, status: 'suspended' } }
    : entry

/** Whether whoever asks was found, in an organisation that is still there. */
const isFound = (entry: DirectoryEntry | undefined, { secretHashes }: DirectoryQuery): boolean =>
  entry !== undefined && entry.credentials.length === secretHashes.length && !isLeft(entry.organization.status)

/**
 * Looks where the isolate remembers the tenant to be. Whoever is not found there is looked for once more where the
 * directory says: the tenant may have moved since, or been resumed. So it costs the same not to be found, whether there is such a tenant or not.
 */
export const followed = (directory: Directory, places: Places, organizationId: string, cost: Cost): Directory => ({
  async look(query) {
    const isRemembered = places.isRemembered(organizationId)
    let entry = await directory.look(query)
    const isDoubtful =
      !isFound(entry, query) || (entry?.organization.status === 'active' && places.isEnded(organizationId))
    if (isRemembered && isDoubtful && (await places.lookAgain(organizationId, cost)))
      entry = await directory.look(query)
    return places.isEnded(organizationId) ? ending(entry) : entry
  },
})
