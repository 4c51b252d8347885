import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { changeQuery, go, hrefOf } from '../../frame/address.ts'
import type { ViewProps } from '../../frame/view.ts'
import { Empty } from '../../parts/empty.tsx'
import { Parts, partInAddress } from '../../parts/parts.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { attributesOf, type ObjectSchema, objectNamed } from '../../schema/objects.ts'
import { may } from '../../session/session.ts'
import { know, nameOf, type StoredRecord } from '../../values/known.ts'
import { Erase } from './erase.tsx'
import { History } from './history.tsx'
import { Lifecycle } from './lifecycle.tsx'
import { Others } from './others.tsx'
import { PointingHere } from './pointing.tsx'
import { SameRecords } from './same-records.tsx'
import { Values } from './values.tsx'

const parts = [
  { name: 'values', title: 'Values' },
  { name: 'pointing', title: 'What points here' },
  { name: 'same', title: 'Duplicates' },
  { name: 'history', title: 'History' },
  { name: 'others', title: 'As others see it' },
] as const

/** A list of one, so that related records come along. */
const recordQuestion = (object: ObjectSchema, id: string) => {
  const relations = attributesOf(object).filter(({ type }) => type === 'relation')
  return ask('get', '/v1/objects/{object}/records', {
    path: { object: object.slug },
    query: {
      ids: id,
      archived: 'include',
      ...(relations.length > 0 && { expand: relations.map(({ slug }) => slug).join() }),
    },
  })
}

/** The request that would make this record, or bring it up to date: found by a unique value where it has one. */
const assertQuestion = (object: ObjectSchema, { id, values }: StoredRecord) => {
  const key = attributesOf(object).find(({ unique, slug }) => unique && values[slug] !== undefined)
  const value = key && values[key.slug]
  const match = key ? { [key.slug]: Array.isArray(value) ? value[0] : value } : { id }
  return ask('put', '/v1/objects/{object}/records', { path: { object: object.slug }, body: { match, values } })
}

interface ShownProps {
  readonly object: ObjectSchema
  readonly id: string
  /** What stands beside its name: closing a panel, opening its page. */
  readonly aside: ComponentChildren
  readonly heading: 'h1' | 'h2'
  /** Told of the record as it was read last. */
  readonly onRead?: (record: StoredRecord) => void
}

const Shown = ({ object, id, aside, heading: Heading, onRead }: ShownProps) => {
  const question = recordQuestion(object, id)
  const { data, error, isWaiting, again } = useAnswer(question)
  const record = data?.records[0]
  useEffect(() => {
    know(data?.expanded ?? [])
    if (record) onRead?.(record)
  }, [data])
  const part = partInAddress(parts)
  if (error !== undefined) return <Problem error={error} onAgain={again} />
  if (!record)
    return isWaiting ? null : (
      <Empty title="There is no such record: it may have been erased.">
        <a href={hrefOf(['objects', object.slug])}>{object.pluralName}</a>
      </Empty>
    )
  return (
    <>
      <header class="bar">
        <Heading>{nameOf(record)}</Heading>
        {record.archivedAt && <span class="chip">Archived</span>}
        <RequestBox of="this record" question={question} />
        {aside}
      </header>
      <div class="bar">
        {may('crm:write') && <Lifecycle record={record} onWritten={again} />}
        {may('crm:write') && <Erase record={record} />}
        <span class="quiet">
          Write it: <RequestBox of="the assert that writes it" question={assertQuestion(object, record)} />
        </span>
      </div>
      <Parts label="Parts of the record" parts={parts} />
      {part === 'values' && <Values object={object} record={record} onWritten={again} />}
      {part === 'pointing' && <PointingHere record={record} />}
      {part === 'same' && (
        <SameRecords
          key={record.version}
          object={object}
          record={record}
          {...(may('crm:write') && {
            onMerged: (survivor) => (survivor.id === id ? again() : go(hrefOf(['objects', object.slug, survivor.id]))),
          })}
        />
      )}
      {part === 'history' && <History key={record.version} object={object} record={record} onWritten={again} />}
      {part === 'others' && <Others record={record} />}
    </>
  )
}

/** Beside the list, which stays in view. */
export const RecordPanel = ({ object, id, onRead }: Pick<ShownProps, 'object' | 'id' | 'onRead'>) => (
  <aside class="panel" aria-label="Record">
    <Shown
      key={id}
      object={object}
      id={id}
      heading="h2"
      {...(onRead && { onRead })}
      aside={
        <>
          <a href={hrefOf(['objects', object.slug, id])}>Its page</a>
          <button
            type="button"
            class="bare"
            aria-label="Close the record"
            onClick={() => changeQuery({ record: undefined, part: undefined })}
          >
            ✕
          </button>
        </>
      }
    />
  </aside>
)

/** A record by its own address. */
export const RecordPage = ({ params: { object: slug = '', id = '' } }: ViewProps) => {
  const object = objectNamed(slug)
  if (!object) return null
  return (
    <article class="record">
      <Shown
        key={id}
        object={object}
        id={id}
        heading="h1"
        aside={<a href={hrefOf(['objects', slug])}>{object.pluralName}</a>}
      />
    </article>
  )
}
