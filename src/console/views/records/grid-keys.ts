/** Where the keyboard moves in a grid, as in any spreadsheet. */

export interface Place {
  readonly row: number
  readonly column: number
}

interface Size {
  readonly rows: number
  readonly columns: number
  /** Rows of a page. */
  readonly page: number
}

const within = (value: number, length: number) => Math.max(0, Math.min(length - 1, value))

/** @returns undefined for a key that moves nothing */
export const moved = ({ row, column }: Place, event: KeyboardEvent, size: Size): Place | undefined => {
  const far = event.ctrlKey || event.metaKey
  const to = (down: number, right: number): Place => ({
    row: within(row + down, size.rows),
    column: within(column + right, size.columns),
  })
  switch (event.key) {
    case 'ArrowDown':
      return far ? to(size.rows, 0) : to(1, 0)
    case 'ArrowUp':
      return far ? to(-size.rows, 0) : to(-1, 0)
    case 'ArrowRight':
      return to(0, far ? size.columns : 1)
    case 'ArrowLeft':
      return to(0, far ? -size.columns : -1)
    case 'PageDown':
      return to(size.page, 0)
    case 'PageUp':
      return to(-size.page, 0)
    case 'Home':
      return to(far ? -size.rows : 0, -size.columns)
    case 'End':
      return to(far ? size.rows : 0, size.columns)
    default:
      return undefined
  }
}
