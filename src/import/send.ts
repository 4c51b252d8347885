import type { EdgeUpsert, Problem } from '../client/index.ts'
import type { Mapping } from './mapping.ts'
import type { Row } from './reading/table.ts'
import type { AnyItem, BadCell, ReadRow } from './rows.ts'

/** Rows to the server, and what became of each, in the order of the file. */

export interface RowResult {
  readonly row: Row
  readonly status: 'created' | 'updated' | 'unchanged' | 'refused'
  /** Of its record; null where it has none, or nobody knows. */
  readonly id: string | null
  /** Of a refused row why; of any other, the cells that were left out. */
  readonly bad: readonly BadCell[]
}

export interface Sending {
  readonly object: string
  readonly importId: string
  readonly dryRun: boolean
  readonly signal?: AbortSignal
}

/** Rows that are read and not yet told of. More than all requests under way hold, and few enough for any memory. */
export const ROWS_UNDER_WAY = 10_000

/** Milliseconds: a file is always coming, and half a batch costs a request as a whole one does. */
const LINGER_MS = 2_000

/** Which column is which attribute. */
type Named = Pick<Mapping, 'columns'>

/** `emails`, `values.emails[0]`: the column that gave it. */
const columnOf = (field: string | null, { columns }: Named): string =>
  columns.find(({ attribute }) => field?.split(/[.[\]]/).includes(attribute.slug))?.name ?? ''

const inTheWay = ({ conflicts = [] }: Problem): string => {
  const ids = conflicts.flatMap(({ recordId }) => recordId ?? [])
  return ids.length === 0 ? '' : ` (${[...new Set(ids)].join(', ')})`
}

const refusalOf = (error: Problem | undefined, mapping: Named): readonly BadCell[] =>
  error?.errors.map(({ field, detail, fix }, i) => ({
    column: columnOf(field, mapping),
    reason: `${detail}${i === 0 ? inTheWay(error) : ''} ${fix}`,
  })) ?? []

interface Outcome {
  readonly status: RowResult['status']
  readonly id: string | null
  readonly error?: Problem
}

const resultOf = ({ row, bad }: ReadRow, { status, id, error }: Outcome, mapping: Named): RowResult =>
  status === 'refused' ? { row, status, id, bad: [...refusalOf(error, mapping), ...bad] } : { row, status, id, bad }

/**
 * @param told is called once for each row, in their order: a row of which nothing is sent waits for those before it
 * @throws EdgeUpsertError after all rows before the request that failed have been told; what the rows throw, likewise
 */
export const sendRows = async (
  client: EdgeUpsert,
  rows: AsyncIterable<ReadRow>,
  mapping: Named,
  { object, importId, dryRun, signal }: Sending,
  told: (result: RowResult) => void,
): Promise<void> => {
  const queue: ReadRow[] = []
  let onRoom: (() => void) | undefined
  /** What waits for nothing. */
  const settle = () => {
    for (let first = queue[0]; first && !first.item; first = queue[0]) {
      told({ row: first.row, status: 'refused', id: null, bad: first.bad })
      queue.shift()
    }
  }
  async function* items(): AsyncGenerator<AnyItem> {
    for await (const row of rows) {
      queue.push(row)
      if (row.item) yield row.item
      else settle()
      while (queue.length >= ROWS_UNDER_WAY)
        await new Promise<void>((resolve) => {
          onRoom = resolve
        })
    }
  }
  const options = { importId, dryRun, lingerMs: LINGER_MS, ...(signal && { signal }) }
  for await (const outcome of client.records(object).assertMany(items(), options)) {
    const row = queue.shift()
    if (row) told(resultOf(row, outcome, mapping))
    settle()
    onRoom?.()
  }
}
