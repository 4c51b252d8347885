import { refuse } from '../engine/errors.ts'
import { hookLimits } from './definition.ts'

/** What expressions may cost, in steps: the same for the same delivery on every machine, which no clock could say. */

/** Characters of a text that count as one step where they are gone over, such as to look for something. */
const STEP_CHARACTERS = 16
/** And where each of them becomes a value of its own. */
const SPREAD_CHARACTERS = 4
/** Steps of a member of an object: to find out which there are takes longer than to go through a list. */
const MEMBER_STEPS = 4

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

export const ofText = (characters: number): number => characters / STEP_CHARACTERS

export const ofSpread = (text: string): number => text.length / SPREAD_CHARACTERS

/** Of a value and what is directly in it: elements, members, characters. */
export const stepsOf = (value: unknown): number => {
  if (typeof value === 'string') return 1 + ofText(value.length)
  if (Array.isArray(value)) return 1 + value.length
  return isObject(value) ? 1 + MEMBER_STEPS * Object.keys(value).length : 1
}

export class Steps {
  #left: number = hookLimits.steps

  /** @throws RefusedError mapping_failed when there are no more */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw refuse('mapping_failed', undefined, `it takes more than ${hookLimits.steps} steps`)
  }

  /** Of all that is below a value: what is compared or written out as a whole. @throws RefusedError mapping_failed */
  spendOnAll(value: unknown): void {
    this.spend(stepsOf(value))
    if (Array.isArray(value)) for (const element of value) this.spendOnAll(element)
    else if (isObject(value))
      for (const [name, inner] of Object.entries(value)) {
        this.spend(ofText(name.length))
        this.spendOnAll(inner)
      }
  }
}
