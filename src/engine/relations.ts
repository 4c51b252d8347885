import type { Attribute, ObjectSchema, Organization } from '../schema/schema.ts'
import { isIndexed } from './indexing.ts'
import { planQuery } from './query/plan.ts'
import type { Count, RecordQuery, RecordReader } from './read.ts'
import { type Session, scopeOf } from './session.ts'

/** Relation attributes that are looked through for one record; those with an index first, since they cost the least. */
const LOOKED_THROUGH = 8

interface Relation {
  readonly object: ObjectSchema
  readonly attribute: Attribute
}

/** Every attribute that may point at records of an object. */
export const relationsTo = (organization: Organization, target: string): readonly Relation[] =>
  [...organization.objects.values()].flatMap((object) =>
    [...object.attributes.values()]
      .filter(({ type, related, archived }) => type === 'relation' && related === target && !archived)
      .map((attribute) => ({ object, attribute })),
  )

/** The same, as plans name them: `[object, slug]`. */
export const pointingAt = (organization: Organization, target: string): readonly (readonly [string, string])[] =>
  relationsTo(organization, target).map(({ object, attribute }) => [object.slug, attribute.slug])

const queryOf = ({ object, attribute }: Relation, id: string): RecordQuery => {
  const subject = { kind: 'attribute', attribute } as const
  const condition = { kind: 'leaf', subject, test: { kind: 'in', values: [id] } } as const
  const plan = planQuery(object, condition, undefined, { hasFeed: false, path: [] })
  return { object: object.slug, plan, archived: 'include', limit: { records: 0, bytes: 0, bytesPerRecord: 0 } }
}

/**
 * How many relations of other records point at one, archived ones among them: one call to the database, none where no
 * attribute can point there. Without an index it is only looked so far (query/walk.ts), and then it is a lower bound.
 * @throws StaleError
 */
export const countPointing = async (
  reader: RecordReader,
  session: Session,
  object: string,
  id: string,
): Promise<Count> => {
  const all = relationsTo(session.organization, object).toSorted(
    (a, b) => Number(isIndexed(b.attribute)) - Number(isIndexed(a.attribute)),
  )
  if (all.length === 0) return { value: 0, exact: true }
  const looked = all.slice(0, LOOKED_THROUGH)
  const counts = await reader.counts(
    scopeOf(session),
    looked.map((relation) => queryOf(relation, id)),
  )
  return {
    value: counts.reduce((sum, { value }) => sum + value, 0),
    exact: looked.length === all.length && counts.every(({ exact }) => exact),
  }
}
