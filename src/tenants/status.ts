import { changeOrganizationStatus } from '../admin/organizations.ts'
import { RefusedError, refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import type { OrganizationStatus } from '../schema/schema.ts'
import { NoDatabaseError, UnavailableError } from '../storage/driver.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import { TakenError } from './alone.ts'
import { amend, type Deployment, findTenant, located, requireIdle } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { lyingAt } from './lying-at.ts'
import { PlaceError, readable, samePlace } from './place.ts'
import { PATIENCE_MS, withTimeLimit } from './time-limit.ts'

/** Whether a tenant is served: suspended, resumed, deleted. */

/** A tenant as it is now in the directory. */
export interface ChangedTenant extends Tenant {
  /** What became of it nowhere else, and why, where its database could not be asked. */
  readonly notReached?: string
  /** What of it lies where it was, now that it is told to be elsewhere. */
  readonly left?: string
}

/** A deletion is taken back by resuming the tenant, and by nothing that seems to do something else. */
const precededBy = {
  active: ['suspended', 'deleted'],
  suspended: ['active'],
  deleted: ['active', 'suspended'],
} as const satisfies Record<string, readonly OrganizationStatus[]>

const notReached = {
  suspended:
    'Whoever asks the directory refuses it; an isolate that knows it from before may serve it when its database is back. Suspend it again then.',
  deleted:
    'Until it is, the tenant is suspended for whoever asks the directory. Should it never be: deleted with abandon, the tenant leaves the directory, and nothing is erased.',
} as const

const untold = (fault: string, status: keyof typeof notReached): string =>
  `Its database was not reached (${fault}). ${notReached[status]}`

const isNotFound = (error: unknown): boolean => error instanceof RefusedError && error.message === 'not_found'

/** Has the organisation itself know it. One that there is not any more is as good as deleted. */
const tell = async (deployment: Deployment, tenant: Tenant, status: keyof typeof precededBy): Promise<void> => {
  const { authority } = located(withTimeLimit(deployment, PATIENCE_MS), tenant)
  try {
    await authority.run((current) => changeOrganizationStatus(current, status, precededBy[status]))
  } catch (error) {
    if (status !== 'deleted' || !isNotFound(error)) throw error
  }
}

/** What kept an organisation from being told, without addresses and secrets. @throws whatever it answers itself */
export const faultIn = (error: unknown): string => {
  if (isNotFound(error)) return 'no organisation there'
  if (error instanceof RefusedError || error instanceof StaleError) throw error
  if (error instanceof PlaceError) return 'this deployment cannot open it'
  if (error instanceof NoDatabaseError) return 'there is none'
  return error instanceof UnavailableError ? 'no answer' : 'no answer that can be used'
}

/** Longer than an organisation takes to be told, or not to be reached. */
const TELLING_MS = 600_000

/**
 * Nothing of it is erased while its organisation is told to be served again. Who is cut off in between leaves it to be erased
 * a little later, and who could not tell it leaves its line as it was.
 */
const keepingWhile = async (deployment: Deployment, tenant: Tenant, work: () => Promise<void>): Promise<void> => {
  if (tenant.eraseAt === null) return work()
  const { eraseAt } = tenant
  // Also for one that is due later: an upkeep that has read the line before must not go on by it.
  const kept = await deployment.directory.change(tenant, { eraseAt: Math.max(eraseAt, Date.now() + TELLING_MS) })
  try {
    await work()
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
 */
const setStatus = async (
  deployment: Deployment,
  id: string,
  status: 'active' | 'suspended' | 'deleted',
  eraseAt: number | null = null,
): Promise<ChangedTenant> => {
  const tenant = await findTenant(deployment, id)
  requireIdle(tenant, 'deleted')
  if (tenant.eraseAt !== null && status === 'suspended') throw refuse('wrong_status', undefined, 'deleted')
  let fault: string | undefined
  const telling = () => tell(deployment, tenant, status)
  try {
    await (status === 'active' ? keepingWhile(deployment, tenant, telling) : telling())
  } catch (error) {
    if (status === 'active') throw error
    fault = faultIn(error)
  }
  // An organisation that has not heard of its deletion is not deleted; the time in its line has upkeep go on with it.
  const reached = fault === undefined || tenant.status === status ? status : 'suspended'
  // While it moves, the move writes down in the end what it is then.
  const line = await amend(deployment, tenant.id, (now) =>
    now.status === 'moving' ? { eraseAt } : { status: reached, eraseAt },
  )
  if (fault === undefined || status === 'active') return line
  deployment.places.forget(line.id)
  return { ...line, notReached: untold(fault, status) }
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

/** Whether a creation came no further than its line. Where its place cannot be asked, an organisation may be there. */
const isLineOnly = async (deployment: Deployment, { id, place }: Tenant): Promise<boolean> => {
  try {
    return (await lyingAt(deployment, id, readable(place))) === undefined
  } catch (error) {
    return error instanceof TakenError
  }
}

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
  if (home && samePlace(home, tenant.place))
    throw refuse('not_possible', undefined, 'it is where a tenant is looked for that the directory does not know')
  await remove(deployment, tenant)
  const notReached =
    'It is removed from the directory. Nothing was erased in its database, nor where a move has left it.'
  return { ...tenant, status: 'deleted', eraseAt: null, notReached }
}

/** As it would be: what setting the status refuses, is refused, and what is not reached is told. */
const tryDeleting = async (deployment: Deployment, tenant: Tenant, eraseAt: number): Promise<ChangedTenant> => {
  requireIdle(tenant, 'deleted')
  const { authority } = located(withTimeLimit(deployment, PATIENCE_MS), tenant)
  const from: readonly OrganizationStatus[] = [...precededBy.deleted, 'deleted']
  try {
    const { status } = await authority.run(async ({ organization }) => organization)
    if (!from.includes(status)) throw refuse('wrong_status', undefined, status)
    return { ...tenant, status: 'deleted', eraseAt }
  } catch (error) {
    if (isNotFound(error)) return { ...tenant, status: 'deleted', eraseAt }
    return { ...tenant, status: 'suspended', eraseAt, notReached: untold(faultIn(error), 'deleted') }
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
  if (tenant.status === 'creating' && (await isLineOnly(withTimeLimit(deployment, PATIENCE_MS), tenant))) {
    await remove(deployment, tenant)
    return { ...tenant, status: 'deleted', eraseAt: Date.now() }
  }
  if ((tenant.status === 'erasing' || tenant.status === 'moving') && mayAbandon) {
    if (await isReached(deployment, tenant)) throw refuse('wrong_status', undefined, tenant.status)
    return abandon(deployment, tenant, remove)
  }
  const changed = isDry
    ? await tryDeleting(deployment, tenant, eraseAt)
    : await setStatus(deployment, id, 'deleted', eraseAt)
  return mayAbandon && changed.notReached !== undefined ? abandon(deployment, changed, remove) : changed
}

const isReached = async (deployment: Deployment, { id, place }: Tenant): Promise<boolean> => {
  try {
    const { places } = withTimeLimit(deployment, PATIENCE_MS)
    await readOrganizationRow(places.open(id, place, { mayCreate: false }), id)
    return true
  } catch {
    return false
  }
}

/** A tenant that is to be deleted, and whose organisation has not heard of it. */
export const isOwedDeletion = ({ status, eraseAt }: Tenant): boolean =>
  eraseAt !== null && (status === 'active' || status === 'suspended')

/** For upkeep: has the organisation know what an operator wanted when its database was away. @throws when it still is */
export const payDeletion = async (deployment: Deployment, tenant: Tenant): Promise<void> => {
  await tell(deployment, tenant, 'deleted')
  await deployment.directory.change(tenant, { status: 'deleted' })
}
