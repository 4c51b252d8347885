import type { Organization } from '../../schema/schema.ts'
import type { AssertCommand } from '../command.ts'
import { type Problem, problem } from '../errors.ts'
import { checkNewer, planCondition } from './conditions.ts'
import { creationData, planCreation } from './creation.ts'
import { draftOf } from './draft.ts'
import { itemOf } from './item.ts'
import { keepKeys } from './keep-keys.ts'
import { planKeys, Unindexed } from './keys.ts'
import type { Plan, Planning } from './planned.ts'
import { planValues } from './writes.ts'

export { createdSlugs } from './creation.ts'
export type { Plan, PlannedItem, Planning } from './planned.ts'

/** A value that is matched by and written is judged twice. */
const distinct = (problems: readonly Problem[]): readonly Problem[] =>
  problems.filter((p, i) => problems.findIndex((q) => q.code === p.code && q.field === p.field) === i)

const planOrThrow = (
  command: AssertCommand,
  organization: Organization,
  earlier: readonly (Plan | undefined)[],
): Planning => {
  const object = organization.objects.get(command.object)
  if (!object) return { refusal: { problems: [problem('unknown_object', undefined, command.object)] } }

  const draft = draftOf(command, object, organization)
  const keys = planKeys(object, command.match, draft.problems)
  planValues(draft)
  checkNewer(draft)
  const condition = planCondition(draft, earlier)
  const data = creationData(draft.writes)
  if (keys.length === command.match.length) keepKeys(draft, data)

  const [first, ...others] = distinct(draft.problems)
  if (first) return { refusal: { problems: [first, ...others] } }

  const { mayCreate, createProblems } = planCreation(draft, data)
  const item = itemOf(draft, { keys, data, mayCreate, condition })
  return { plan: { item, createProblems, match: keys } }
}

/**
 * Holds a command against the schema. Pure but for the id it draws: no database, no clock.
 * A plan never drops a key that it matches by, and a refusal names every problem of the command.
 * @param earlier the plans of the commands before it in the request, for `follows`
 */
export const plan = (
  command: AssertCommand,
  organization: Organization,
  earlier: readonly (Plan | undefined)[] = [],
): Planning => {
  try {
    return planOrThrow(command, organization, earlier)
  } catch (error) {
    if (error instanceof Unindexed) return { unindexed: { object: error.object, attribute: error.attribute } }
    throw error
  }
}
