import { newId } from '../../engine/ids.ts'
import type { OrganizationStatus } from '../../schema/schema.ts'
import type { SqlDriver } from '../../storage/driver.ts'
import type { Key } from '../../storage/tenant-copy.ts'
import type { Watch } from '../../storage/tenant-watch.ts'

/** What a phase means to whoever looks at a move. */
interface PhaseTraits {
  /** What is done in it, for people. */
  readonly told: string
  /**
   * `out`: the tenant lives at the source, and the move can be taken back; `back`: it lives there, and the move is on its way back;
   * `there`: it lives at the target, once its line says so, and the way back is another move.
   */
  readonly course: 'out' | 'back' | 'there'
  /** Somebody has to go on with it before the tenant can be administered. */
  readonly isUnderWay: boolean
  /** The target is written to, and nobody is served there: each step writes behind a fence of its own. */
  readonly isFenced?: true
  /** Once the source was frozen, it may stand at the target as one that is served. */
  readonly mayServe?: true
  /** The only end that is asked still, and can be given up. */
  readonly leaves?: 'source' | 'target'
  /** The source is kept for whoever still comes there. */
  readonly isKept?: true
}

/**
 * How far a move has come, as a plain value that its caller keeps. docs/tenants.md says what each phase does. Whatever asks
 * for some of the phases asks this table.
 */
const phases = {
  claim: {
    told: 'the organisation comes to the target as one that is on its way, and nobody is sent there',
    course: 'out',
    isUnderWay: true,
  },
  clear: {
    told: 'what lies at the target of an earlier try or stay is erased',
    course: 'out',
    isUnderWay: true,
    isFenced: true,
  },
  watch: { told: 'from here on, rows that are touched at the source are noted down', course: 'out', isUnderWay: true },
  copy: { told: 'every row is copied, page by page', course: 'out', isUnderWay: true, isFenced: true },
  'catch-up': {
    told: 'rows that were touched meanwhile are copied again',
    course: 'out',
    isUnderWay: true,
    isFenced: true,
  },
  compare: { told: 'every row of both sides is compared', course: 'out', isUnderWay: true, isFenced: true },
  freeze: { told: 'the source is frozen: clients wait until the switch', course: 'out', isUnderWay: true },
  settle: { told: 'the last rows that were touched are copied', course: 'out', isUnderWay: true, isFenced: true },
  verify: { told: 'rows are counted, and columns summed, at both sides', course: 'out', isUnderWay: true },
  activate: {
    told: 'the target is made ready to serve',
    course: 'out',
    isUnderWay: true,
    isFenced: true,
    mayServe: true,
  },
  switch: { told: 'the tenant lives at the target from here on', course: 'there', isUnderWay: true, mayServe: true },
  retire: {
    told: 'the source is told to send on whoever still comes there',
    course: 'there',
    isUnderWay: true,
    leaves: 'source',
  },
  keep: {
    told: 'over: what lies at the old place is kept for a day',
    course: 'there',
    isUnderWay: false,
    isKept: true,
  },
  purge: {
    told: 'what lies at the old place is erased',
    course: 'there',
    isUnderWay: false,
    isKept: true,
    leaves: 'source',
  },
  done: { told: 'over: nothing more is done at the old place', course: 'there', isUnderWay: false },
  release: { told: 'on the way back: the source is served again', course: 'back', isUnderWay: true, mayServe: true },
  withdraw: {
    told: 'on the way back: what lies at the target is erased',
    course: 'back',
    isUnderWay: true,
    isFenced: true,
    mayServe: true,
    leaves: 'target',
  },
  returned: { told: 'over: the tenant is where it was', course: 'back', isUnderWay: false },
} as const satisfies Record<string, PhaseTraits>

export type MovePhase = keyof typeof phases

export const movePhases = Object.keys(phases) as [MovePhase, ...MovePhase[]]

/** @param phase as it stands in a line: a newer release may have others */
export const isPhase = (phase: unknown): phase is MovePhase => typeof phase === 'string' && Object.hasOwn(phases, phase)

export const traitsOf = (phase: MovePhase): PhaseTraits => phases[phase]

/** How far a walk over all rows has come: the table that it is in, and the last key of it that was seen. */
export interface Cursor {
  readonly table: string
  readonly after: Key
}

export interface MoveState {
  /** Of this move: what it leaves at the source meanwhile bears this name. */
  readonly id: string
  readonly phase: MovePhase
  /** Where to, in the caller's words. */
  readonly place: unknown
  readonly startedAt: number
  readonly cursor?: Cursor
  /** What lies at the target is of this move. */
  readonly claimed: boolean
  /** Changed rows that were copied again, in all passes; and rows that were copied first. */
  readonly caughtUp: number
  readonly copied: number
  /** Pieces in which rows were brought to the target, of whatever phase. Absent: the move began before they were counted. */
  readonly brought?: number
  /** Pieces of catching up since the last walk over all rows. */
  readonly pieces: number
  /** Looks of the comparison that is under way. */
  readonly looks?: number
  /** Every row has been compared since the last difference was found. */
  readonly compared: boolean
  /** Rows that differed though nothing had told of a change: none, unless something went wrong. */
  readonly missed: number
  /** Verifications that found a difference. */
  readonly differences: number
  /** The source as it was before it was frozen: what it becomes again, or what the target becomes. */
  readonly resume?: { readonly status: OrganizationStatus; readonly revision: number }
  /** Revision of the frozen source. */
  readonly frozen?: number
  /** Milliseconds since 1970. */
  readonly frozenAt?: number
  readonly switchedAt?: number
  /** When it was last gone on with, in milliseconds since 1970. */
  readonly steppedAt?: number
  /** The source was given up: what lies there stays. */
  readonly isSourceLeft?: true
  /** The same of the target, on the way back. */
  readonly isTargetLeft?: true
  /** Why it goes back by itself. */
  readonly failure?: string
  /** Why it did not come further when somebody last tried. */
  readonly lastError?: string
}

/** Where the caller keeps the state, and what makes the new place the one that requests are sent to. */
export interface MoveStore {
  load(): Promise<MoveState | undefined>
  save(state: MoveState): Promise<void>
  /** The point from which on the tenant lives at the target. Is done again when it was interrupted. */
  switchPlace(): Promise<void>
}

export interface MoveContext {
  readonly organizationId: string
  /** Both are migrated, and no requests hold them to a revision. */
  readonly source: SqlDriver
  readonly target: SqlDriver
  /** Whether the target is to be a database of the organisation alone. Default: no. */
  readonly isOwnTarget?: boolean
  readonly store: MoveStore
  /** Milliseconds after which a step ends with the piece that it is at. Default: 200. */
  readonly budget?: number
  readonly now?: () => number
}

/** What a piece of work is done with. */
export interface Work extends Watch {
  readonly source: SqlDriver
  /** Refuses once another step has begun, so that nothing which was under way when a mover died can land later. */
  readonly target: SqlDriver
  readonly isOwnTarget: boolean
  now(): number
  /** @throws StaleError once another move has begun */
  confirm(): Promise<void>
  switchPlace(): Promise<void>
}

export type Piece = (work: Work, state: MoveState) => Promise<MoveState>

/** The move can not be begun, or not in this direction. */
export class MoveError extends Error {}

/** @param place where to; kept with the state and never looked at */
export const newMove = (place: unknown, now = Date.now()): MoveState => ({
  id: newId(),
  phase: 'claim',
  place,
  startedAt: now,
  claimed: false,
  caughtUp: 0,
  copied: 0,
  pieces: 0,
  compared: false,
  missed: 0,
  differences: 0,
})

/** The next phase, with its walk to begin. */
export const enter = ({ cursor: _, ...state }: MoveState, phase: MovePhase): MoveState => ({ ...state, phase })

/** As many as there can have been, where they were not counted. */
export const piecesOf = ({ brought, copied, caughtUp }: MoveState): number => brought ?? copied + caughtUp

/** One more piece has brought rows to the target. */
export const brought = (state: MoveState): MoveState => ({ ...state, brought: piecesOf(state) + 1 })

/** The same move on its way back. */
export const fail = (state: MoveState, failure: string): MoveState => ({ ...enter(state, 'release'), failure })
