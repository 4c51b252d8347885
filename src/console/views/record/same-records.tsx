import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { ask, type Question } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { hrefOf } from '../../frame/address.ts'
import { Opener } from '../../parts/opener.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { attributesOf, type ObjectSchema } from '../../schema/objects.ts'
import { nameOf, type StoredRecord } from '../../values/known.ts'
import { alike, suspicionsOf } from './duplicates.ts'
import { Merge } from './merge.tsx'
import { MergedRecords } from './merged.tsx'
import { areFound, type Found, Searches, type Suspect, suspectsIn, useFound } from './suspects.tsx'

/** Records that may be the same as this one: found, or named by whoever knows; each can be merged with it. */

const SHOWN = 20
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

interface SameProps {
  readonly object: ObjectSchema
  readonly record: StoredRecord
  /** Absent: the key only reads. */
  readonly onMerged?: (survivor: StoredRecord) => void
}

const Entry = ({ object, record, onMerged, suspect }: SameProps & { readonly suspect: Suspect }) => {
  const { record: other, shared } = suspect
  const same = [...shared, ...alike(object, record, other).map(({ label }) => label)]
  return (
    <li class="bar">
      <a href={hrefOf(['objects', object.slug, other.id])}>{nameOf(other)}</a>
      <span class="quiet">
        {[...new Set(same.flatMap((labels) => labels.split(', ')))].join(', ') || 'nothing'} the same
        {other.archivedAt !== null && ' · archived'}
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
  )
}

const List = ({ suspects, ...props }: SameProps & { readonly suspects: readonly Suspect[] }) => (
  <ul class="plain">
    {suspects.map((suspect) => (
      <Entry key={suspect.record.id} {...props} suspect={suspect} />
    ))}
  </ul>
)

interface GroupProps extends SameProps {
  readonly title: string
  readonly found: readonly Found[]
  readonly suspects: readonly Suspect[]
}

const Group = ({ title, found, suspects, ...props }: GroupProps) => {
  if (found.length === 0) return null
  return (
    <>
      <h2 class="part">{title}</h2>
      {suspects.length === 0 && areFound(found) && <p role="status">None is.</p>}
      <List {...props} suspects={suspects} />
      <Searches found={found} />
    </>
  )
}

interface AnswerProps extends SameProps {
  readonly question: Question<{ readonly records: readonly StoredRecord[] }>
}

const Answer = ({ question, ...props }: AnswerProps) => {
  const { data, error, again } = useAnswer(question)
  const suspects = data?.records.filter(({ id }) => id !== props.record.id).map((record) => ({ record, shared: [] }))
  return (
    <>
      <Problem error={error} onAgain={again} />
      {suspects?.length === 0 && <p role="status">There is no other one.</p>}
      <List {...props} suspects={suspects ?? []} />
      <RequestBox of="this search" question={question} />
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
      {asked.value !== '' && <Answer key={asked.value} {...props} question={byWords(props.object, asked.value)} />}
    </>
  )
}

/** Those that this one has been found to be already. */
const Known = ({ object, record, onMerged }: SameProps) => {
  const question = ask('get', '/v1/objects/{object}/records/{id}/history', {
    path: { object: object.slug, id: record.id },
    query: { limit: 1 },
  })
  const { data, again } = useAnswer(question)
  const onParted = () => {
    again()
    onMerged?.(record)
  }
  return <MergedRecords object={object} merged={data?.merged ?? []} onParted={onParted} />
}

/** Who is reached in the same way comes first, and is not told again among those who are only called alike. */
export const SameRecords = (props: SameProps) => {
  const { object, record } = props
  const { strong, weak } = useMemo(() => suspicionsOf(object, record), [object, record])
  const reached = useFound(object, record, strong)
  const named = useFound(object, record, weak)
  const reachedSuspects = suspectsIn(reached, new Set([record.id]))
  const told = new Set([record.id, ...reachedSuspects.map(({ record: { id } }) => id)])
  return (
    <>
      <Group {...props} title="Reached in the same way" found={reached} suspects={reachedSuspects} />
      <Group {...props} title="With the same name" found={named} suspects={suspectsIn(named, told)} />
      {strong.length + weak.length === 0 && (
        <p class="quiet">It has neither a name nor an address that another one could have.</p>
      )}
      <Another {...props} />
      <Known {...props} />
    </>
  )
}
