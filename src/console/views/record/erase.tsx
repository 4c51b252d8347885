import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { go, hrefOf } from '../../frame/address.ts'
import { Confirm } from '../../parts/act.tsx'
import { Opener } from '../../parts/opener.tsx'
import { Problem } from '../../parts/problem.tsx'
import { nameOf, type StoredRecord } from '../../values/known.ts'
import { wholeNumber } from '../../values/locale.ts'
import { filterFor, type Relation, relationsTo } from './pointing.tsx'

const CountOf = ({ relation, id }: { readonly relation: Relation; readonly id: string }) => {
  const { from, attribute } = relation
  const { data, error } = useAnswer(
    ask('post', '/v1/objects/{object}/records/query', {
      path: { object: from.slug },
      body: { filter: filterFor(relation, id), count: true, limit: 1, fields: [], archived: 'include' },
    }),
  )
  if (error !== undefined) return <Problem error={error} />
  if (!data?.count || data.count.value === 0) return null
  return (
    <p>
      <strong>
        {wholeNumber(data.count.value)}
        {data.count.exact ? '' : '+'}
      </strong>{' '}
      {from.pluralName} point at it by {attribute.label}, and will point at nothing.
    </p>
  )
}

/** For good, at the version that is seen: there is no way back, so what it leaves behind is counted first. */
export const Erase = ({ record }: { readonly record: StoredRecord }) => {
  const { object, id, version } = record
  return (
    <Opener title="Erase…">
      {(close) => (
        <Confirm
          title={`Erase ${nameOf(record)}`}
          verb="Erase it for good"
          question={ask('delete', '/v1/objects/{object}/records/{id}', {
            path: { object, id },
            headers: { 'if-match': `"${version}"` },
          })}
          onDone={(isDone) => {
            close()
            if (isDone) go(hrefOf(['objects', object]))
          }}
        >
          <p>
            <strong>There is no way back.</strong> Its values go, from the history too, and so does what was merged into
            it. Archiving takes a record out of sight and can be taken back.
          </p>
          {relationsTo(object).map((relation) => (
            <CountOf key={`${relation.from.slug}.${relation.attribute.slug}`} relation={relation} id={id} />
          ))}
        </Confirm>
      )}
    </Opener>
  )
}
