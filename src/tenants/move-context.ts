import { StaleError } from '../engine/session.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { readOrganizationRow } from '../storage/tenant-organization.ts'
import type { Deployment } from './deployment.ts'
import type { Tenant } from './directory.ts'
import { orFault } from './fault.ts'
import { withLeftover, withoutLeftover } from './leftovers.ts'
import { type MoveContext, type MoveState, traitsOf } from './move/state.ts'
import { readable, type WrittenPlace } from './place.ts'
import { isUnderWay, moveOf, stoodBefore, type TenantMove } from './tenant-move.ts'

/** A place that cannot be opened is no trouble to a step that does not need it. */
const whenAsked = (open: () => SqlDriver): SqlDriver => ({
  batch: async (statements, options) => open().batch(statements, options),
})

/** A move that is gone on with, and its line in the directory. */
export interface MoveInLine {
  readonly context: MoveContext
  /** The line as this call has read or written it last: with another revision, somebody else has changed it since. */
  line(): Tenant
}

/**
 * The move that stands in a line, to be gone on with. Whatever it saves, it saves over the line as it was read: whoever comes
 * second finds a StaleError, and has saved nothing.
 */
export const moveInLine = (
  { places, directory }: Deployment,
  tenant: Tenant,
  { from, to, state }: TenantMove,
): MoveInLine => {
  const { id } = tenant
  let line = tenant
  /** What the tenant is at the place where it stays: its organisation says so, and nobody else. */
  const statusAt = async (place: WrittenPlace): Promise<Pick<Tenant, 'status'>> => {
    const row = await readOrganizationRow(places.open(id, place, { mayCreate: false }), id)
    return { status: row?.status ?? tenant.status }
  }
  const statusIn = async (state: MoveState): Promise<Partial<Pick<Tenant, 'status'>>> => {
    if (isUnderWay({ from, to, state })) return { status: 'moving' }
    if (line.status !== 'moving') return {}
    if (traitsOf(state.phase).course === 'back') return statusAt(from)
    // It lives there, and the way back is another one: a move that waited for a target that is gone for good would keep it from that.
    const { value, fault } = await orFault(() => statusAt(to))
    return fault === undefined ? (value ?? {}) : { status: stoodBefore({ move: { from, to, state } }) ?? 'suspended' }
  }
  const context: MoveContext = {
    organizationId: id,
    source: whenAsked(() => places.open(id, from, { mayCreate: false })),
    target: whenAsked(() => places.open(id, to, { mayCreate: true })),
    isOwnTarget: to.shape === 'database',
    store: {
      async load() {
        const found = await directory.find(id)
        const move = found && moveOf(found)
        if (!found || move?.state.id !== state.id) throw new StaleError()
        line = found
        return move.state
      },
      async save(next) {
        const { lastError: _, ...kept } = next
        const move = { from, to, state: { ...kept, steppedAt: Date.now() } }
        const left = next.isSourceLeft ? from : next.isTargetLeft ? to : undefined
        const more = left && withLeftover(line, { place: left, at: Date.now(), erase: false })
        line = await directory.change(line, { move, ...(await statusIn(next)), ...more })
      },
      async switchPlace() {
        line = await directory.change(line, { place: readable(to), ...withoutLeftover(line, to) })
        places.forget(id)
      },
    },
  }
  return { context, line: () => line }
}
