import { refuse } from '../engine/errors.ts'
import { StaleError } from '../engine/session.ts'
import { isEnded, isServed, type OrganizationStatus, type TenantStatus } from '../schema/schema.ts'
import { DatabaseFaultError } from '../storage/database-fault.ts'
import { UnavailableError } from '../storage/driver.ts'
import { PROGRAM } from '../storage/program/version.ts'
import type { GrantsLost } from '../storage/tenant-grants.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import { endWatches } from '../storage/tenant-watch.ts'
import { type Claim, claimOf, GOING_BACK_MS, type HeldClaim, hold, INTERRUPTED_MS, livedAt } from './claim.ts'
import type { Deployment } from './deployment.ts'
import { type ChangedTenant, missingEraseAt, type Tenant, type TenantChange } from './directory.ts'
import { type Fault, orFault } from './fault.ts'
import { leftoverAt, withoutLeftover } from './leftovers.ts'
import { unlessGone } from './move/switching.ts'
import { isSameDatabase, type WrittenPlace } from './place.ts'
import { leave, shut, standAgain, unfreeze } from './standing.ts'
import { endingMoveOf, mayServeThere } from './tenant-move.ts'
import { patience } from './time-limit.ts'

/** How claimed work ends: done, or given back. Each can be repeated, so whatever interrupts it is finished by the next try. */

/** How often a database that restarts is asked again, and after how many milliseconds. */
const ATTEMPTS = 20
const PAUSE_MS = 250

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const untilItIsBack = async <T>(work: () => Promise<T>): Promise<T> => {
  const end = performance.now() + patience.operation
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof UnavailableError) || attempt === ATTEMPTS || performance.now() > end) throw error
      await wait(PAUSE_MS)
    }
  }
}

/** What the line says again. An operator's word counts that the organisation has not heard of. */
const statusOf = ({ status }: HeldClaim['claim'], stands: OrganizationStatus | undefined): TenantStatus => {
  if (isEnded(status)) return status
  return stands ?? (isServed(status) ? status : 'suspended')
}

const ending = (line: Tenant, status: TenantStatus): TenantChange => ({ status, ...missingEraseAt(line, status) })

/**
 * What the line says once the tenant lives where it was said to.
 * @param stands how its organisation stands there
 */
export const lineStatusOf = (
  { eraseAt }: Pick<Tenant, 'eraseAt'>,
  { status }: Pick<Claim, 'status'>,
  stands: OrganizationStatus,
): TenantStatus => {
  // What is erased in part cannot be resumed.
  if (stands === 'deleted') return status === 'erasing' ? status : stands
  return eraseAt === null ? stands : 'suspended'
}

/**
 * Of a move that ends with this work: nothing is written down for it any more, and nobody is served where it was to go. A
 * source that is not reached is told so by whoever erases what lies there.
 * @param stays where the tenant is to live
 * @throws UnavailableError where it may be served at a place that is away, and that is not given up
 */
export const endEndedMove = async ({ places }: Deployment, held: HeldClaim, stays: WrittenPlace): Promise<void> => {
  const { claim, line } = held
  const move = endingMoveOf({ move: claim.ends })
  if (!move) return
  const { id } = line
  const open = (place: WrittenPlace) => places.open(id, place, { mayCreate: false })
  await orFault(() => endWatches(open(move.from), id, held))
  if (!mayServeThere(move)) return
  const homes = [stays, livedAt(line, claim)]
  // Of a state that cannot be read, and a line that says no place, either end may be where it is served.
  for (const end of move.state ? [move.to] : [move.from, move.to])
    if (!homes.some((home) => isSameDatabase(id, home, end))) {
      const shutting = () => unlessGone(() => shut(open(end), id))
      await (claim.kind === 'place' && claim.abandons ? orFault(shutting) : shutting())
    }
}

const listed = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ')

/** What an operator has to do about it; undefined: nothing. */
export const notKeptOf = ({
  credentials = [],
  ended = [],
  removed = [],
  hooks = [],
  subscriptions = [],
}: GrantsLost): string | undefined => {
  const sentences = [
    ...(credentials.length > 0
      ? [
          `Keys that were issued since are not there, and whoever has one is refused until another is issued: ${listed(credentials)}.`,
        ]
      : []),
    ...(ended.length > 0 ? [`Keys that were not there just before have ended: ${listed(ended)}.`] : []),
    ...(removed.length > 0 ? [`Members who were not there just before are removed: ${listed(removed)}.`] : []),
    ...(hooks.length > 0 ? [`Hooks that were not on just before are off: ${listed(hooks)}.`] : []),
    ...(subscriptions.length > 0
      ? [`Subscriptions that were not on just before are off: ${listed(subscriptions)}.`]
      : []),
  ]
  return sentences.length > 0 ? sentences.join(' ') : undefined
}

/**
 * As it stood before the work, with the keys and the like as they were by then: for a database that may have gone back to an earlier time.
 * @throws RefusedError not_possible when nothing of it is there: the claim stays, so that it can go to another time
 */
export const standBack = async ({ places }: Deployment, held: HeldClaim): Promise<ChangedTenant> => {
  const { line, claim } = held
  const { grants = {} } = claim
  const driver = places.open(line.id, line.place, { mayCreate: false })
  const lost = await untilItIsBack(() => standAgain(driver, line.id, held, grants))
  if (lost === undefined) {
    // It has gone where it was told to, and waits for nobody: the next time may be named at once.
    await held.note({ at: Date.now() - GOING_BACK_MS })
    throw refuse('not_possible', 'to', 'nothing of it was there then; the same for a later time takes it there')
  }
  const notKept = notKeptOf(lost)
  const ended = await held.end((now) => ending(now, statusOf(claim, claim.stands)))
  return { ...ended, ...(notKept !== undefined && { notKept }) }
}

export const notAsked = (fault: string): string =>
  `Where it was is not reached (${fault}). If what it has is of an earlier time now, keys that were revoked since are to be revoked again. What lies there stays.`

/**
 * That it has left something for good; when the rest is erased stands in the list of what it has left.
 * @param tenant as it is, or would be
 */
export const leftText = (tenant: Pick<Tenant, 'id' | 'leftovers'>, place: WrittenPlace): string | undefined =>
  leftoverAt(tenant, place)?.erase === false
    ? 'What it had where it was lies there still, and nobody is served there.'
    : undefined

/**
 * The tenant lives where its line says: the place of before is left for good.
 * @param status how its organisation stands there
 * @param before why the place of before was not asked
 */
export const finishPlacing = async (
  { places }: Deployment,
  held: HeldClaim,
  status: OrganizationStatus,
  before: Partial<Fault> = {},
): Promise<ChangedTenant> => {
  const { from, notKept } = held.claim
  const { id } = held.line
  const away = from ? await orFault(() => leave(places.open(id, from, { mayCreate: false }), id, held)) : {}
  const isGone = from !== undefined && away.value === false
  const line = await held.end((now) => ({
    ...ending(now, lineStatusOf(now, held.claim, status)),
    program: PROGRAM,
    ...(isGone && withoutLeftover(now, from)),
  }))
  places.forget(id)
  const told = { ...line, ...(notKept !== undefined && { notKept }) }
  const { fault, cause } = before.fault === undefined ? away : before
  if (fault !== undefined) return { ...told, notReached: notAsked(fault), cause }
  const left = from && leftText(line, from)
  return left === undefined ? told : { ...told, left }
}

/**
 * Ends work that goes no further. What is frozen where the tenant was is served again, with the keys that it had; or, where the
 * tenant lives elsewhere already, it is left for good.
 * @throws UnavailableError when a place is away: the claim stays
 */
export const giveBack = async (deployment: Deployment, held: HeldClaim): Promise<ChangedTenant> => {
  // Whatever of an earlier try is on its way to the line finds another one from here on.
  const { id, place } = await held.change(({ status }) => ({ status }))
  const { claim } = held
  const home = livedAt({ place }, claim)
  const driver = () => deployment.places.open(id, home, { mayCreate: false })
  if (claim.from !== undefined) {
    const row = await readOrganizationRow(driver(), id)
    return finishPlacing(deployment, held, row?.status ?? 'suspended')
  }
  if (claim.grants !== undefined) return standBack(deployment, held)
  await endEndedMove(deployment, held, home)
  const isKnown = claim.mark !== undefined || (claim.isMending && home.shape !== 'unreadable')
  const stands = isKnown ? await unfreeze(driver(), id, held) : undefined
  return held.end((now) => ending(now, statusOf(claim, stands)))
}

/** What has failed is given back where that can be; where not, the claim says what there is to be ended. */
export const orGiveBack = async <T>(deployment: Deployment, held: HeldClaim, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    await giveBack(deployment, held).catch((later: unknown) => {
      const isForeseen = [UnavailableError, StaleError, DatabaseFaultError].some((kind) => later instanceof kind)
      if (!isForeseen) throw later
    })
    throw error
  }
}

export const isClaimDue = (tenant: Tenant, now: number): boolean => {
  const claim = claimOf(tenant)
  return claim !== undefined && now >= claim.at + INTERRUPTED_MS
}

/** For upkeep: ends what was interrupted, and nobody has tried again. */
export const endClaim = async (deployment: Deployment, tenant: Tenant): Promise<void> => {
  await giveBack(deployment, await hold(deployment.directory, tenant))
}
