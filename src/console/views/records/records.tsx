import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { address, changeQuery, hrefOf } from '../../frame/address.ts'
import type { ViewProps } from '../../frame/view.ts'
import { Empty } from '../../parts/empty.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { countOf } from '../../schema/counts.ts'
import { type Attribute, type ObjectSchema, objectNamed, objectsAreRead } from '../../schema/objects.ts'
import { may } from '../../session/session.ts'
import type { StoredRecord } from '../../values/known.ts'
import { wholeNumber } from '../../values/locale.ts'
import { CellEditor } from '../cells/cell-editor.tsx'
import { RecordPanel } from '../record/record.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { Columns } from './columns.tsx'
import { FilterBar } from './filter-bar.tsx'
import { Grid } from './grid.tsx'
import { archived, columnsOf, filter, q, setFilter, setWords, sort } from './place.ts'
import { Rows, rowsQuestion } from './rows.ts'
import { SearchField } from './search-field.tsx'
import { Selection } from './selection.ts'

/** The rows that the address asks for, begun anew whenever it asks for others. */
const useRows = (object: ObjectSchema, columns: readonly Attribute[], round: number): Rows => {
  const expand = columns.filter(({ type }) => type === 'relation').map(({ slug }) => slug)
  const key = JSON.stringify([object.slug, filter.value, q.value, sort.value, archived.value, expand, round])
  // The key stands for all of it.
  const rows = useMemo(
    () =>
      new Rows({
        object: object.slug,
        filter: filter.value,
        q: q.value,
        sort: sort.value,
        archived: archived.value,
        expand,
      }),
    [key],
  )
  useEffect(() => {
    void rows.more()
    return () => rows.leave()
  }, [rows])
  return rows
}

const Status = ({ rows }: { readonly rows: Rows }) => {
  const count = rows.count.value
  const known = rows.records.value.length
  return (
    <p class="quiet" role="status">
      {count && `${wholeNumber(count.value)}${count.exact ? '' : '+'} records`}
      {rows.hasMore.value && known > 0 && `, ${wholeNumber(known)} loaded`}
      {rows.isWaiting.value && ' …'}
      {rows.isCutOff.value && '. Those that were last changed before the history begins are not among them.'}
      {rows.isPaused.value && (
        <>
          . Much has been looked at and nothing found.{' '}
          <button type="button" onClick={() => void rows.more()}>
            Look further
          </button>
        </>
      )}
    </p>
  )
}

const Nothing = ({ rows, object }: { readonly rows: Rows; readonly object: ObjectSchema }) => {
  if (rows.records.value.length > 0 || rows.hasMore.value || rows.isWaiting.value) return null
  if (q.value !== undefined)
    return (
      <Empty title="No record has these words.">
        <button type="button" onClick={() => setWords('')}>
          Search no longer
        </button>
      </Empty>
    )
  if (filter.value)
    return (
      <Empty title="No record meets the filter.">
        <button type="button" onClick={() => setFilter(undefined)}>
          Take the filter away
        </button>
      </Empty>
    )
  return (
    <Empty title={`There are no ${object.pluralName.toLowerCase()} here yet.`}>
      <p>
        A program asserts them with <code>PUT /v1/objects/{object.slug}/records</code>; a file comes in here, or by{' '}
        <code>npx edge-upsert import</code>.
      </p>
      <a href="/docs/importing/">How to import by the command</a>
    </Empty>
  )
}

const List = ({ object }: { readonly object: ObjectSchema }) => {
  const round = useSignal(0)
  const columns = columnsOf(object)
  const rows = useRows(object, columns, round.value)
  // All that the filter finds is not all that the words find.
  const selection = useMemo(() => new Selection(), [object, q.value])
  const edited = useSignal<{ readonly record: StoredRecord; readonly attribute: Attribute } | undefined>(undefined)
  const filtering = useSignal<Attribute | undefined>(undefined)
  const onChanged = () => {
    round.value++
    void countOf(object.slug)
  }
  const { record: beside } = address.value.query
  return (
    <div class={beside ? 'list beside' : 'list'}>
      <div class="rows">
        <header class="bar">
          <h1>{object.pluralName}</h1>
          <RequestBox of="this list" question={rowsQuestion(rows.asked, { count: true })} />
          {may('crm:write') && <a href={hrefOf(['import'], { object: object.slug })}>Import a file</a>}
          <Status rows={rows} />
        </header>
        <div class="bar spread">
          <SearchField key={q.value} object={object} />
          <FilterBar
            object={object}
            on={filtering.value}
            setOn={(attribute) => {
              filtering.value = attribute
            }}
          />
          <Columns object={object} />
        </div>
        <BulkBar object={object} rows={rows} selection={selection} onChanged={onChanged} />
        <Problem error={rows.error.value} onAgain={() => void rows.more()} />
        <Nothing rows={rows} object={object} />
        <Grid
          key={object.slug}
          rows={rows}
          columns={columns}
          selection={selection}
          label={object.pluralName}
          onOpen={({ id }) => changeQuery({ record: id })}
          onFilter={(attribute) => {
            filtering.value = attribute
          }}
          {...(may('crm:write') && {
            onEdit: (record: StoredRecord, attribute: Attribute) => {
              edited.value = { record, attribute }
            },
          })}
        />
        {edited.value && (
          <CellEditor
            {...edited.value}
            onDone={(record) => {
              edited.value = undefined
              if (record) rows.put(record)
            }}
          />
        )}
      </div>
      {beside && <RecordPanel object={object} id={beside} onRead={(record) => rows.put(record)} />}
    </div>
  )
}

/** The records of an object. What is looked for, in which order and in which columns, is all in the address. */
export const Records = ({ params }: ViewProps) => {
  const object = objectNamed(params.object ?? '')
  if (object) return <List key={object.slug} object={object} />
  if (!objectsAreRead.value) return null
  return (
    <Empty title={`There is no object ${params.object}.`}>
      <a href={hrefOf([])}>All objects</a>
    </Empty>
  )
}
