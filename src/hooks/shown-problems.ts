import { type Path, type Problem, problem } from '../engine/errors.ts'
import type { DeliveryProblem } from './delivery.ts'
import { type MapDelivery, SHOWS_REDACTED, UnmappedError } from './mapping.ts'
import type { MappingInput } from './mapping-input.ts'
import { withoutRedacted } from './redaction.ts'

/**
 * What the log may tell of problems: their sentences quote values, and names of members, of whatever was delivered. A problem
 * is told whole where the item that has it comes to the same without what is redacted.
 */

/** In the place of what a problem says besides its code. */
const LEFT_OUT = '(left out here: it could show what is redacted)'

/** Each item as a text, and what the delivery as a whole comes to. */
interface Outlined {
  readonly items: readonly string[]
  readonly whole: string
}

const outlineOf = (map: MapDelivery, input: MappingInput): Outlined => {
  try {
    const { items } = map(input)
    return { items: items.map((item) => JSON.stringify(item)), whole: JSON.stringify(items) }
  } catch (error) {
    if (error instanceof UnmappedError) return { items: [], whole: JSON.stringify(error.refusal) }
    throw error
  }
}

/** What stands before the names that the payload may have given: the attribute, or the member that the mapping makes. */
const attributeOf = ({ code, field, path }: Problem): string | Path | undefined =>
  code === 'mapping_failed' ? field : path ? path.slice(0, 2) : field

const leftOut = (one: Problem): Problem =>
  problem(one.code, attributeOf(one), one.detail === undefined ? undefined : LEFT_OUT)

/**
 * @param input undefined where it was never mapped: then nothing of it is in a problem
 * @param redact paths of the payload that no log keeps
 */
export const shownProblems = (
  problems: readonly DeliveryProblem[],
  { map, input, redact }: { map: MapDelivery; input: MappingInput | undefined; redact: readonly string[] },
): readonly DeliveryProblem[] => {
  if (redact.length === 0 || input === undefined || problems.length === 0) return problems
  const [full, shown] = [outlineOf(map, input), outlineOf(map, withoutRedacted(input, redact))]
  const isSame = (item: number | null) =>
    item === null ? full.whole === shown.whole : full.items[item] === shown.items[item]
  return problems.map(({ item, problem: one }) =>
    isSame(item) || one.detail === SHOWS_REDACTED ? { item, problem: one } : { item, problem: leftOut(one) },
  )
}
