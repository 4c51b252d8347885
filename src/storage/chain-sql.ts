/** A walk from change to change of one record, newest first: each names the one before it, so it needs no index. */
export interface Chain {
  /** Of the walk, `sequence` among them. */
  readonly columns: string
  /** A query of its first rows. */
  readonly begin: string
  /** The columns of the change before `c`, which the row `n` of the walk stands at. */
  readonly next: string
  /** Whose changes they are, in SQL. */
  readonly organization: string
  /** What must hold besides for it to go on. */
  readonly goesOn?: string
  /** ORDER BY and LIMIT of the walk: which row it goes on from next, and after how many of them it ends. */
  readonly ends?: string
}

/** The table `chain`, for what follows. Its last row has no sequence, if `goesOn` does not end it before. */
export const chainSql = ({
  columns,
  begin,
  next,
  organization,
  goesOn,
  ends,
}: Chain): string => `WITH RECURSIVE chain (${columns}) AS (
      ${begin}
      UNION ALL
      SELECT ${next} FROM chain n CROSS JOIN changes c
      WHERE c.organization_id = ${organization} AND c.sequence = n.sequence${goesOn === undefined ? '' : ` AND ${goesOn}`}${
        ends === undefined
          ? ''
          : `
      ${ends}`
      })`
