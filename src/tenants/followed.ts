import type { Directory, DirectoryEntry, DirectoryQuery } from '../auth/directory.ts'
import type { Cost } from '../storage/meter.ts'
import type { Places } from './places.ts'

/** Whether whoever asks was found, in an organisation that is still there. */
const isFound = (entry: DirectoryEntry | undefined, { secretHashes }: DirectoryQuery): boolean =>
  entry !== undefined &&
  entry.credentials.length === secretHashes.length &&
  entry.organization.status !== 'moved' &&
  entry.organization.status !== 'moving'

/**
 * Looks where the isolate remembers the tenant to be. Whoever is not found there is looked for once more where the
 * directory says: the tenant may have moved since. So it costs the same not to be found, whether there is such a tenant or not.
 */
export const followed = (directory: Directory, places: Places, organizationId: string, cost: Cost): Directory => ({
  async look(query) {
    const isRemembered = places.isRemembered(organizationId)
    const entry = await directory.look(query)
    if (!isRemembered || isFound(entry, query)) return entry
    return (await places.lookAgain(organizationId, cost)) ? directory.look(query) : entry
  },
})
