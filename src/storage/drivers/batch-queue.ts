import {
  AbandonedError,
  type BatchOptions,
  type BatchResult,
  OverloadedError,
  type SqlDriver,
  type Statement,
} from '../driver.ts'
import { FairLines } from './fair-lines.ts'

/** What becomes of one batch of a group. */
export type BatchOutcome = { readonly result: BatchResult } | { readonly error: unknown }

/**
 * Runs batches together and answers in their order. It may end early, so that no other batch waits for many large ones:
 * those that it has not begun have no answer, and the first one always has. What it throws is the failure of all of them.
 */
export type RunGroup = (group: readonly (readonly Statement[])[]) => Promise<readonly BatchOutcome[]>

export interface QueueLimits {
  /** Groups that run at the same time. */
  readonly groups: number
  /** Batches of one group. */
  readonly groupBatches: number
  /** Characters of parameters of one group: a small batch must not wait for many large ones. */
  readonly groupCharacters: number
  /** Batches that wait; one more is refused. Those of one organisation leave half of it to others. */
  readonly waitingBatches: number
  /** Characters of parameters that wait, likewise. A batch that finds nobody waiting is taken whatever its size. */
  readonly waitingCharacters: number
}

interface Waiting {
  /** The organisation that it is for; empty: the operator. */
  readonly party: string
  readonly statements: readonly Statement[]
  /** Characters of its parameters. */
  readonly size: number
  readonly isAbandoned: (() => boolean) | undefined
  readonly resolve: (result: BatchResult) => void
  readonly reject: (error: unknown) => void
}

const charactersOf = (statements: readonly Statement[]): number => {
  let characters = 0
  for (const { params } of statements)
    for (const param of params) if (typeof param === 'string') characters += param.length
  return characters
}

/**
 * The bounded queue in front of a database. Batches that arrive while the event loop makes one turn, or while another
 * group runs, run together; they are taken from each organisation in turn. Past its limits a batch is refused at once, since a client that hears "later" can wait better
 * than memory can; and a batch that nobody waits for any more is not run.
 * @returns a driver that besides throws OverloadedError when the queue is full
 */
export const batchQueue = (run: RunGroup, limits: QueueLimits): SqlDriver => {
  const waiting = new FairLines<Waiting>()
  let running = 0
  let scheduled = false

  const takeGroup = (): Waiting[] => {
    const group: Waiting[] = []
    let size = 0
    while (group.length < limits.groupBatches) {
      if (group.length > 0 && size + (waiting.first?.size ?? 0) > limits.groupCharacters) break
      const next = waiting.take()
      if (!next) break
      if (next.isAbandoned?.()) {
        next.reject(new AbandonedError('Nobody waits for this batch any more'))
        continue
      }
      group.push(next)
      size += next.size
    }
    return group
  }

  const isFull = (party: string, size: number): boolean => {
    const { all } = waiting
    const own = party === '' ? { count: 0, size: 0 } : waiting.of(party)
    return (
      all.count >= limits.waitingBatches ||
      2 * own.count >= limits.waitingBatches ||
      (all.count > 0 && all.size + size > limits.waitingCharacters) ||
      (own.count > 0 && 2 * (own.size + size) > limits.waitingCharacters)
    )
  }

  const settle = (group: readonly Waiting[], outcomes: readonly BatchOutcome[]) => {
    if (outcomes.length === 0) throw new Error('The database has answered no batch')
    outcomes.forEach((outcome, i) => {
      if ('result' in outcome) group[i]?.resolve(outcome.result)
      else group[i]?.reject(outcome.error)
    })
    const served = new Set(outcomes.map((_, i) => group[i]?.party ?? ''))
    waiting.putBack(group.slice(outcomes.length), served)
  }

  const runNext = async () => {
    const group = takeGroup()
    if (group.length === 0) return
    running++
    try {
      settle(group, await run(group.map(({ statements }) => statements)))
    } catch (error) {
      for (const { reject } of group) reject(error)
    } finally {
      running--
      dispatch()
    }
  }

  const dispatch = () => {
    scheduled = false
    while (running < limits.groups && waiting.first) void runNext()
  }

  return {
    batch(statements, { isAbandoned, organizationId: party = '' }: BatchOptions = {}) {
      const size = charactersOf(statements)
      if (isFull(party, size)) return Promise.reject(new OverloadedError('Too many batches wait for the database'))
      return new Promise((resolve, reject) => {
        waiting.push({ party, statements, size, isAbandoned, resolve, reject })
        if (scheduled || running >= limits.groups) return
        scheduled = true
        setImmediate(dispatch)
      })
    },
  }
}
