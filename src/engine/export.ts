import type { ObjectSchema, Organization } from '../schema/schema.ts'
import type { HistoryPlace, HistoryReader } from './history.ts'
import type { Condition } from './query/condition.ts'
import { planQuery } from './query/plan.ts'
import { type Archived, type PageLimit, type RecordReader, readScopeOf } from './read.ts'
import { type NamesByObject, namesByObject, namingsOf } from './readable.ts'
import type { StoredRecord } from './record.ts'
import { type Session, scopeOf, withCurrent } from './session.ts'

/**
 * All records of an object, page by page in the order of their ids, beside writers. An id never changes, so each record that
 * is there from the beginning to the end comes once, in a state that is no older than the beginning: whoever goes on with
 * the changes from there has an exact copy.
 */

export interface ExportQuery {
  /** Held against the schema anew for each page. @throws RefusedError */
  readonly objectOf: (organization: Organization) => ObjectSchema
  readonly condition: (organization: Organization, object: ObjectSchema) => Condition | undefined
  readonly archived: Archived
  /** Id of the last record of an earlier export that this one goes on with. */
  readonly after?: string
  readonly limit: PageLimit
  /** Whether to say what the records point at is called: one call more a page, where they point at anything. */
  readonly named: boolean
}

export interface ExportedPage {
  readonly object: ObjectSchema
  readonly records: readonly StoredRecord[]
  readonly names: NamesByObject
  /** Id of the last record that was looked at; absent at the end. */
  readonly next?: string
}

type Readers = { readonly reader: RecordReader; readonly history: HistoryReader }

/** Behind the last change, from where a copy goes on; undefined where there is no history. @throws RefusedError */
export const lastChange = ({ history }: Readers, session: Session): Promise<HistoryPlace | undefined> =>
  withCurrent(session, async (current) =>
    current.organization.history === 'off' ? undefined : await history.moment(scopeOf(current)),
  )

const pageAfter = async (
  { reader }: Readers,
  session: Session,
  query: ExportQuery,
  after: string | undefined,
): Promise<ExportedPage> => {
  const { organization } = session
  const object = query.objectOf(organization)
  const condition = query.condition(organization, object)
  const byId = { attribute: 'createdAt', direction: 'asc' } as const
  const { records, next } = await reader.query(readScopeOf(session), {
    object: object.slug,
    plan: planQuery(object, condition, byId, { hasFeed: false, path: [] }),
    archived: query.archived,
    limit: query.limit,
    ...(after !== undefined && { after: ['', after] }),
  })
  const namings = query.named ? namingsOf(organization.objects, object, records) : []
  const answers = namings.length > 0 ? await reader.names(scopeOf(session), namings) : []
  return { object, records, names: namesByObject(namings, answers), ...(next && { next: next[1] }) }
}

/** @throws RefusedError when the query is refused, or the session has ended */
export async function* exportPages(
  readers: Readers,
  session: Session,
  query: ExportQuery,
): AsyncGenerator<ExportedPage, void, void> {
  let current = session
  let { after } = query
  do {
    const [page, last] = await withCurrent(current, async (one) => [await pageAfter(readers, one, query, after), one])
    current = last
    yield page
    after = page.next
  } while (after !== undefined)
}
