import { setTimeout as wait } from 'node:timers/promises'
import { sentenceOf } from '../failure.ts'

/** Takes instances to a release in waves: the next begins when the one before it is there and answers. */

export interface Step {
  readonly name: string
  /** What wrangler is told. */
  readonly args: readonly string[]
}

export interface Upgrade {
  readonly name: string
  /** In this order. */
  readonly steps: readonly Step[]
  /** Where it answers afterwards; undefined: unknown, and it is not asked. */
  readonly url?: string | undefined
}

export type Outcome =
  | { readonly name: string; readonly result: 'done' | 'not tried' }
  | { readonly name: string; readonly result: 'failed'; readonly reason: string }

/** What an upgrade reaches of the world. */
export interface Border {
  /** Called with each instance just before its first step. @throws Error when it cannot be begun */
  begin(name: string): void
  /** @throws Error when wrangler fails */
  run(args: readonly string[]): Promise<unknown>
  /** @throws Error when it does not become ready */
  ready(url: string): Promise<void>
  /** Called with each instance that is there and answers. @throws Error when that cannot be kept */
  end(name: string): void
  /** Called once with each instance as soon as its outcome is known. */
  told(outcome: Outcome): void
}

/** Each runs a process of wrangler, of a hundred megabytes and more. */
const AT_ONCE = 4

/**
 * @param size of every wave; undefined: 1, 2, 4 and so on, so that a bad release meets one instance first and many do not last for ever
 * @param canary goes first and alone
 */
export const wavesOf = <T extends { readonly name: string }>(
  all: readonly T[],
  size?: number,
  canary?: string,
): readonly (readonly T[])[] => {
  const first = all.filter(({ name }) => name === canary)
  const rest = all.filter(({ name }) => name !== canary)
  const waves = first.length > 0 ? [first] : []
  for (let start = 0; start < rest.length; ) {
    const end = start + (size ?? 2 ** waves.length)
    waves.push(rest.slice(start, end))
    start = end
  }
  return waves
}

const READY_TIMEOUT_MS = 10_000

/**
 * A deployment takes moments to be everywhere, so it may be asked more than once.
 * @throws Error with what was answered last
 */
export const askReady = async (url: string, { tries = 10, pauseMs = 2_000 } = {}): Promise<void> => {
  const ready = new URL('/ready', url).href
  for (let tried = 1; ; tried++) {
    const said = await fetch(ready, { signal: AbortSignal.timeout(READY_TIMEOUT_MS), redirect: 'error' }).then(
      ({ ok, status }) => (ok ? undefined : `answers ${status}`),
      () => 'does not answer',
    )
    if (said === undefined) return
    if (tried >= tries) throw new Error(`${ready} ${said}`)
    await wait(pauseMs)
  }
}

const upgradeOne = async ({ name, steps, url }: Upgrade, { begin, run, ready, end }: Border): Promise<Outcome> => {
  let at = 'configuration'
  try {
    begin(name)
    for (const step of steps) {
      at = step.name
      await run(step.args)
    }
    at = 'readiness'
    if (url !== undefined) await ready(url)
    at = 'record of it'
    end(name)
    return { name, result: 'done' }
  } catch (error) {
    return { name, result: 'failed', reason: `${at}: ${sentenceOf(error)}` }
  }
}

/**
 * Nothing is begun after the first failure; what has begun by then is brought to its end.
 * @returns the outcome of each instance
 */
export const upgradeAll = async (
  waves: readonly (readonly Upgrade[])[],
  border: Border,
): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = []
  const tell = (outcome: Outcome) => {
    outcomes.push(outcome)
    border.told(outcome)
  }
  let hasFailed = false
  for (const wave of waves) {
    const waiting = wave.values()
    const worker = async () => {
      for (const upgrade of waiting) {
        const outcome: Outcome = hasFailed
          ? { name: upgrade.name, result: 'not tried' }
          : await upgradeOne(upgrade, border)
        hasFailed ||= outcome.result === 'failed'
        tell(outcome)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }
  return outcomes
}
