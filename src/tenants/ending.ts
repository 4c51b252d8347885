import { StaleError } from '../engine/session.ts'
import type { OrganizationStatus } from '../schema/schema.ts'
import { type SqlDriver, type Statement, UnavailableError } from '../storage/driver.ts'
import { PROGRAM } from '../storage/program/version.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import { claimOf, type HeldClaim, hold } from './claim.ts'
import type { Deployment } from './deployment.ts'
import type { ChangedTenant, Tenant } from './directory.ts'
import { orFault } from './fault.ts'
import { newMove } from './move/state.ts'
import type { WrittenPlace } from './place.ts'
import { leave, standAgain, unfreeze } from './standing.ts'
import type { TenantMove } from './tenant-move.ts'

/** How claimed work ends: done, or given back. Each can be repeated, so whatever interrupts it is finished by the next try. */

/** How often a database that restarts is asked again, and after how many milliseconds. */
const ATTEMPTS = 20
const PAUSE_MS = 250

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const untilItIsBack = async (driver: SqlDriver, statements: readonly Statement[]): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await driver.batch(statements)
      return
    } catch (error) {
      if (!(error instanceof UnavailableError) || attempt === ATTEMPTS) throw error
      await wait(PAUSE_MS)
    }
  }
}

/** What the line says again. An operator's word counts that the organisation has not heard of. */
const statusOf = ({ status }: HeldClaim['claim'], stands: OrganizationStatus | undefined): OrganizationStatus => {
  if (status === 'suspended' || status === 'deleted') return status
  return stands ?? (status === 'active' ? status : 'suspended')
}

/** As it stood before the work, with the keys that had ended by then: for a database that may have gone back to an earlier time. */
export const standBack = async ({ places }: Deployment, held: HeldClaim): Promise<Tenant> => {
  const { line, claim } = held
  const driver = places.open(line.id, line.place, { mayCreate: false })
  await untilItIsBack(driver, standAgain(line.id, claim.stands ?? 'suspended', claim.ended ?? []))
  return held.change(() => ({ status: statusOf(claim, claim.stands), move: null }))
}

/** As the source of a move that has just arrived: upkeep keeps it for a day, and erases what is `moved` there. */
const leftBehind = (from: WrittenPlace, to: WrittenPlace): TenantMove => {
  const now = Date.now()
  return { from, to, state: { ...newMove(to, now), phase: 'keep', switchedAt: now, steppedAt: now } }
}

export const notAsked = (fault: string): string =>
  `Where it was is not reached (${fault}). If what it has is of an earlier time now, keys that were revoked since are to be revoked again. What lies there stays.`

const KEPT = 'What it had where it was lies there still, and nobody is served there.'

/**
 * The tenant lives where its line says: the place of before is left for good.
 * @param status how its organisation stands there
 * @param fault why the place of before was not asked
 */
export const finishPlacing = async (
  { places }: Deployment,
  held: HeldClaim,
  status: OrganizationStatus,
  fault?: string,
): Promise<ChangedTenant> => {
  const { left, erasesOld = false } = held.claim
  const { id } = held.line
  const away = left ? await orFault(() => leave(places.open(id, left, { mayCreate: false }), id, held)) : {}
  const isLeft = away.value === true
  const line = await held.change((now) => ({
    status: now.eraseAt === null ? status : 'suspended',
    program: PROGRAM,
    move: left && isLeft && erasesOld ? leftBehind(left, now.place) : null,
  }))
  places.forget(id)
  const unknown = fault ?? away.fault
  if (unknown !== undefined) return { ...line, notReached: notAsked(unknown) }
  return isLeft && !erasesOld ? { ...line, left: KEPT } : line
}

/**
 * Ends work that goes no further. What is frozen where the tenant was is served again, with the keys that it had; or, where the
 * tenant lives elsewhere already, it is left for good.
 * @throws UnavailableError when a place is away: the claim stays
 */
export const giveBack = async (deployment: Deployment, held: HeldClaim): Promise<Tenant> => {
  // Whatever of an earlier try is on its way to the line finds another one from here on.
  const { id, place } = await held.change(({ move }) => ({ move }))
  const { claim } = held
  const driver = () => deployment.places.open(id, place, { mayCreate: false })
  if (claim.left !== undefined) {
    const row = await readOrganizationRow(driver(), id)
    return finishPlacing(deployment, held, row?.status ?? 'suspended')
  }
  if (claim.ended !== undefined) return standBack(deployment, held)
  const stands = claim.mark === undefined ? undefined : await unfreeze(driver(), id, held)
  return held.change(() => ({ status: statusOf(claim, stands), move: null }))
}

/** What has failed is given back where that can be; where not, the claim says what there is to be ended. */
export const orGiveBack = async <T>(deployment: Deployment, held: HeldClaim, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    await giveBack(deployment, held).catch((later: unknown) => {
      if (!(later instanceof UnavailableError || later instanceof StaleError)) throw later
    })
    throw error
  }
}

/** Longer than anybody works on a claim. */
const INTERRUPTED_MS = 600_000

export const isClaimDue = (tenant: Tenant, now: number): boolean => {
  const claim = claimOf(tenant)
  return claim !== undefined && now >= claim.at + INTERRUPTED_MS
}

/** For upkeep: ends what was interrupted, and nobody has tried again. */
export const endClaim = async (deployment: Deployment, tenant: Tenant): Promise<void> => {
  await giveBack(deployment, await hold(deployment.directory, tenant))
}
