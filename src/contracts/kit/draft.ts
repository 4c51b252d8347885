import type { WriteMode } from '../../engine/command.ts'
import { type Path, type Problem, RefusedError, refuse, refuseIfAny } from '../../engine/errors.ts'
import type { Values } from './fields.ts'

/** Collects what a request writes, and everything that is wrong with it. */
export class Draft {
  readonly values: Values = {}
  readonly writeModes: Record<string, WriteMode> = {}
  readonly #problems: Problem[] = []

  /** @throws RefusedError when the attribute has a value from another field of the request */
  set(slug: string, value: unknown, at: Path, mode?: WriteMode): void {
    if (Object.hasOwn(this.values, slug)) throw refuse('invalid_value', at, 'given once, not twice under two names')
    this.values[slug] = value
    if (mode) this.writeModes[slug] = mode
  }

  /** Goes on after a refusal, so that the answer names everything that is wrong. */
  attempt(write: () => void): void {
    try {
      write()
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      this.#problems.push(...error.refusal.problems)
    }
  }

  /** @throws RefusedError with every problem that was met */
  refuseIfAny(): void {
    refuseIfAny(this.#problems)
  }
}
