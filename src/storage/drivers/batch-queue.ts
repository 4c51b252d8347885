import {
  AbandonedError,
  type BatchOptions,
  type BatchResult,
  OverloadedError,
  type SqlDriver,
  type Statement,
} from '../driver.ts'

/** What becomes of one batch of a group. */
export type BatchOutcome = { readonly result: BatchResult } | { readonly error: unknown }

/** Runs batches together and answers in their order. What it throws is the failure of all of them. */
export type RunGroup = (group: readonly (readonly Statement[])[]) => Promise<readonly BatchOutcome[]>

export interface QueueLimits {
  /** Groups that run at the same time. */
  readonly groups: number
  /** Batches of one group. */
  readonly groupBatches: number
  /** Characters of parameters of one group: a small batch must not wait for many large ones. */
  readonly groupCharacters: number
  /** Batches that wait; one more is refused. */
  readonly waitingBatches: number
  /** Characters of parameters that wait. A batch that finds nobody waiting is taken whatever its size. */
  readonly waitingCharacters: number
}

interface Waiting {
  readonly statements: readonly Statement[]
  readonly characters: number
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
 * group runs, run together. Past its limits a batch is refused at once, since a client that hears "later" can wait better
 * than memory can; and a batch that nobody waits for any more is not run.
 * @returns a driver that besides throws OverloadedError when the queue is full
 */
export const batchQueue = (run: RunGroup, limits: QueueLimits): SqlDriver => {
  const waiting: Waiting[] = []
  let characters = 0
  let running = 0
  let scheduled = false

  const takeGroup = (): Waiting[] => {
    const group: Waiting[] = []
    let size = 0
    for (let first = waiting[0]; first && group.length < limits.groupBatches; first = waiting[0]) {
      if (group.length > 0 && size + first.characters > limits.groupCharacters) break
      waiting.shift()
      characters -= first.characters
      if (first.isAbandoned?.()) {
        first.reject(new AbandonedError('Nobody waits for this batch any more'))
        continue
      }
      group.push(first)
      size += first.characters
    }
    return group
  }

  const settle = (group: readonly Waiting[], outcomes: readonly BatchOutcome[]) =>
    group.forEach(({ resolve, reject }, i) => {
      const outcome = outcomes[i]
      if (outcome && 'result' in outcome) resolve(outcome.result)
      else reject(outcome ? outcome.error : new Error('The database has not answered every batch'))
    })

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
    while (running < limits.groups && waiting.length > 0) void runNext()
  }

  return {
    batch(statements, { isAbandoned }: BatchOptions = {}) {
      const size = charactersOf(statements)
      const full =
        waiting.length >= limits.waitingBatches || (waiting.length > 0 && characters + size > limits.waitingCharacters)
      if (full) return Promise.reject(new OverloadedError('Too many batches wait for the database'))
      return new Promise((resolve, reject) => {
        waiting.push({ statements, characters: size, isAbandoned, resolve, reject })
        characters += size
        if (scheduled || running >= limits.groups) return
        scheduled = true
        setImmediate(dispatch)
      })
    },
  }
}
