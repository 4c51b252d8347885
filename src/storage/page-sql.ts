import type { PageLimit } from '../engine/read.ts'
import type { StatementResult } from './driver.ts'
import { answersView } from './program/answers.ts'
import { named } from './program/names.ts'
import { PROGRAM } from './program/version.ts'

const answers = named(answersView, PROGRAM)

/**
 * Pages are cut by records and by bytes, in SQL: what is not answered is never read. First the walk, which looks at no
 * record's text (`octet_length` reads a length and not the value); then the sums along it; then the texts of what fits.
 */

export interface Walk {
  /**
   * A query of the rows walked, in their order and cut: `place`s to order by, the record's `id`, its `bytes`, and
   * whether it is `taken` (1) or only walked past (0).
   */
  readonly sql: string
  /** Columns of the walk that say its order, with ASC or DESC. */
  readonly order: string
  readonly organizationId: string
  readonly object: string
}

/** @param add takes a parameter and says what it is called. */
export const pageSql = (
  { sql, order, organizationId, object }: Walk,
  { records, bytes, bytesPerRecord }: PageLimit,
  add: (value: string | number) => string,
): string => {
  const integer = (value: number) => `CAST(${add(value)} AS INTEGER)`
  const along = `OVER (ORDER BY ${order} ROWS UNBOUNDED PRECEDING)`
  return `
WITH walked AS (${sql}),
summed AS (SELECT *, sum(taken) ${along} AS nth, sum(taken * (bytes + ${integer(bytesPerRecord)})) ${along} AS total FROM walked)
SELECT *, CASE WHEN taken AND (nth = 1 OR nth <= ${integer(records)} AND total <= ${integer(bytes)}) THEN (
  SELECT a.answer FROM ${answers} a
  WHERE a.organization_id = ${add(organizationId)} AND a.object = ${add(object)} AND a.id = summed.id) END AS answer
FROM summed ORDER BY ${order}`
}

type Rows = StatementResult['rows']

/**
 * The rows of a page: up to the first that was to be taken and did not fit.
 * @returns whether it was cut there
 */
export const cutPage = (rows: Rows): { readonly seen: Rows; readonly cut: boolean } => {
  const end = rows.findIndex((row) => row.taken === 1 && row.answer === null)
  return end === -1 ? { seen: rows, cut: false } : { seen: rows.slice(0, end), cut: true }
}
