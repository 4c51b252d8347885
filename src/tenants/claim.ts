import { refuse } from '../engine/errors.ts'
import { newId } from '../engine/ids.ts'
import { StaleError } from '../engine/session.ts'
import { type OrganizationStatus, standings, type TenantStatus } from '../schema/schema.ts'
import type { Grants } from '../storage/tenant-grants.ts'
import { asRead } from './again.ts'
import { asLegible, type Tenant, type TenantChange, type TenantDirectory } from './directory.ts'
import { withoutAnyMove } from './leftovers.ts'
import { type WrittenPlace, writtenPlace } from './place.ts'
import { type EndingMove, endingMoveOf, homeOf, isUnderWay, moveOf, stoodBefore } from './tenant-move.ts'

/** What an operator has asked for. */
export type ClaimedWork =
  /** `abandons`: what does not answer of where it has been, or was to go, is gone for good. */
  | { readonly kind: 'place'; readonly to?: WrittenPlace; readonly abandons?: true }
  | { readonly kind: 'rewind'; readonly time?: number }

/**
 * Work that changes how an organisation stands, or where: it is written into the tenant's line before it begins, and so keeps
 * out whatever else would change the tenant. Interrupted, it is gone on with by the same operation again, or by upkeep.
 */
export type Claim = ClaimedWork & {
  /** Of one call. Whoever takes over what was interrupted gives it another one. */
  readonly id: string
  /** When that call has taken it, and when the first one has, in milliseconds since 1970. */
  readonly at: number
  readonly since: number
  /** What the line said before. */
  readonly status: TenantStatus
  /** How the organisation stood before it was frozen. Absent: it was not. */
  readonly stands?: OrganizationStatus
  /** The revision that it was frozen with, which no other organisation anywhere has. */
  readonly mark?: number
  /** Keys and whatever else lets somebody in, as they stood before a database goes back to an earlier time. Absent: it does not yet. */
  readonly grants?: Grants
  /** What the line said could not be read, or gone on with. */
  readonly isMending?: true
  /** A move that was under way, and ends with this. */
  readonly ends?: EndingMove
  /** Where the tenant was, once it is somewhere else. */
  readonly from?: WrittenPlace
  /** What an operator has to know of that. */
  readonly notKept?: string
}

const kinds: readonly unknown[] = ['place', 'rewind'] satisfies readonly Claim['kind'][]

/**
 * The work that has claimed a tenant. One that is not `moving` any more is not: a deployment of an earlier release, which
 * knows of no such column, has ended it.
 */
export const claimOf = ({ status, claim }: Pick<Tenant, 'status' | 'claim'>): Claim | undefined => {
  if (status !== 'moving' || typeof claim !== 'object' || claim === null) return undefined
  const known = Object.fromEntries(Object.entries(claim).filter(([, value]) => value !== null))
  if (typeof known.id !== 'string' || !kinds.includes(known.kind)) return undefined
  for (const name of ['from', 'to']) if (name in known) known[name] = writtenPlace(known[name])
  return known as unknown as Claim
}

/** Where the tenant lives, or did before this work: also where only the move said so that ends with it. */
export const livedAt = ({ place }: Pick<Tenant, 'place'>, { ends }: Pick<Claim, 'ends'>): WrittenPlace =>
  homeOf({ place, move: ends ?? null })

/** Longer than anybody works on a claim: then upkeep ends it. */
export const INTERRUPTED_MS = 600_000

/** What is under way, for whoever it keeps out. */
const underWay = (claim: Claim): string => {
  const to = claim.kind === 'place' ? claim.to && JSON.stringify(claim.to) : timeText(claim.time)
  const until = timeText(claim.at + INTERRUPTED_MS)
  const what = `a "${claim.kind}" since ${timeText(claim.since)} (if it was cut off, the same again goes on, and upkeep gives it back after ${until})`
  // The place last: it may be long, and a refusal is cut.
  return `moving: ${what}${to === undefined ? '' : `, to ${to}`}`
}

const timeText = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString())

type Standing = Pick<Tenant, 'status' | 'claim' | 'place' | 'move'>

/** How a tenant stands, in the words of a refusal. */
export const standing = (tenant: Standing): string => {
  const { status, place } = tenant
  const claim = claimOf(tenant)
  if (claim) return underWay(claim)
  if (status !== 'moving') return status
  if (place.shape === 'unreadable')
    return `not to be read (${place.reason}): POST /v1/tenants/{id}/place says where it is`
  return moveOf(tenant) ? status : 'moving, and nobody can read where to: POST /v1/tenants/{id}/place says where it is'
}

/** @param also what may be changed besides, though it is deleted. @throws RefusedError wrong_status */
export const requireIdle = (tenant: Standing, also?: 'deleted'): void => {
  if (standings[tenant.status].isBusy && tenant.status !== also)
    throw refuse('wrong_status', undefined, standing(tenant))
}

/** A database that goes back in time goes back whatever the line says by then: nobody takes the claim over meanwhile. */
export const GOING_BACK_MS = 120_000

/** @throws RefusedError wrong_status where something else is being done to it, or it is not finished */
export const requireClaimable = (tenant: Tenant): void => {
  const claim = claimOf(tenant)
  if (!claim || (claim.grants && Date.now() < claim.at + GOING_BACK_MS)) requireIdle(tenant)
  if (tenant.status === 'creating') throw refuse('wrong_status', undefined, tenant.status)
}

/** A claim for as long as this call has it. */
export interface HeldClaim {
  readonly claim: Claim
  /** As this call has read or written it last. */
  readonly line: Tenant
  /**
   * Changes the line, over what others have changed besides.
   * @throws StaleError when somebody has taken the tenant over: then nothing was changed
   */
  change(of: (line: Tenant) => TenantChange): Promise<Tenant>
  /** Changes nothing. @throws StaleError likewise */
  confirm(): Promise<void>
  /** The same for what the claim says. */
  note(more: Partial<Claim>): Promise<void>
  /** The same, and the claim is no more. */
  end(of: (line: Tenant) => TenantChange): Promise<Tenant>
}

/** Whoever takes a tenant over without knowing of claims leaves another move there. */
const isHeld = (now: Tenant, line: Tenant): boolean =>
  claimOf(now)?.id === claimOf(line)?.id && JSON.stringify(now.move) === JSON.stringify(line.move)

/** Nobody can go on with what its line says: saying where the tenant is ends it. */
export const isLost = (tenant: Tenant): boolean =>
  tenant.legible !== undefined ||
  tenant.place.shape === 'unreadable' ||
  (tenant.status === 'moving' && !moveOf(tenant) && !claimOf(tenant))

/** What of a line that cannot be read is written anew, as it was understood. */
const mended = (tenant: Tenant): TenantChange => {
  if (!isLost(tenant)) return {}
  const { createdAt, seenAt, eraseAt, leftovers } = asLegible(tenant)
  return { createdAt, seenAt, eraseAt, leftovers }
}

/** Of a move that ends here: how its tenant stood before it was frozen for it. */
const endingMove = (tenant: Tenant): Pick<Claim, 'ends' | 'stands'> => {
  const move = endingMoveOf(tenant)
  if (!move || !isUnderWay(move)) return {}
  const stands = stoodBefore(tenant)
  return { ends: move, ...(stands && { stands }) }
}

/** What a claim begins with, of which nothing is written yet. */
export type Known = Pick<Claim, 'status'> & Partial<Claim>

/** @param tenant as it was read */
export const knownOf = (tenant: Tenant): Known => {
  const was = asLegible(tenant)
  return { status: was.status, ...(isLost(tenant) && { isMending: true }), ...endingMove(was), ...claimOf(was) }
}

/**
 * Takes a tenant for a piece of work, or takes over one that was interrupted.
 * @param tenant as it was read
 * @param work absent: that which was interrupted
 * @throws StaleError when it has been changed since
 */
export const hold = async (directory: TenantDirectory, tenant: Tenant, work?: ClaimedWork): Promise<HeldClaim> => {
  const now = Date.now()
  const was = asLegible(tenant)
  const asked = work ?? claimOf(was)
  if (!asked) throw new StaleError()
  let claim: Claim = { since: now, ...knownOf(tenant), ...asked, id: newId(), at: now }
  let line = await directory.change(tenant, { ...mended(tenant), ...withoutAnyMove(was), status: 'moving', claim })
  const keep = (now: Tenant): Tenant => {
    line = now
    claim = claimOf(now) ?? claim
    return now
  }
  const readAnew = async (): Promise<Tenant> => {
    const now = await directory.find(line.id)
    if (!now || !isHeld(now, line)) throw new StaleError()
    return keep(now)
  }
  const change = (of: (line: Tenant) => TenantChange): Promise<Tenant> => {
    let isKnown = true
    const read = async (): Promise<Tenant> => (isKnown ? line : readAnew())
    return asRead(read, async (now) => {
      isKnown = false
      return keep(await directory.change(now, of(now)))
    })
  }
  return {
    get claim() {
      return claim
    },
    get line() {
      return line
    },
    change,
    async confirm() {
      await readAnew()
    },
    async note(more) {
      await change(() => ({ claim: { ...claim, ...more } }))
    },
    end: (of) => change((now) => ({ ...of(now), claim: null })),
  }
}
