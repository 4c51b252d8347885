import { StaleError } from '../../engine/session.ts'
import type { SqlDriver } from '../../storage/driver.ts'
import { guarded } from '../../storage/guarded.ts'
import { raiseFence } from '../../storage/tenant-organization.ts'
import { catchUp, settle } from './catching-up.ts'
import { claim, clear, compare, copy, watch } from './copying.ts'
import { purge, release, withdraw } from './leaving.ts'
import {
  enter,
  type MoveContext,
  MoveError,
  type MovePhase,
  type MoveState,
  type Piece,
  traitsOf,
  type Work,
} from './state.ts'
import { activate, freeze, retire, switchOver, verify } from './switching.ts'

/**
 * A move is a row of small pieces. Each reads the state and both databases, does what is to be done and can be done again
 * without harm, so whatever interrupts a move, the next step goes on where it was.
 */

const pieces: Readonly<Partial<Record<MovePhase, Piece>>> = {
  claim,
  clear,
  watch,
  copy,
  'catch-up': catchUp,
  compare,
  freeze,
  settle,
  verify,
  activate,
  switch: switchOver,
  retire,
  purge,
  release,
  withdraw,
}

const BUDGET_MS = 200

/**
 * The target, for one step: its revision is raised now, and every write is held to it. Writes of a step that has died,
 * and that may still be on their way, find another revision and do nothing.
 */
const fenced = async (target: SqlDriver, organizationId: string, phase: MovePhase): Promise<SqlDriver> => {
  const { results } = await target.batch([raiseFence(organizationId)])
  const row = results[0]?.rows[0]
  if (!row && phase === 'withdraw') return target
  if (!row) throw new MoveError('The organisation is no longer at the place where it is to go: go back')
  const writes = guarded(target, { organizationId, revision: Number(row.revision) })
  return {
    batch: (statements, options) => (options?.readOnly ? target : writes).batch(statements, options),
  }
}

const stateOf = async ({ store }: MoveContext): Promise<MoveState> => {
  const state = await store.load()
  if (!state) throw new MoveError('There is no move of this organisation')
  return state
}

/**
 * Does the next pieces, and saves how far they have come after each phase and at the end.
 * @returns the state that was saved; one in `keep`, `done` or `returned` asks for no further step
 * @throws StaleError when another step has begun meanwhile, which goes on
 * @throws UnavailableError when a database was not to be reached: the same step again goes on
 * @throws MoveError when there is no move
 */
export const step = async (context: MoveContext): Promise<MoveState> => {
  const { organizationId, source, isOwnTarget = false, store, budget = BUDGET_MS, now = Date.now } = context
  let state = await stateOf(context)
  const { id } = state
  const end = performance.now() + budget
  let target: SqlDriver | undefined
  for (;;) {
    const piece = pieces[state.phase]
    if (!piece) return state
    const { isFenced } = traitsOf(state.phase)
    if (isFenced) target ??= await fenced(context.target, organizationId, state.phase)
    const work: Work = {
      organizationId,
      id,
      source,
      target: isFenced ? (target ?? context.target) : context.target,
      isOwnTarget,
      now,
      async confirm() {
        if ((await store.load())?.id !== id) throw new StaleError()
      },
      switchPlace: () => store.switchPlace(),
    }
    const { phase } = state
    state = await piece(work, state)
    const isOver = performance.now() >= end
    if (isOver || state.phase !== phase) await store.save(state)
    if (isOver) return state
  }
}

/**
 * Turns the move round: the source is served again before this returns, and further steps remove what lies at the target.
 * @throws MoveError when the tenant lives at the target already: another move brings it back
 */
export const goBack = async (context: MoveContext): Promise<MoveState> => {
  const state = await stateOf(context)
  const { course } = traitsOf(state.phase)
  if (course === 'back') return step(context)
  if (course === 'there') throw new MoveError('The organisation lives at its new place already')
  await context.store.save(enter(state, 'release'))
  return step(context)
}

/**
 * Ends the way back where it was taken so far that the source is served, and leaves what lies at the target as it is.
 * @throws MoveError before that
 */
export const leaveTarget = async ({ store, ...context }: MoveContext): Promise<MoveState> => {
  const state = await stateOf({ store, ...context })
  if (traitsOf(state.phase).leaves !== 'target') throw new MoveError('The source is not served again yet')
  const left: MoveState = { ...enter(state, 'returned'), claimed: false, isTargetLeft: true }
  await store.save(left)
  return left
}

/**
 * Ends a move whose tenant lives at the target, and leaves what lies at the source as it is.
 * @throws MoveError before that
 */
export const leaveSource = async ({ store, ...context }: MoveContext): Promise<MoveState> => {
  const state = await stateOf({ store, ...context })
  if (traitsOf(state.phase).leaves !== 'source') throw new MoveError('The source is needed still')
  const left: MoveState = { ...enter(state, 'done'), isSourceLeft: true }
  await store.save(left)
  return left
}

/**
 * Has further steps remove what was kept at the source.
 * @throws MoveError before the move has come so far
 */
export const purgeSource = async (context: MoveContext): Promise<MoveState> => {
  const state = await stateOf(context)
  if (state.phase === 'keep') await context.store.save(enter(state, 'purge'))
  else if (state.phase !== 'purge' && state.phase !== 'done')
    throw new MoveError('The move has not come so far that its source could be removed')
  return step(context)
}
