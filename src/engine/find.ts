import type { ObjectSchema } from '../schema/schema.ts'
import { type Path, refuse } from './errors.ts'
import type { Condition, Search } from './query/condition.ts'
import { planQuery, type QueryPlan, type Sort } from './query/plan.ts'
import { type Along, countedPrefixes, rarestOf, takenAs } from './query/search.ts'
import { walkName } from './query/walk.ts'
import { type Page, type Place, type RecordQuery, type RecordReader, readScopeOf } from './read.ts'
import type { Session } from './session.ts'

/** Where a page ended, and on which walk: on another one the place means nothing. */
export interface WalkPlace {
  readonly walk: string
  readonly place: Place
  /** Of a search: what it went along. The next page does, too, whatever has been written since. */
  readonly along?: Along
}

export interface Find extends Omit<RecordQuery, 'object' | 'plan' | 'after'> {
  readonly condition?: Condition
  readonly search?: Search
  readonly sort?: Sort
  /** Where its name stands in the request. Default: `sort`. */
  readonly sortAt?: Path
  readonly after?: WalkPlace
}

export interface FoundPage extends Omit<Page, 'next'> {
  readonly next?: WalkPlace
}

/** The best plan; and where that goes along the history, the one that does not, if there is any. */
const plansOf = (
  { organization }: Session,
  object: ObjectSchema,
  { condition, search, sort, sortAt = ['sort'] }: Find,
  along?: Along,
): readonly QueryPlan[] => {
  const searched = search && along && { search: takenAs(search, along.grouped), along }
  const planned = (hasFeed: boolean) =>
    planQuery(object, condition, sort, { hasFeed, path: sortAt, ...(searched && { searched }) })
  const best = planned(organization.history !== 'off')
  return best.walk.kind === 'feed' && sort?.attribute !== 'updatedAt' ? [best, planned(false)] : [best]
}

const noPlace = () => refuse('invalid_value', 'cursor', 'that of an earlier page of the same query')

/** What the page before went along, if this search can. @throws RefusedError invalid_value */
const alongAgain = (search: Search | undefined, { along }: WalkPlace): Along | undefined => {
  if (!along !== !search) throw noPlace()
  if (along && search && !takenAs(search, along.grouped).prefixes.includes(along.prefix)) throw noPlace()
  return along
}

/** The rarest of the words. Of one word without an order there is nothing to choose, and nothing is asked. */
const alongOf = async (
  reader: RecordReader,
  session: Session,
  object: ObjectSchema,
  { search, sort }: Find,
): Promise<Along | undefined> => {
  const [prefix] = search?.prefixes ?? []
  if (!search || prefix === undefined) return undefined
  if (search.words.length === 1 && !search.grouped && !sort) return { prefix, few: false, grouped: false }
  return rarestOf(search, await reader.wordCounts(readScopeOf(session), object.slug, countedPrefixes(search)))
}

/**
 * A page of the records that a condition lets through: one call to the database. A condition on `updatedAt` from a time before
 * the history begins costs one more on the first page, and goes along the table then: what changed while the history was off,
 * or is kept no longer, is found like everything else. A search for several words, or in an order, costs one more on the first
 * page, for which of them is the rarest, and whether there is the number that digits in groups may be.
 * @throws RefusedError what `planQuery` throws; invalid_value for a place on no walk of this query; history_gap where the
 * history was cut off since the page before
 * @throws StaleError
 */
export const findRecords = async (
  reader: RecordReader,
  session: Session,
  object: ObjectSchema,
  find: Find,
): Promise<FoundPage> => {
  const { condition: _, search, sort: __, sortAt: ___, after, ...asked } = find
  const along = after ? alongAgain(search, after) : await alongOf(reader, session, object, find)
  const plans = plansOf(session, object, find, along)
  const chosen = after ? plans.findIndex(({ walk }) => walkName(walk) === after.walk) : 0
  const read = async (plan: QueryPlan | undefined): Promise<FoundPage> => {
    if (!plan) throw noPlace()
    const query = { ...asked, object: object.slug, plan, ...(after && { after: after.place }) }
    const { next, ...page } = await reader.query(readScopeOf(session), query)
    return { ...page, ...(next && { next: { walk: walkName(plan.walk), place: next, ...(along && { along }) } }) }
  }
  const page = await read(plans[chosen])
  const [, otherwise] = plans
  if (page.reaches || chosen > 0 || !otherwise) return page
  if (after) throw refuse('history_gap', 'cursor', 'changes that the query goes along are kept no longer')
  return read(otherwise)
}
