import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { BadCell } from '../../../import/rows.ts'
import { useAction } from '../../calls/use-action.ts'
import { Problem } from '../../parts/problem.tsx'
import { wholeNumber } from '../../values/locale.ts'
import type { Importing } from './importing.ts'
import { SaidField } from './said-field.tsx'
import type { Sending, Status } from './sending.ts'
import type { ShownRow } from './thread/thread.ts'

/** Rows of the file, some at a time; cells that are wrong stand in fields, where they are mended. */

const PAGE = 50

interface RowsProps {
  readonly one: Importing
  /** @returns rows behind so many */
  readonly read: (from: number, count: number) => Promise<readonly ShownRow[]>
  readonly count: number
  readonly label: string
}

/** Which cells of a row are to be mended: those that are named, or else those that it is found by. */
const columnsToMend = (one: Importing, bad: readonly BadCell[]): ReadonlySet<string> => {
  const named = bad.map(({ column }) => column).filter((column) => column !== '')
  if (named.length > 0 || bad.length === 0) return new Set(named)
  const keys = one.choices.peek().keys.flat()
  const { columns } = one.choices.peek()
  return new Set(one.names.peek().filter((name) => keys.includes(columns[name]?.target ?? '')))
}

interface RowProps {
  readonly one: Importing
  readonly row: ShownRow
  readonly onMended: (bad: readonly BadCell[]) => void
}

const Row = ({ one, row, onMended }: RowProps) => {
  const { index, line, cells, broken, bad } = row
  // A cell stays a field once it was one: it may be mended again.
  const fields = useSignal(columnsToMend(one, broken === undefined ? bad : []))
  const isMended = one.mended.value.has(index)
  return (
    <tr>
      <td class="number">{line}</td>
      <td class="why">
        {bad.map(({ column, reason }) => (
          <p key={`${column} ${reason}`}>
            {column && <strong>{column}: </strong>}
            {reason}
          </p>
        ))}
        {isMended && bad.length === 0 && <strong>Mended</strong>}
        {broken !== undefined && <p class="quiet">It is mended in the file.</p>}
      </td>
      {one.names.value.map((name, i) => (
        <td key={name}>
          {fields.value.has(name) ? (
            <SaidField
              label={`${name}, line ${line}`}
              isWrong={bad.some(({ column }) => column === name)}
              text={cells[i] ?? ''}
              onSaid={async (text) => onMended(await one.mend(index, i, text))}
            />
          ) : (
            cells[i]
          )}
        </td>
      ))}
    </tr>
  )
}

const Rows = ({ one, read, count, label }: RowsProps) => {
  const rows = useSignal<readonly ShownRow[]>([])
  const { run, error } = useAction()
  const more = () =>
    run(async () => {
      rows.value = [...rows.peek(), ...(await read(rows.peek().length, PAGE))]
    })
  useEffect(() => void more(), [])
  return (
    <>
      <Problem error={error} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="wide" tabIndex={0} aria-label={label}>
        <table class="cells">
          <thead>
            <tr>
              <th>Line</th>
              <th>What is wrong</th>
              {one.names.value.map((name) => (
                <th key={name}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.value.map((row) => (
              <Row
                key={row.index}
                one={one}
                row={row}
                onMended={(bad) => {
                  rows.value = rows.peek().map((other) => (other.index === row.index ? { ...other, bad } : other))
                }}
              />
            ))}
          </tbody>
        </table>
      </section>
      {rows.value.length < count && (
        <button type="button" onClick={() => void more()}>
          More: {wholeNumber(rows.value.length)} of {wholeNumber(count)} are shown
        </button>
      )}
    </>
  )
}

/** Those with cells that cannot be read, before anything is sent. */
export const BadRows = ({ one }: { readonly one: Importing }) => {
  const count = one.judged.value?.badRows ?? 0
  if (count === 0) return <p role="status">Every cell can be read.</p>
  return (
    <>
      <h2>
        {wholeNumber(count)} {count === 1 ? 'row has a cell' : 'rows have cells'} that cannot be read
      </h2>
      <Rows
        one={one}
        label="Cells that cannot be read"
        count={count}
        read={(from, some) => one.call('badOnes', from, some)}
      />
    </>
  )
}

/** Those that came to this. */
export const StatusRows = ({
  one,
  sending,
  status,
}: {
  readonly one: Importing
  readonly sending: Sending
  readonly status: Status
}) => {
  const indexes = sending.rowsOf(status)
  const read = async (from: number, count: number) => {
    const rows = await one.call('rowsAt', indexes.slice(from, from + count))
    return rows.map((row) => ({ ...row, bad: sending.bad.get(row.index) ?? [] }))
  }
  return <Rows one={one} label={`Rows: ${status}`} count={indexes.length} read={read} />
}
