import { typeOf } from '../../schema/schema.ts'
import type { AssertCommand } from '../command.ts'
import { activeAttribute, type Draft, isEmpty, reject } from './draft.ts'
import { planKey } from './keys.ts'
import type { Plan, PlannedItem } from './planned.ts'

/** `onlyIfNewer` needs an attribute with an order, and a value of it in the command. */
export const checkNewer = ({ object, command, problems }: Draft): void => {
  const slug = command.onlyIfNewer
  if (slug === undefined) return
  const attribute = activeAttribute(object, slug)
  if (!attribute) reject(problems, 'unknown_attribute', slug, object.slug)
  else if (!typeOf(attribute).sortable || attribute.multiple)
    reject(problems, 'invalid_value', slug, 'an attribute with one value that has an order, such as a datetime')
  else if (isEmpty(command.values[slug])) reject(problems, 'required', slug, ' to tell which data is newer')
}

/** @throws Unindexed */
export const planUnless = ({ command, organization, problems }: Draft): PlannedItem['unless'] => {
  if (!command.unless) return undefined
  const { object: slug, match } = command.unless
  const object = organization.objects.get(slug)
  if (!object) return reject(problems, 'unknown_object', undefined, slug)
  const value = planKey(object, match, problems)
  return value === undefined ? undefined : [slug, match.name, value]
}

/** The write that must have changed the attribute. Where the command before has no plan, one that nothing is. */
export const planFollows = (command: AssertCommand, earlier: readonly (Plan | undefined)[]): PlannedItem['follows'] => {
  if (!command.follows) return undefined
  const { writeId = '', object = '', name = '', value = '' } = earlier[command.follows.command]?.item ?? {}
  return [writeId, command.follows.attribute, object, name, value]
}
