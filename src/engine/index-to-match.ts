import { requireIndexed } from './indexing.ts'
import { type Session, scopeOf } from './session.ts'
import { type AtOnce, NOTHING_DONE, type RecordStore, type Unindexed } from './store.ts'

/**
 * Has attributes indexed because somebody matches by them. Afterwards the organisation must be read again (ChangedError).
 * @param spent what the same request has had done at once already
 * @returns the same, with this
 * @throws RefusedError indexing or not_indexed, when that cannot be done here and now
 */
export const indexToMatch = (
  store: RecordStore,
  session: Session,
  unindexed: readonly Unindexed[],
  spent: AtOnce = NOTHING_DONE,
): Promise<AtOnce> => {
  for (const { attribute } of unindexed)
    if (attribute.building || !session.organization.automaticIndexing) requireIndexed(attribute)
  const wanted = new Map(unindexed.map((one) => [`${one.object}.${one.attribute.slug}`, one]))
  return store.indexAttributes(scopeOf(session), session.actor, [...wanted.values()], spent)
}
