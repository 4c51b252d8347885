import { refuse } from '../engine/errors.ts'
import { isEnded, isLeft, isQuiet, type OrganizationStatus } from '../schema/schema.ts'
import { type OrganizationRow, readOrganizationRow } from '../storage/tenant-organization.ts'
import { endWatches } from '../storage/tenant-watch.ts'
import { alone } from './alone.ts'
import { claimOf, hold, isLost, type Known, knownOf, livedAt, requireClaimable } from './claim.ts'
import { bringUpToDate, type Deployment, findTenant, located, openNew } from './deployment.ts'
import {
  asLegible,
  type ChangedTenant,
  isDeleted,
  missingEraseAt,
  type Tenant,
  type TenantChange,
} from './directory.ts'
import {
  endEndedMove,
  finishPlacing,
  giveBack,
  leftText,
  lineStatusOf,
  notAsked,
  notKeptOf,
  orGiveBack,
} from './ending.ts'
import { orFault } from './fault.ts'
import { awaited, givenUpText, silentLeftovers } from './giving-up.ts'
import {
  erasingAll,
  leftoverAt,
  refuseGoing,
  withLeftover,
  withoutAnyMove,
  withoutLeftover,
  withoutMove,
} from './leftovers.ts'
import { lyingWhereItComes } from './lying-at.ts'
import { isSameDatabase, type Place, samePlace, type WrittenPlace } from './place.ts'
import { freeze, isFrozenBy, standThere } from './standing.ts'
import { patience, withTimeLimit } from './time-limit.ts'

/**
 * Where a tenant lives is told, and nothing is copied: what it has was brought there by other hands. In this order, so that
 * whatever meets it or interrupts it is not undone and undoes nothing: the line is claimed, the place of before is frozen, what it
 * says is written at the new one, the line names that, the place of before is left.
 */

type Row = Pick<OrganizationRow, 'status' | 'revision'>

/**
 * How it stands where it is to be.
 * @param tenant as it is before, with what it has left
 * @throws RefusedError not_possible where it is not, or is not served
 */
const requireThere = (found: Row | undefined, tenant: Tenant, to: Place, claim: Known): OrganizationStatus => {
  refuseGoing(tenant, to)
  const left = leftoverAt({ ...tenant, ...withoutMove(tenant) }, to)
  if (found && isQuiet(found.status)) return found.status
  // The database of before by another name: frozen by this work, or by a call of it that was interrupted.
  if (isFrozenBy(claim, found)) return claim.stands ?? 'suspended'
  // Its deletion stands, though its line has not said so legibly.
  if (claim.isMending && found?.status === 'deleted') return 'deleted'
  // Where it lives, frozen for a move that ends here.
  const isAtHome = isSameDatabase(tenant.id, livedAt(tenant, claim), to)
  if (claim.isMending && found?.status === 'moving' && isAtHome) return claim.stands ?? 'suspended'
  // Where this very tenant has been, and nobody else has brought it from: it goes back there, as it stands now.
  if (found?.status === 'moved' && left) return 'suspended'
  throw refuse(
    'not_possible',
    'place',
    found
      ? `there it is ${found.status}`
      : 'nothing of it is there to be found. Bring its data there first, or name the place that has them',
  )
}

/** An operator's word counts that the organisation has not heard of. */
const wantedOf = ({ eraseAt }: Tenant, { status, stands }: Known, found: OrganizationStatus): OrganizationStatus => {
  if (found === 'deleted') return found
  return eraseAt !== null || isEnded(status) ? 'suspended' : (stands ?? found)
}

/** When it is erased, where nobody can read any more when that was to be. */
const erasingOf = (tenant: Tenant, { status }: Known, stands: OrganizationStatus): Told => {
  const { eraseAt } = missingEraseAt(tenant, isDeleted(status) ? status : stands)
  if (eraseAt === undefined) return {}
  const at = new Date(eraseAt).toISOString()
  return { eraseAt, notKept: `It is deleted, and when it was to be erased is not known: it is from ${at} on.` }
}

interface Told {
  readonly eraseAt?: number
  readonly notKept?: string
}

/** Of an interrupted call that came so far that the tenant lives elsewhere, the rest is done. */
const settledLine = async (deployment: Deployment, id: string, isDry: boolean): Promise<ChangedTenant> => {
  const tenant = await findTenant(deployment, id)
  const was = asLegible(tenant)
  if (isDry || was.place.shape === 'unreadable' || claimOf(was)?.from === undefined) return tenant
  return giveBack(deployment, await hold(deployment.directory, tenant))
}

export interface PlaceOptions {
  /** What lies where the tenant was is erased a day later, as after a move. Default: it stays. */
  readonly erasesOld?: boolean
  /** Where it has been, or was to go, and nobody answers, is gone for good: it is not waited for, and the line names it no more. */
  readonly mayAbandon?: boolean
  /** Everything is looked at, and nothing is changed: it is answered as if it had been. */
  readonly isDry?: boolean
}

/**
 * What of it lies elsewhere, once it lives there.
 * @param left where it has been until now; undefined: it leaves nothing, since it is there already
 * @param erase that; or what it has left before
 */
const leaving = (
  line: Tenant,
  to: Place,
  erase: boolean,
  left: WrittenPlace | undefined,
): Pick<TenantChange, 'leftovers'> => {
  const now = Date.now()
  const kept = { ...line, ...withoutLeftover(line, to) }
  if (left) return { leftovers: kept.leftovers, ...withLeftover(kept, { place: left, at: now, erase }) }
  return erase ? erasingAll(kept, now) : { leftovers: kept.leftovers }
}

/** As it would be. */
const tryPlacing = async (
  deployment: Deployment,
  tenant: Tenant,
  known: Known,
  to: Place,
  found: OrganizationStatus,
  erasesOld: boolean,
): Promise<ChangedTenant> => {
  const home = livedAt(tenant, known)
  const {
    value: row,
    fault,
    cause,
  } = await orFault(() => readOrganizationRow(located(deployment, { ...tenant, place: home }).driver, tenant.id))
  const stands = row && !isLeft(row.status) ? { stands: row.status } : {}
  const claim = { ...stands, ...known }
  const status = wantedOf(tenant, claim, found)
  const before = { ...tenant, ...withoutAnyMove(tenant) }
  const hasLeft = (fault !== undefined || row !== undefined) && !isSameDatabase(tenant.id, home, to)
  const made = {
    ...before,
    ...leaving(before, to, erasesOld, hasLeft ? home : undefined),
    ...erasingOf(before, claim, status),
    claim: null,
    place: to,
    status: lineStatusOf(before, claim, status),
  }
  const left = hasLeft ? leftText(made, home) : undefined
  if (fault !== undefined) return { ...made, notReached: notAsked(fault), cause }
  return left === undefined ? made : { ...made, left }
}

/** As it is, or would be, once they are given up. */
const withoutSilent = (made: ChangedTenant, silent: readonly WrittenPlace[]): ChangedTenant => {
  if (silent.length === 0) return made
  let kept: ChangedTenant = made
  for (const place of silent) kept = { ...kept, ...withoutLeftover(kept, place) }
  const told = [made.notReached, givenUpText(made.id, silent)].filter((sentence) => sentence !== undefined)
  return { ...kept, notReached: told.join(' ') }
}

/**
 * Says where a tenant is: for a line that cannot be read, a database that is called otherwise now, or one of an earlier time.
 * Whoever is let in no longer where it was is not let in there, and its status stays as it was. Where it was, nothing is
 * acknowledged from before it is looked at until it is over.
 * @throws RefusedError not_found, wrong_status; not_possible when it is not there; invalid_value as `openNew` and `alone`
 * @throws StaleError when somebody else has changed the tenant meanwhile
 */
export const placeTenant = async (
  whole: Deployment,
  id: string,
  to: Place,
  { erasesOld = false, mayAbandon = false, isDry = false }: PlaceOptions = {},
): Promise<ChangedTenant> => {
  const deployment = withTimeLimit(whole, patience.operation)
  const read = await settledLine(deployment, id, isDry)
  if (read.notKept !== undefined && samePlace(read.place, to)) return read
  const tenant = asLegible(read)
  const known = knownOf(read)
  if (!isLost(read) || claimOf(tenant)) requireClaimable(tenant)
  openNew(deployment, tenant.id, to, { isNamed: true })
  const found = requireThere(await lyingWhereItComes(deployment, tenant.id, to), tenant, to, known)
  if (isDry) {
    const made = await tryPlacing(deployment, tenant, known, to, found, erasesOld)
    return mayAbandon ? withoutSilent(made, await silentLeftovers(deployment, made)) : made
  }
  const target = deployment.places.open(tenant.id, to, { mayCreate: false })
  await bringUpToDate(target, to)
  const driver = alone(target, tenant.id, to)
  requireThere(await readOrganizationRow(driver, tenant.id), tenant, to, known)

  const held = await hold(deployment.directory, read, { kind: 'place', to, ...(mayAbandon && { abandons: true }) })
  // Of a line that could not be read, the claim has mended what else was wrong with it: where it was is known now, or is not.
  const home = livedAt(held.line, held.claim)
  return orGiveBack(deployment, held, async () => {
    await endEndedMove(deployment, held, to).catch((error: unknown) => {
      throw awaited(error)
    })
    const { value: frozen, ...away } = await orFault(async () => {
      const before = located(deployment, { ...held.line, place: home })
      // What is asked of it there is what this release knows of.
      await bringUpToDate(before.driver, before.place)
      return freeze(before.driver, tenant.id, held)
    })
    let isSame = false
    let status: OrganizationStatus = found
    const grants = frozen?.grants ?? held.claim.grants ?? {}
    // Nor does a log of it grow there that nobody reads.
    await endWatches(driver, tenant.id, held)
    const lost = await standThere(driver, tenant.id, held, grants, (row) => {
      isSame = isFrozenBy(held.claim, row)
      status = wantedOf(held.line, held.claim, requireThere(row, held.line, to, held.claim))
      return status
    })
    const { eraseAt = held.line.eraseAt, notKept: erasing } = erasingOf(held.line, held.claim, status)
    const told = [notKeptOf(lost), erasing].filter((sentence) => sentence !== undefined)
    // What is not reached may be the same database by another name: nothing is erased there but what says that it was left.
    const hasLeft = !isSame && frozen?.isThere !== false
    const from = hasLeft && frozen ? { from: home } : {}
    await held.change((line) => ({
      place: to,
      eraseAt,
      claim: { ...held.claim, ...from, ...(told.length > 0 && { notKept: told.join(' ') }) },
      ...leaving(line, to, erasesOld, hasLeft ? home : undefined),
    }))
    const silent =
      held.claim.kind === 'place' && held.claim.abandons ? await silentLeftovers(deployment, held.line) : []
    for (const place of silent) await held.change((line) => withoutLeftover(line, place))
    return withoutSilent(await finishPlacing(deployment, held, status, away), silent)
  })
}
