import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { hrefOf } from '../../frame/address.ts'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { type Attribute, attributesOf, type ObjectSchema, objects } from '../../schema/objects.ts'
import { nameOf, type StoredRecord } from '../../values/known.ts'
import { wholeNumber } from '../../values/locale.ts'

export interface Relation {
  readonly from: ObjectSchema
  readonly attribute: Attribute
}

/** Relations of whatever object that hold ids of this one. */
export const relationsTo = (slug: string): readonly Relation[] =>
  objects.value.flatMap((from) =>
    attributesOf(from)
      .filter(({ type, related }) => type === 'relation' && related === slug)
      .map((attribute) => ({ from, attribute })),
  )

const SHOWN = 20

export const filterFor = ({ attribute }: Relation, id: string) => ({
  attribute: attribute.slug,
  operator: 'eq' as const,
  value: id,
})

const Pointing = ({ relation, id }: { readonly relation: Relation; readonly id: string }) => {
  const { from, attribute } = relation
  const filter = filterFor(relation, id)
  const question = ask('post', '/v1/objects/{object}/records/query', {
    path: { object: from.slug },
    body: { filter, count: true, limit: SHOWN, archived: 'include' },
  })
  const { data, error, again } = useAnswer(question)
  const records = data?.records ?? []
  const of = `${from.pluralName} by ${attribute.label}`
  return (
    <section>
      <h2 class="part">
        {of}{' '}
        <span class="count">{data?.count && `${wholeNumber(data.count.value)}${data.count.exact ? '' : '+'}`}</span>
        <RequestBox of={of} question={question} />
      </h2>
      <Problem error={error} onAgain={again} />
      <ul>
        {records.map((record) => (
          <li key={record.id}>
            <a href={hrefOf(['objects', from.slug, record.id])}>{nameOf(record)}</a>
          </li>
        ))}
      </ul>
      {data?.nextCursor && (
        <a href={hrefOf(['objects', from.slug], { filter: JSON.stringify(filter), archived: 'include' })}>
          All of them
        </a>
      )}
      {data && records.length === 0 && !data.nextCursor && <p class="quiet">None.</p>}
    </section>
  )
}

/** The other ends of relations: what a value of another record makes of this one. */
export const PointingHere = ({ record }: { readonly record: StoredRecord }) => {
  const relations = relationsTo(record.object)
  if (relations.length === 0) return <p class="quiet">No relation leads to this object.</p>
  return relations.map((relation) => (
    <Pointing key={`${relation.from.slug}.${relation.attribute.slug}`} relation={relation} id={record.id} />
  ))
}
