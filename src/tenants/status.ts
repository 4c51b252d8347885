import { changeOrganizationStatus } from '../admin/organizations.ts'
import { refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import {
  isEnded,
  isLeft,
  isQuiet,
  type OrganizationStatus,
  organizationStatuses,
  quietStatuses,
} from '../schema/schema.ts'
import { raiseFence, readOrganizationRow } from '../storage/tenant-organization.ts'
import { concluding } from './agreeing.ts'
import { TakenError } from './alone.ts'
import { claimOf, requireIdle, standing } from './claim.ts'
import { amend, type Deployment, findTenant, located } from './deployment.ts'
import type { ChangedTenant, Tenant } from './directory.ts'
import { faultIn, isNotFound, orFault } from './fault.ts'
import { leftoversOf, withoutMove } from './leftovers.ts'
import { lyingAt } from './lying-at.ts'
import { readable, samePlace, type WrittenPlace } from './place.ts'
import { stand } from './standing.ts'
import { patience, withTimeLimit } from './time-limit.ts'

/** Whether a tenant is served: suspended, resumed, deleted. */

/** A deletion is taken back by resuming the tenant, and by nothing that seems to do something else. */
const precededBy = {
  active: organizationStatuses.filter((status) => isQuiet(status) || isEnded(status)),
  suspended: quietStatuses,
  deleted: quietStatuses,
} as const satisfies Record<string, readonly OrganizationStatus[]>

const notReached = {
  suspended:
    'Whoever asks the directory refuses it; an isolate that knows it from before may serve it for up to an hour when its database is back. Suspend it again then.',
  deleted:
    'Until it is, the tenant is suspended for whoever asks the directory. Should it never be: deleted with abandon, the tenant leaves the directory, and nothing is erased.',
} as const

/** Of a creation that was not finished, whose organisation may be there or not. */
const unfinishedNotReached =
  'It stays as one that is being created: upkeep removes it when its database is back, or the same creation again takes it back. Should it never be: deleted with abandon, it leaves the directory, and nothing is erased.'

const untold = (fault: string, status: keyof typeof notReached, before: Tenant['status']): string =>
  `Its database was not reached (${fault}). ${before === 'creating' ? unfinishedNotReached : notReached[status]}`

/** How the line stands while its organisation has not heard of what the operator wants: a creation can still go on. */
const untoldStatus = (before: Tenant['status']) => (before === 'creating' ? before : 'suspended')

/** It may be served still by who has not asked the directory, and stands in lists as it is until its database has heard of it. */
const toBeDeleted = (eraseAt: number): string =>
  `deleted, and erased from ${new Date(eraseAt).toISOString()} on; resuming it takes that back`

/** Has the organisation itself know it. One that there is not any more is as good as deleted. */
const tell = async (deployment: Deployment, tenant: Tenant, wanted: keyof typeof precededBy): Promise<void> => {
  const { authority } = located(withTimeLimit(deployment, patience.operation), tenant)
  try {
    await authority.run((current) => changeOrganizationStatus(current, wanted, precededBy[wanted]))
  } catch (error) {
    if (wanted !== 'deleted' || !isNotFound(error)) throw error
  }
}

/** Whoever has read the line before this writes nothing into it. While it moves, each step of the move does that. */
const begin = async ({ directory }: Deployment, tenant: Tenant): Promise<Tenant> =>
  tenant.status === 'moving' ? tenant : directory.change(tenant, {})

/** Longer than an organisation takes to be told, or not to be reached. */
const TELLING_MS = 600_000

/**
 * Nothing of it is erased while its organisation is told to be served again. Who is cut off in between leaves it to be erased
 * a little later, and who could not tell it leaves its line as it was.
 */
const keepingWhile = async (deployment: Deployment, tenant: Tenant, work: () => Promise<void>): Promise<Tenant> => {
  const { eraseAt } = tenant
  if (eraseAt === null) {
    const begun = await begin(deployment, tenant)
    await work()
    return begun
  }
  // Also for one that is due later: an upkeep that has read the line before must not go on by it.
  const kept = await deployment.directory.change(tenant, { eraseAt: Math.max(eraseAt, Date.now() + TELLING_MS) })
  try {
    await work()
    return kept
  } catch (error) {
    // Somebody who has changed it since has said anew when it is erased.
    await deployment.directory.change(kept, { eraseAt }).catch((stale: unknown) => {
      if (!(stale instanceof StaleError)) throw stale
    })
    throw error
  }
}

/**
 * In the organisation first: there it ends what is under way everywhere, by the guard of the very next batch, and there it
 * counts whether the tenant is served.
 * @throws RefusedError not_found, wrong_status
 * @throws StaleError when somebody else has changed the tenant meanwhile, and nobody knows what holds now
 */
const setStatus = async (
  deployment: Deployment,
  id: string,
  wanted: 'active' | 'suspended' | 'deleted',
  eraseAt: number | null = null,
): Promise<ChangedTenant> => {
  const tenant = await findTenant(deployment, id)
  requireIdle(tenant, 'deleted')
  if (tenant.status === 'creating' && wanted !== 'deleted')
    throw refuse('wrong_status', undefined, 'creating: the same creation again finishes it, or takes its deletion back')
  if (tenant.eraseAt !== null && wanted === 'suspended')
    throw refuse('wrong_status', undefined, toBeDeleted(tenant.eraseAt))
  const telling = () => tell(deployment, tenant, wanted)
  if (wanted === 'active') {
    const kept = await keepingWhile(deployment, tenant, async () => {
      // Also where it is served still: an upkeep that has read it before, to tell it of its deletion, comes too late; and who knows
      // it as ended, by the directory's word, reads it again.
      if (isEnded(tenant.status)) await located(deployment, tenant).driver.batch([raiseFence(tenant.id)])
      await telling()
    })
    if (kept.status !== 'moving') return concluding(deployment, kept, { status: wanted, eraseAt })
    return amend(deployment, tenant.id, (now) => {
      if (now.eraseAt !== null || claimOf(now)) throw new StaleError()
      return now.status === 'moving' ? undefined : { status: wanted }
    })
  }
  const begun = await begin(deployment, tenant)
  const { fault, cause } = await orFault(telling)
  // An organisation that has not heard of its deletion is not deleted; the time in its line has upkeep go on with it.
  const statusOf = (now: Tenant) => (fault === undefined || now.status === wanted ? wanted : untoldStatus(now.status))
  const line =
    begun.status === 'moving'
      ? // While it moves, the move writes down in the end what it is then.
        await amend(deployment, tenant.id, (now) => {
          // What has not been told, or was told a place that it may have left, nobody would write down in the end.
          const isMissed = now.status === 'moving' && fault !== undefined
          if (isMissed || claimOf(now) || now.status === 'erasing' || (wanted === 'suspended' && now.eraseAt !== null))
            throw new StaleError()
          return now.status === 'moving' ? { eraseAt } : { status: statusOf(now), eraseAt }
        })
      : await concluding(deployment, begun, { status: statusOf(begun), eraseAt })
  if (fault === undefined) return line
  deployment.places.forget(line.id)
  return { ...line, notReached: untold(fault, wanted, line.status), cause }
}

/** @throws RefusedError not_found, wrong_status */
export const suspendTenant = (deployment: Deployment, id: string): Promise<ChangedTenant> =>
  setStatus(deployment, id, 'suspended')

/**
 * What was suspended, or deleted and is not erased yet, is served again.
 * @throws RefusedError not_found, wrong_status; unavailable when its database is not reached
 */
export const resumeTenant = (deployment: Deployment, id: string): Promise<ChangedTenant> =>
  setStatus(deployment, id, 'active')

/** Whether an organisation lives at a place, or nobody can say that none does. */
const mayLiveAt = async (deployment: Deployment, id: string, place: WrittenPlace): Promise<boolean> => {
  try {
    const found = await lyingAt(withTimeLimit(deployment, patience.operation), id, readable(place))
    return found !== undefined && !isLeft(found.status)
  } catch (error) {
    if (error instanceof TakenError) return false
    // Throws what is no fault of the database.
    faultIn(error)
    return true
  }
}

/** Whether a creation came no further than its line. */
const isLineOnly = async (deployment: Deployment, { id, status, place }: Tenant): Promise<boolean> =>
  status === 'creating' && !(await mayLiveAt(deployment, id, place))

const removeLine = async ({ directory, places }: Deployment, tenant: Tenant): Promise<void> => {
  await directory.remove(tenant)
  places.forget(tenant.id)
}

/** Removes the line alone. @throws RefusedError not_possible where requests, and the directory, would find it without one */
const abandon = async (
  deployment: Deployment,
  tenant: ChangedTenant,
  remove: (deployment: Deployment, tenant: Tenant) => Promise<void>,
): Promise<ChangedTenant> => {
  const home = deployment.places.homeOf(tenant.id)
  if (home && (samePlace(home, tenant.place) || (await mayLiveAt(deployment, tenant.id, home))))
    throw refuse('not_possible', undefined, 'it is where a tenant is looked for that the directory does not know')
  await remove(deployment, tenant)
  const notReached =
    'It is removed from the directory. Nothing was erased in its database, nor where a move has left it. Should that come back, an isolate that knows the tenant from before may serve it there for up to an hour.'
  return { ...tenant, status: 'deleted', eraseAt: null, notReached }
}

/** As it would be: what setting the status refuses, is refused, and what is not reached is told. */
const tryDeleting = async (deployment: Deployment, tenant: Tenant, eraseAt: number): Promise<ChangedTenant> => {
  requireIdle(tenant, 'deleted')
  const { authority } = located(withTimeLimit(deployment, patience.operation), tenant)
  const from: readonly OrganizationStatus[] = [...precededBy.deleted, 'deleted']
  try {
    const { status } = await authority.run(async ({ organization }) => organization)
    if (!from.includes(status)) throw refuse('wrong_status', undefined, status)
    return { ...tenant, status: 'deleted', eraseAt }
  } catch (cause) {
    if (isNotFound(cause)) return { ...tenant, status: 'deleted', eraseAt }
    const { status } = tenant
    const notReached = untold(faultIn(cause), 'deleted', status)
    return { ...tenant, status: untoldStatus(status), eraseAt, notReached, cause }
  }
}

/**
 * Serves it no longer, and has it erased when the waiting time is over. One whose creation was never finished has nothing to
 * wait for: its line goes at once, and its id is free again, unless nobody can say whether its organisation is there.
 * @param eraseAt milliseconds since 1970
 * @param mayAbandon when its database is not reached, its line goes at once, and nothing else does
 * @param isDry everything is looked at, and nothing is changed: it is answered as if it had been
 */
export const deleteTenant = async (
  deployment: Deployment,
  id: string,
  eraseAt: number,
  { mayAbandon = false, isDry = false }: { readonly mayAbandon?: boolean; readonly isDry?: boolean } = {},
): Promise<ChangedTenant> => {
  const tenant = await findTenant(deployment, id)
  const remove = isDry ? async () => undefined : removeLine
  if (await isLineOnly(deployment, tenant)) {
    await remove(deployment, tenant)
    return { ...tenant, status: 'deleted', eraseAt: Date.now() }
  }
  if ((tenant.status === 'erasing' || tenant.status === 'moving') && mayAbandon) {
    if (await isReached(deployment, tenant)) throw refuse('wrong_status', undefined, standing(tenant))
    return abandon(deployment, tenant, remove)
  }
  const changed = isDry
    ? await tryDeleting(deployment, tenant, eraseAt)
    : await setStatus(deployment, id, 'deleted', eraseAt)
  return mayAbandon && changed.notReached !== undefined ? abandon(deployment, changed, remove) : changed
}

/** Whether its databases answer: of one that is being erased, also those where it has left something. */
const isReached = async (deployment: Deployment, tenant: Tenant): Promise<boolean> => {
  const { id, status } = tenant
  const left = status === 'erasing' ? leftoversOf({ ...tenant, ...withoutMove(tenant) }) : []
  const { places } = withTimeLimit(deployment, patience.operation)
  const { fault } = await orFault(async () => {
    for (const { place } of [tenant, ...left])
      await readOrganizationRow(places.open(id, place, { mayCreate: false }), id)
  })
  return fault === undefined
}

/** A tenant that is to be deleted, and whose organisation has not heard of it. */
export const isOwedDeletion = ({ status, eraseAt }: Tenant): boolean =>
  eraseAt !== null && (isQuiet(status) || status === 'creating')

/** For upkeep: has the organisation know what an operator wanted when its database was away. @throws when it still is */
export const payDeletion = async (deployment: Deployment, tenant: Tenant): Promise<void> => {
  const { id, eraseAt } = tenant
  // Whoever is still making it finds that its line is gone, and takes back what was made.
  if (await isLineOnly(deployment, tenant)) return removeLine(deployment, tenant)
  const { driver } = located(withTimeLimit(deployment, patience.operation), tenant)
  const seen = await readOrganizationRow(driver, id)
  // Whoever resumes it has changed the line before this, and it is left to them; or the organisation after it, and it is left as it is.
  const line = await deployment.directory.change(tenant, { eraseAt })
  if (seen) await stand(driver, id, seen, 'deleted')
  await deployment.directory.change(line, { status: 'deleted' })
}
