import type { ObjectSchema } from '../../schema/schema.ts'
import { newId } from '../ids.ts'
import { creationPatch } from './creation.ts'
import type { Draft } from './draft.ts'
import { combinationNamed } from './keys.ts'
import type { Data, PlannedItem, PlannedKey } from './planned.ts'

const some = <T extends object>(value: T): T | undefined => {
  for (const _ in value) return value
  return undefined
}

/** Of a unique key there is no second record to find, so nothing need look for one. */
const mayFindSeveral = (name: string, object: ObjectSchema): boolean =>
  name !== 'id' && !(combinationNamed(object, name) ?? object.attributes.get(name))?.unique

/** What the stages before have found out, besides the draft. */
interface Parts {
  readonly condition: Pick<PlannedItem, 'unless' | 'follows'>
  readonly keys: readonly PlannedKey[]
  readonly data: Data
  readonly mayCreate: boolean
}

/** Puts the item together; a member that says nothing is left out, so that it costs nothing on the way. */
export const itemOf = ({ object, command, writes }: Draft, parts: Parts): PlannedItem => {
  const attributes = some(writes.updateOnly) ? { ...writes.onBoth, ...writes.updateOnly } : writes.onBoth
  const onCreate = some(creationPatch(attributes, parts.data))
  const [first, ...fallbacks] = parts.keys
  const merges = some(writes.merges)
  const fills = some(writes.fills)
  const asksForSeveral = command.onSeveral === 'error' && first && mayFindSeveral(first[0], object)
  return {
    writeId: newId(),
    object: command.object,
    ...(first && { name: first[0], value: first[1] }),
    ...(fallbacks.length > 0 && { fallbacks }),
    attributes,
    ...(onCreate && { onCreate }),
    ...(merges && { merges }),
    ...(fills && { fills }),
    ...(writes.refs.length > 0 && { refs: writes.refs }),
    mayCreate: parts.mayCreate ? 1 : 0,
    mayUpdate: command.mode === 'insert' ? 0 : 1,
    ...(command.ifVersion !== undefined && { ifVersion: command.ifVersion }),
    ...(command.ifNewer !== undefined && { newerBy: command.ifNewer }),
    ...(asksForSeveral && { several: 'error' }),
    ...(command.keysAgree && fallbacks.length > 0 && { agree: 1 }),
    archived: command.onArchived ?? 'revive',
    ...(command.lifecycle && { lifecycle: command.lifecycle }),
    ...parts.condition,
  }
}
