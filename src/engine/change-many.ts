import type { ObjectSchema, Organization } from '../schema/schema.ts'
import { type AssertOptions, type AssertResult, assertRecords } from './assert.ts'
import type { AssertCommand } from './command.ts'
import { RefusedError } from './errors.ts'
import { type FoundPage, findRecords, type WalkPlace } from './find.ts'
import type { Outcome } from './outcome.ts'
import { plan } from './plan/index.ts'
import type { Condition, Search } from './query/condition.ts'
import type { Archived, PageLimit, RecordReader } from './read.ts'
import type { StoredRecord } from './record.ts'
import { type Session, withCurrent } from './session.ts'
import type { RecordStore } from './store.ts'

/** Changes whatever a condition finds: a page of it is found, and then written like any request. */

/** What is done to each record. */
export type ManyChange = Pick<AssertCommand, 'values' | 'writeModes' | 'lifecycle'>

export interface ChangeFound {
  readonly objectOf: (organization: Organization) => ObjectSchema
  /** Held against the schema anew whenever that has changed. @throws RefusedError */
  readonly condition: (organization: Organization, object: ObjectSchema) => Condition | undefined
  /** Words that each of them has besides; likewise. */
  readonly search: (object: ObjectSchema) => Search | undefined
  readonly change: (organization: Organization) => ManyChange
  readonly archived: Archived
  readonly limit: PageLimit
  readonly after?: WalkPlace
}

export interface ChangedPage extends Pick<FoundPage, 'next' | 'workLimitReached'> {
  /** In the order of their creation; each with the record as it was found. */
  readonly changed: readonly { readonly found: StoredRecord; readonly outcome: Outcome }[]
}

/** In the order of creation, which no change changes: whatever is done to a record, it is met once. */
const byCreation = { attribute: 'createdAt', direction: 'asc' } as const

/** How one record is changed, by whatever key it is found. It is not brought back by the way, and none is created. */
export const commandTo = (object: string, match: AssertCommand['match'], change: ManyChange): AssertCommand => ({
  ...{ object, match, mode: 'update', onArchived: 'keep', onSeveral: 'error' },
  ...change,
})

/** Finds nothing: what is wrong with a change does not depend on whom it meets. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** @throws RefusedError with all that is wrong with the change, whatever record it is made to */
export const checkChange = (organization: Organization, object: string, change: ManyChange): void => {
  const planned = plan(commandTo(object, [{ name: 'id', value: NOBODY }], change), organization)
  if ('refusal' in planned) throw new RefusedError(planned.refusal)
}

/**
 * A page of the records that a condition lets through, changed: two calls to the database. Each is written only as it was found, so one
 * that somebody else has changed in between is refused (`version_mismatch`) and stays.
 * @throws RefusedError what `findRecords` throws, and for a change that no record could take
 */
export const changeFound = <S extends Session>(
  { reader, store }: { readonly reader: RecordReader; readonly store: RecordStore },
  session: S,
  { objectOf, condition, search: words, change, after, ...asked }: ChangeFound,
  options: AssertOptions,
): Promise<ChangedPage> =>
  withCurrent(session, async (current) => {
    const object = objectOf(current.organization)
    checkChange(current.organization, object.slug, change(current.organization))
    const [where, search] = [condition(current.organization, object), words(object)]
    const { records, next, workLimitReached } = await findRecords(reader, current, object, {
      ...asked,
      sort: byCreation,
      ...(where && { condition: where }),
      ...(search && { search }),
      ...(after && { after }),
    })
    const commands = (organization: Organization) => {
      const what = change(organization)
      return records.map(({ id, version }) => ({
        ...commandTo(object.slug, [{ name: 'id', value: id }], what),
        ifVersion: version,
      }))
    }
    const none: Pick<AssertResult, 'outcomes'> = { outcomes: [] }
    const { outcomes } = records.length === 0 ? none : await assertRecords(store, current, commands, options)
    const changed = records.flatMap((found, i) => (outcomes[i] ? [{ found, outcome: outcomes[i] }] : []))
    return { changed, workLimitReached, ...(next && { next }) }
  })
