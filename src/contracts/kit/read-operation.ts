import type { z } from '@hono/zod-openapi'
import { indexToMatch } from '../../engine/index-to-match.ts'
import { isIndexed } from '../../engine/indexing.ts'
import { objectOf } from '../../engine/names.ts'
import { type Found, type Include, type RecordReader, readScopeOf } from '../../engine/read.ts'
import type { StoredRecord } from '../../engine/record.ts'
import { ChangedError, type Session, withCurrent } from '../../engine/session.ts'
import type { RecordStore } from '../../engine/store.ts'
import { parseMatchValue } from '../../schema/parse.ts'
import { isUuid, keyText, type Organization } from '../../schema/schema.ts'
import { type Asked, askedOf, type Declared, type Operation, routeOf } from './operation.ts'

/**
 * What an operation that reads may look up; each is one call to the database. Nothing is found by what could be no value,
 * and what is archived counts as gone, unless it is asked for.
 */
export interface Lookup {
  readonly organization: Organization
  byId(object: string, id: unknown): Promise<StoredRecord | undefined>
  /** The same, also archived, and with a record that it refers to where one is named. */
  withRelated(object: string, id: string, include: Include | undefined): Promise<Found | undefined>
  /** The oldest record that has this value. An attribute without keys gets them first, as when it is matched by. */
  byKey(object: string, slug: string, value: unknown): Promise<StoredRecord | undefined>
}

const isLive = ({ archivedAt }: StoredRecord): boolean => archivedAt === null

const lookupOf = (reader: RecordReader, store: RecordStore, session: Session): Lookup => ({
  organization: session.organization,
  async byId(object, id) {
    if (!isUuid(id)) return undefined
    const record = await reader.byId(readScopeOf(session), object, id.toLowerCase())
    return record && isLive(record) ? record : undefined
  },
  async withRelated(object, id, include) {
    if (include) return reader.byIdWith(readScopeOf(session), object, id.toLowerCase(), include)
    const record = await reader.byId(readScopeOf(session), object, id.toLowerCase())
    return record && { record, related: null }
  },
  async byKey(object, slug, value) {
    const attribute = objectOf(session.organization, object).attributes.get(slug)
    const parsed = attribute && parseMatchValue(value, attribute)
    if (!attribute || !parsed?.ok) return undefined
    if (!isIndexed(attribute)) {
      await indexToMatch(store, session, [{ object, attribute }])
      throw new ChangedError()
    }
    return (await reader.byKey(readScopeOf(session), object, slug, keyText(parsed.value.normalForm))).find(isLive)
  },
})

/** An operation that reads, with the scope crm:read unless it says another. */
export interface ReadDefinition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType>
  extends Declared<P, Q, B, A> {
  /** @throws RefusedError for what is wrong with the request, and for what is not there */
  readonly read: (asked: Asked<P, Q, B>, lookup: Lookup) => Promise<z.input<A>>
}

export const readOperation =
  <P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType>(
    definition: ReadDefinition<P, Q, B, A>,
  ): Operation =>
  (app, services, contract, guards) => {
    const { scope = 'crm:read', read } = definition
    app.openapi(routeOf(definition, scope, services, contract, guards), async (c) => {
      const asked = askedOf(c, definition)
      const answered = await withCurrent(c.get('session'), (session) =>
        read(asked, lookupOf(c.get('reader'), c.get('store'), session)),
      )
      return c.json(answered as object, 200)
    })
  }
