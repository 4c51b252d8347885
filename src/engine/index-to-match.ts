import type { Attribute } from '../schema/schema.ts'
import { requireIndexed } from './indexing.ts'
import { ChangedError, type Session, scopeOf } from './session.ts'
import type { RecordStore } from './store.ts'

/**
 * Has an attribute indexed because somebody matches by it.
 * @throws RefusedError indexing or not_indexed, when that cannot be done here and now
 * @throws ChangedError when it has been: the organisation must be read again
 */
export const indexToMatch = async (
  store: RecordStore,
  session: Session,
  object: string,
  attribute: Attribute,
): Promise<never> => {
  if (attribute.building || !session.organization.automaticIndexing) requireIndexed(attribute)
  await store.indexAttribute(scopeOf(session), session.actor, object, attribute)
  throw new ChangedError()
}
