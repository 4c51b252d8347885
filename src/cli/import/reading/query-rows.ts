import { UsageError } from '../../exit-errors.ts'

/** What every database answers with. */

export type QueryRow = Readonly<Record<string, unknown>>

/** @throws UsageError naming a column that comes twice: one of the two would be lost */
export const requireNames = (columns: readonly string[]): void => {
  const twice = columns.find((name, at) => columns.indexOf(name) !== at)
  if (twice !== undefined)
    throw new UsageError(`--query: two columns are called "${twice}": give one of them another name with AS.`)
}

/** What a driver says is wrong, without the URL, which may have a password. */
export const queryError = (error: unknown): unknown =>
  error instanceof UsageError
    ? error
    : new UsageError(`--query: ${error instanceof Error ? error.message : error}.`, { cause: error })
