import { timeOfId } from '../engine/ids.ts'
import { isUuid, organizationStatuses, tenantStatuses } from '../schema/schema.ts'
import type { tenants } from '../storage/tables.ts'
import { tenantTables } from '../storage/tenant-tables.ts'
import { claimOf } from './claim.ts'
import type { Legible, Tenant } from './directory.ts'
import { isLeftover, mendedLeftovers } from './leftovers.ts'
import { type Cursor, isPhase, type MoveState } from './move/state.ts'
import { writtenPlace } from './place.ts'
import { endingMoveOf } from './tenant-move.ts'
import { isInstant, keptUsage } from './usage-counts.ts'

/**
 * A row of the directory as the tenant that it is about. Somebody may have written into it, or a later release: it is judged
 * here, column by column, so that nobody behind this meets a status, a time or a list that is none.
 */

type Row = typeof tenants.$inferSelect

const isNullOr = (is: (value: unknown) => boolean, value: unknown) => value === null || value === undefined || is(value)
const isCount = (value: unknown): boolean => Number.isSafeInteger(value)
const isText = (value: unknown) => typeof value === 'string'

const isWholeClaim = (row: Row): boolean => {
  const claim = claimOf(row)
  if (!claim) return true
  const times = [claim.at, claim.since, ...(claim.kind === 'rewind' && claim.time !== undefined ? [claim.time] : [])]
  return times.every(isInstant)
}

type Judge = (value: unknown) => boolean
const maybe =
  (is: Judge): Judge =>
  (value) =>
    isNullOr(is, value)
const isFlag: Judge = (value) => typeof value === 'boolean'

const isCursor: Judge = (value) => {
  if (typeof value !== 'object' || value === null) return false
  const { table, after } = value as Partial<Cursor>
  const walked = tenantTables.find(({ name }) => name === table)
  return walked !== undefined && Array.isArray(after) && after.length === walked.key.length
}

const isResumed: Judge = (value) => {
  if (typeof value !== 'object' || value === null) return false
  const { status, revision } = value as Partial<NonNullable<MoveState['resume']>>
  return organizationStatuses.some((one) => one === status) && isCount(revision)
}

/** Each member of a state: what is not here does not compile. What earlier releases have not written may be absent. */
const judges: Readonly<Record<keyof MoveState, Judge>> = {
  id: maybe(isUuid),
  phase: isPhase,
  place: () => true,
  startedAt: isInstant,
  cursor: maybe(isCursor),
  claimed: maybe(isFlag),
  caughtUp: isCount,
  copied: isCount,
  brought: maybe(isCount),
  pieces: maybe(isCount),
  looks: maybe(isCount),
  compared: maybe(isFlag),
  missed: maybe(isCount),
  differences: maybe(isCount),
  resume: maybe(isResumed),
  frozen: maybe(isCount),
  frozenAt: maybe(isInstant),
  switchedAt: maybe(isInstant),
  steppedAt: maybe(isInstant),
  isSourceLeft: maybe(isFlag),
  isTargetLeft: maybe(isFlag),
  failure: maybe(isText),
  lastError: maybe(isText),
}

const isWholeMove = (row: Row): boolean => {
  const move = endingMoveOf(row)
  const state: Readonly<Partial<Record<string, unknown>>> | undefined = move?.state && { ...move.state }
  return !move || (state !== undefined && Object.entries(judges).every(([name, isGood]) => isGood(state[name])))
}

/** What is wrong with which column, and nothing of what stands there; the place and the usage say so themselves. */
const faults: readonly (readonly [column: string, isGood: (row: Row) => boolean, wrong: string])[] = [
  ['status', ({ status }) => tenantStatuses.includes(status), 'none that this release knows'],
  ['created_at', ({ createdAt }) => isInstant(createdAt), 'no time'],
  ['seen_at', ({ seenAt }) => isNullOr(isInstant, seenAt), 'no time'],
  ['erase_at', ({ eraseAt }) => isNullOr(isInstant, eraseAt), 'no time'],
  [
    'leftovers',
    ({ leftovers }) => leftovers === null || (Array.isArray(leftovers) && leftovers.every(isLeftover)),
    'no list of what it has left',
  ],
  ['claim', isWholeClaim, 'without its time'],
  ['move', isWholeMove, 'not whole, or in a phase that this release does not know'],
]

/** Without its time it is one that was interrupted long ago. */
const mendedClaim = (row: Row): Tenant['claim'] => {
  const claim = claimOf({ ...row, status: 'moving' })
  if (!claim) return null
  const { at, since, ...rest } = claim
  const { time, ...others } = { time: undefined, ...rest }
  const begun = isInstant(since) ? since : (timeOfId(claim.id) ?? 0)
  return { ...others, ...(isInstant(time) && { time }), since: begun, at: isInstant(at) ? at : begun }
}

/** Each column for itself: what is wrong in another one takes nothing from it. */
const legibleOf = (row: Row): Legible => ({
  status: tenantStatuses.includes(row.status) ? row.status : 'moving',
  place: writtenPlace(row.place),
  move: endingMoveOf(row) ? row.move : null,
  claim: mendedClaim(row),
  eraseAt: isInstant(row.eraseAt) ? row.eraseAt : null,
})

/**
 * @returns of a line that cannot be read a tenant that is at an unreadable place, and as one that something is done to: it is
 * not served, not looked after and not changed before `place` says where it is, which writes the line anew
 */
export const tenantOf = (row: Row): Tenant => {
  const tenant = { ...row, place: writtenPlace(row.place), usage: keptUsage(row.usage) }
  const fault = faults.find(([, isGood]) => !isGood(row))
  if (!fault) return tenant
  const [column, , wrong] = fault
  return {
    ...tenant,
    status: 'moving',
    place: { shape: 'unreadable', reason: `"${column}" of its line in the directory is ${wrong}` },
    move: null,
    claim: null,
    leftovers: mendedLeftovers(row, Date.now()),
    createdAt: isInstant(row.createdAt) ? row.createdAt : (timeOfId(row.id) ?? 0),
    seenAt: isInstant(row.seenAt) ? row.seenAt : null,
    eraseAt: null,
    legible: legibleOf(row),
  }
}
