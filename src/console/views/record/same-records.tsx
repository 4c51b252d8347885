import { useSignal } from '@preact/signals'
import { ask, type Question } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { hrefOf } from '../../frame/address.ts'
import { Opener } from '../../parts/opener.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { attributesOf, type ObjectSchema } from '../../schema/objects.ts'
import { nameOf, type StoredRecord } from '../../values/known.ts'
import { alike, duplicatesFilter } from './duplicates.ts'
import { Merge } from './merge.tsx'

/** Records that may be the same as this one: found, or named by whoever knows; each can be merged with it. */

const SHOWN = 20
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

interface SameProps {
  readonly object: ObjectSchema
  readonly record: StoredRecord
  /** Absent: the key only reads. */
  readonly onMerged?: (survivor: StoredRecord) => void
}

interface ListProps extends SameProps {
  readonly of: string
  readonly question: Question<{ readonly records: readonly StoredRecord[] }>
  readonly none: string
}

const List = ({ object, record, onMerged, of, question, none }: ListProps) => {
  const { data, error, again } = useAnswer(question)
  const others = data?.records.filter(({ id }) => id !== record.id)
  return (
    <>
      <Problem error={error} onAgain={again} />
      {others?.length === 0 && <p role="status">{none}</p>}
      <ul class="plain">
        {others?.map((other) => (
          <li key={other.id} class="bar">
            <a href={hrefOf(['objects', object.slug, other.id])}>{nameOf(other)}</a>
            <span class="quiet">
              {alike(object, record, other)
                .map(({ label }) => label)
                .join(', ') || 'nothing'}{' '}
              the same
            </span>
            {onMerged && (
              <Opener title={`Merge with ${nameOf(other)}…`}>
                {(close) => (
                  <Merge
                    object={object}
                    records={[record, other]}
                    onDone={(survivor) => {
                      close()
                      if (survivor) onMerged(survivor)
                    }}
                  />
                )}
              </Opener>
            )}
          </li>
        ))}
      </ul>
      <RequestBox of={of} question={question} />
    </>
  )
}

const byWords = (object: ObjectSchema, words: string) =>
  UUID.test(words)
    ? ask('get', '/v1/objects/{object}/records', {
        path: { object: object.slug },
        query: { ids: words, archived: 'include' },
      })
    : ask('post', '/v1/objects/{object}/records/query', {
        path: { object: object.slug },
        body: { q: words, limit: SHOWN, archived: 'include' },
      })

/** One that nothing tells of. */
const Another = (props: SameProps) => {
  const typed = useSignal('')
  const asked = useSignal('')
  const isSearched = attributesOf(props.object).some(({ searchable }) => searchable)
  const label = isSearched ? 'Words or the id of another one' : 'The id of another one'
  return (
    <>
      <form
        class="bar"
        onSubmit={(event) => {
          event.preventDefault()
          asked.value = typed.value.trim()
        }}
      >
        <input
          type="search"
          aria-label={label}
          placeholder={label}
          value={typed.value}
          {...(!isSearched && { pattern: UUID.source.replaceAll('a-f', 'a-fA-F').slice(1, -1) })}
          onInput={(event) => {
            typed.value = event.currentTarget.value
          }}
        />
        <button type="submit">Find it</button>
      </form>
      {asked.value !== '' && (
        <List
          key={asked.value}
          {...props}
          of="this search"
          question={byWords(props.object, asked.value)}
          none="There is no other one."
        />
      )}
    </>
  )
}

export const SameRecords = (props: SameProps) => {
  const { object, record } = props
  const filter = duplicatesFilter(object, record)
  return (
    <>
      <h2 class="part">With the same name, or reached in the same way</h2>
      {filter ? (
        <List
          {...props}
          of="these possible duplicates"
          question={ask('post', '/v1/objects/{object}/records/query', {
            path: { object: object.slug },
            body: { filter, limit: SHOWN, archived: 'include' },
          })}
          none="None is."
        />
      ) : (
        <p class="quiet">It has neither a name nor an address that another one could have.</p>
      )}
      <Another {...props} />
    </>
  )
}
