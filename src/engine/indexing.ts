import type { Attribute, Building } from '../schema/schema.ts'
import { problem, RefusedError, refuse } from './errors.ts'
import { ChangedError, type Session, scopeOf } from './session.ts'
import type { RecordStore } from './store.ts'

/** Seconds until it is worth asking again: a job of a million records takes a minute or two. */
const ASK_AGAIN = 2

/** What is told whoever needs an index that a job is making or removing. @param name of the attribute or combination */
export const indexing = (name: string, { jobId }: Building): RefusedError =>
  new RefusedError(problem('indexing', name, jobId), ASK_AGAIN)

export const isIndexed = ({ indexed, unique }: Attribute): boolean => indexed || unique

/** @throws RefusedError indexing or not_indexed, when records cannot be found or sorted by it */
export const requireIndexed = (attribute: Attribute): void => {
  if (isIndexed(attribute)) return
  throw attribute.building ? indexing(attribute.slug, attribute.building) : refuse('not_indexed', attribute.slug)
}

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
