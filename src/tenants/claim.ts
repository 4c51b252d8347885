import { refuse } from '../engine/errors.ts'
import { newId } from '../engine/ids.ts'
import { StaleError } from '../engine/session.ts'
import type { OrganizationStatus, TenantStatus } from '../schema/schema.ts'
import { requireIdle } from './deployment.ts'
import type { Tenant, TenantChange, TenantDirectory } from './directory.ts'
import { type WrittenPlace, writtenPlace } from './place.ts'

/**
 * Work that changes how an organisation stands, or where: it is written into the tenant's line before it begins, in the place
 * of a move, and so keeps out whatever else would change the tenant. Interrupted, it is gone on with by the same operation
 * again, or by upkeep.
 */
export interface Claim {
  /** Of one call. Whoever takes over what was interrupted gives it another one. */
  readonly id: string
  /** When it was taken, in milliseconds since 1970. */
  readonly at: number
  /** What the line said before. */
  readonly status: TenantStatus
  /** How the organisation stood before it was frozen. Absent: it was not. */
  readonly stands?: OrganizationStatus
  /** The revision that it was frozen with, which no other organisation anywhere has. */
  readonly mark?: number
  /** Keys that must not come back to life with data of an earlier time. */
  readonly ended?: readonly string[]
  /** Where the tenant was, once it is somewhere else. */
  readonly left?: WrittenPlace
  /** What lies there is to be erased. */
  readonly erasesOld?: boolean
}

/** What the line holds of such work; undefined too for a move, and for what stands there and is neither. */
export const claimOf = ({ move }: Pick<Tenant, 'move'>): Claim | undefined => {
  if (typeof move !== 'object' || move === null || !('claim' in move)) return undefined
  const { claim } = move as { claim: Claim | null }
  if (typeof claim?.id !== 'string') return undefined
  return claim.left === undefined ? claim : { ...claim, left: writtenPlace(claim.left) }
}

/** A database that goes back in time goes back whatever the line says by then: nobody takes the claim over meanwhile. */
const GOING_BACK_MS = 120_000

/** @throws RefusedError wrong_status where something else is being done to it, or it is not finished */
export const requireClaimable = (tenant: Tenant): void => {
  const claim = claimOf(tenant)
  if (!claim || (claim.ended && Date.now() < claim.at + GOING_BACK_MS)) requireIdle(tenant)
  if (tenant.status === 'creating') throw refuse('wrong_status', undefined, tenant.status)
}

/** Whoever loses against what does not concern the claim tries again. */
const ATTEMPTS = 20

/** A claim for as long as this call has it. */
export interface HeldClaim {
  readonly claim: Claim
  /** As this call has read or written it last. */
  readonly line: Tenant
  /**
   * Changes the line, over what others have changed besides; keeps the claim unless the change has a move.
   * @throws StaleError when somebody has taken the claim over: then nothing was changed
   */
  change(of: (line: Tenant) => TenantChange): Promise<Tenant>
  /** The same for what the claim says. */
  note(more: Partial<Claim>): Promise<void>
}

/**
 * Takes a tenant for a piece of work, or takes over one that was interrupted.
 * @param tenant as it was read
 * @throws StaleError when it has been changed since
 */
export const hold = async (directory: TenantDirectory, tenant: Tenant): Promise<HeldClaim> => {
  const before = claimOf(tenant)
  let claim: Claim = { status: tenant.status, ...before, id: newId(), at: Date.now() }
  let line = await directory.change(tenant, { status: 'moving', move: { claim } })
  const change = async (of: (line: Tenant) => TenantChange): Promise<Tenant> => {
    for (let attempt = 1; ; attempt++) {
      try {
        line = await directory.change(line, of(line))
        claim = claimOf(line) ?? claim
        return line
      } catch (error) {
        if (!(error instanceof StaleError) || attempt === ATTEMPTS) throw error
        const now = await directory.find(line.id)
        if (!now || claimOf(now)?.id !== claim.id) throw error
        line = now
        claim = claimOf(now) ?? claim
      }
    }
  }
  return {
    get claim() {
      return claim
    },
    get line() {
      return line
    },
    change,
    async note(more) {
      await change(() => ({ move: { claim: { ...claim, ...more } } }))
    },
  }
}
