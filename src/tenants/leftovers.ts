import { refuse } from '../engine/errors.ts'
import { leftStatuses } from '../schema/schema.ts'
import type { Tenant, TenantChange } from './directory.ts'
import { isSameDatabase, type WrittenPlace, writtenPlace } from './place.ts'
import { emptiedOf, endingMoveOf, homeOf, isLeftBehind, isUnderWay, moveOf } from './tenant-move.ts'
import { isInstant } from './usage-counts.ts'

/**
 * Where a tenant has been, and something of it lies still: its line says so for as long as it does, whatever becomes of the
 * tenant meanwhile. Nobody is served there.
 */
export interface Leftover {
  readonly place: WrittenPlace
  /** When the tenant left, in milliseconds since 1970. */
  readonly at: number
  /** Whether it goes by itself when it has been kept for long enough. When the tenant is erased, it goes in any case. */
  readonly erase: boolean
  /** Erasing has begun: nobody can live there again before it is over. */
  readonly isGoing?: true
}

/** How its organisation stands there: left, or on its way there in a move that was given up. Nothing else is erased. */
export const LEFT = leftStatuses

/** How long it is kept, so that whoever still comes there is sent on. */
export const KEPT_MS = 86_400_000

/** Whether it is one, whatever place it names. */
export const isLeftover = (one: unknown): one is Leftover =>
  typeof one === 'object' && one !== null && 'place' in one && 'at' in one && isInstant(one.at)

export const leftoversOf = ({ leftovers }: Pick<Tenant, 'leftovers'>): readonly Leftover[] =>
  Array.isArray(leftovers)
    ? leftovers.filter(isLeftover).map((one) => ({ ...one, place: writtenPlace(one.place), erase: one.erase === true }))
    : []

const isPlaced = (one: unknown): one is { readonly place: unknown } =>
  typeof one === 'object' && one !== null && 'place' in one && writtenPlace(one.place).shape !== 'unreadable'

/** Of a list that somebody has written into: where something lies is not lost with the time when it was left. */
export const mendedLeftovers = ({ leftovers }: Pick<Tenant, 'leftovers'>, now: number): readonly Leftover[] => {
  if (!Array.isArray(leftovers)) return []
  return leftoversOf({
    leftovers: leftovers.map((one: unknown) => (!isLeftover(one) && isPlaced(one) ? { ...one, at: now } : one)),
  })
}

/** @returns what lies at a place of a tenant, by whatever name of its database */
export const leftoverAt = (tenant: Pick<Tenant, 'id' | 'leftovers'>, place: WrittenPlace): Leftover | undefined =>
  leftoversOf(tenant).find((one) => isSameDatabase(tenant.id, one.place, place))

type Leaving = Pick<TenantChange, 'leftovers'>

const elsewhere = (tenant: Pick<Tenant, 'id' | 'leftovers'>, place: WrittenPlace): readonly Leftover[] =>
  leftoversOf(tenant).filter((one) => !isSameDatabase(tenant.id, one.place, place))

const written = (leftovers: readonly Leftover[]): Leaving => ({ leftovers: leftovers.length > 0 ? leftovers : null })

/** Of a place where the tenant lives again, or where nothing of it lies any more. */
export const withoutLeftover = (tenant: Pick<Tenant, 'id' | 'leftovers'>, place: WrittenPlace): Leaving =>
  written(elsewhere(tenant, place))

/** What was to be erased there before is to be erased still. */
export const withLeftover = (tenant: Pick<Tenant, 'id' | 'leftovers'>, leftover: Leftover): Leaving => {
  if (leftover.place.shape === 'unreadable') return {}
  const before = leftoverAt(tenant, leftover.place)
  return written([
    ...elsewhere(tenant, leftover.place),
    { ...before, ...leftover, erase: leftover.erase || before?.erase === true },
  ])
}

/** It is being erased. */
export const markGoing = (tenant: Pick<Tenant, 'id' | 'leftovers'>, { place }: Leftover): Leaving =>
  written(
    leftoversOf(tenant).map((one) => (isSameDatabase(tenant.id, one.place, place) ? { ...one, isGoing: true } : one)),
  )

/** An operator wants nothing of it any more: a day from now it goes. */
export const erasingAll = (tenant: Pick<Tenant, 'leftovers'>, now: number): Leaving =>
  written(leftoversOf(tenant).map((one) => (one.erase ? one : { ...one, at: now, erase: true })))

/** Whether something is to be erased now. */
export const isLeftoverDue = ({ at, erase }: Leftover, now: number): boolean => erase && now >= at + KEPT_MS

/** A move that has arrived keeps its source in its own state; whatever comes after it keeps that here. */
export const withoutMove = (tenant: Tenant): Pick<TenantChange, 'move' | 'leftovers'> => {
  const move = moveOf(tenant)
  if (!move || !isLeftBehind(move)) return {}
  const { phase, switchedAt } = move.state
  const at = isInstant(switchedAt) ? switchedAt : Date.now()
  const left: Leftover = { place: move.from, at, erase: true, ...(phase === 'purge' && { isGoing: true }) }
  return { move: null, ...withLeftover(tenant, left) }
}

/** @param home where the tenant lives, as far as anybody can read. What lies at the other end is to be erased */
const withEnds = (tenant: Tenant, ends: readonly WrittenPlace[], home: WrittenPlace): Pick<Tenant, 'leftovers'> => {
  let kept = tenant
  for (const place of ends) {
    const isElsewhere = home.shape !== 'unreadable' && !isSameDatabase(tenant.id, place, home)
    kept = { ...kept, ...withLeftover(kept, { place, at: Date.now(), erase: isElsewhere }) }
  }
  return { leftovers: kept.leftovers }
}

/**
 * The same for any move, which ends here: nothing is left that no line knows of. Of one that is under way, what the tenant has at
 * the end where it lives is in the list only where the line does not say that it lives there.
 */
export const withoutAnyMove = (tenant: Tenant): Pick<TenantChange, 'move' | 'leftovers'> => {
  const ending = endingMoveOf(tenant)
  if (!ending) return { move: null }
  const move = moveOf(tenant)
  if (move && !isUnderWay(move)) {
    const emptied = isLeftBehind(move) ? undefined : emptiedOf(move)
    return { move: null, ...withoutMove(tenant), ...(emptied && withEnds(tenant, [emptied], tenant.place)) }
  }
  const home = homeOf(tenant)
  const isSaid = tenant.place.shape !== 'unreadable'
  const ends = [ending.from, ending.to].filter((end) => !isSaid || !isSameDatabase(tenant.id, end, home))
  return { move: null, ...withEnds(tenant, ends, home) }
}

/** @throws RefusedError not_possible for a place where what the tenant has left is being erased: it would be erased with it */
export const refuseGoing = (tenant: Tenant, to: WrittenPlace): void => {
  if (leftoverAt({ ...tenant, ...withoutMove(tenant) }, to)?.isGoing)
    throw refuse('not_possible', 'place', 'what it has left there is being erased')
}
