import type { SecretBox } from '../../secrets/secret-box.ts'
import { openSecrets } from '../../subscriptions/secrets.ts'
import type { Outbox } from '../../subscriptions/sending.ts'
import type { SqlDriver } from '../driver.ts'
import { Bell } from './bell.ts'
import { type DeliverOptions, runSubscriptions } from './lanes.ts'

/** What sends with the secrets of a deployment. */
export const delivering = (outbox: Outbox, box: SecretBox): Pick<DeliverOptions, 'outbox' | 'openSecrets'> => ({
  outbox,
  openSecrets: (organizationId, subscription, now) => openSecrets(box, organizationId, subscription, now),
})

export interface DriveOptions extends Pick<DeliverOptions, 'outbox' | 'openSecrets' | 'stopping'> {
  /** For how long at a time, in milliseconds; absent: for as long as anything is to be tried again. */
  readonly forMs?: number | undefined
}

/** Milliseconds that one who drives must have left for a change to be left to them. */
const LEFT_MS = 5_000

/** Of who drives an organisation, behind the answer to some request. */
interface Driving {
  readonly bell: Bell
  /** Milliseconds since 1970 after which nothing is begun. */
  readonly until: number
}

/**
 * Drives the subscriptions of organisations behind the answers of requests, each organisation once at a time; a change
 * that comes meanwhile is sent by who drives already. Nobody waits for another's promise: on a Worker it belongs to a request
 * that may be cut off, and then nobody would ever hear of it. For the same reason a note of who drives holds for as long only as
 * they may.
 * @param connect the database of an organisation, for work that belongs to no request
 * @returns what settles once nothing is due, or somebody else sees to it
 */
export const subscriptionDrive = (
  connect: (organizationId: string) => SqlDriver,
  { forMs = Number.POSITIVE_INFINITY, ...options }: DriveOptions,
) => {
  const drivers = new Map<string, Driving>()

  return async (organizationId: string): Promise<void> => {
    const known = drivers.get(organizationId)
    if (known && Date.now() + LEFT_MS < known.until) return known.bell.ring()
    const driving: Driving = { bell: new Bell(), until: Date.now() + forMs }
    drivers.set(organizationId, driving)
    try {
      const driver = connect(organizationId)
      // Again where it was rung while it was found that nothing is due.
      do await runSubscriptions(driver, { ...options, ...driving, organizationId })
      while (driving.bell.isRung && Date.now() < driving.until && !options.stopping?.aborted)
    } catch (error) {
      // Whoever writes next, and the upkeep, go on from where it is.
      console.error('Subscriptions could not go on', error)
    } finally {
      if (drivers.get(organizationId) === driving) drivers.delete(organizationId)
    }
  }
}
