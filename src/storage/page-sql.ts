import type { StatementResult } from './driver.ts'

/**
 * Pages are cut by records and by bytes, in SQL: what is not answered is never read. First the walk, which looks at no
 * text (`octet_length` reads a length and not the value); then the sums along it; then the texts of what fits.
 */

export interface Walk {
  /**
   * A query of the rows walked, in their order and cut: columns to order by and to find the text with, the `bytes` of the
   * text and of what an answer says besides, and whether it is `taken` (1) or only walked past (0).
   */
  readonly sql: string
  /** Columns of the walk that say its order, with ASC or DESC. */
  readonly order: string
}

/** What the parameters of the limits are called. */
interface LimitNames {
  readonly records: string
  readonly bytes: string
}

/**
 * @param select reads the texts of the rows `s` of `summed` that the condition holds for: without one a row ends the page
 */
export const pageSql = (
  { sql, order }: Walk,
  { records, bytes }: LimitNames,
  select: (fits: string) => string,
): string => `
WITH walked AS (${sql}),
summed AS (SELECT *, sum(taken) OVER along AS nth, sum(taken * bytes) OVER along AS total FROM walked
  WINDOW along AS (ORDER BY ${order} ROWS UNBOUNDED PRECEDING))
${select(`(s.taken AND (s.nth = 1 OR s.nth <= CAST(${records} AS INTEGER) AND s.total <= CAST(${bytes} AS INTEGER)))`)}`

type Rows = StatementResult['rows']

/**
 * The rows of a page: up to the first that was to be taken and did not fit.
 * @param text a column that is null where no text was read
 */
export const cutPage = (rows: Rows, text: string): { readonly seen: Rows; readonly isCut: boolean } => {
  const end = rows.findIndex((row) => row.taken === 1 && row[text] === null)
  return end === -1 ? { seen: rows, isCut: false } : { seen: rows.slice(0, end), isCut: true }
}
