/**
 * What people write may be readable in two ways: 1.234 by which sign is decimal, 03/04/2025 by which number is the day.
 * One cell does not tell, but its column may: where another cell is readable in one way only, that is the way of all.
 */

/** What a text is, read in the one way and in the other; absent where it is nothing that way. */
export interface Readings<T> {
  readonly one?: T
  readonly other?: T
}

export type Way = keyof Readings<unknown>

/** The same whichever way it is read. */
const isCertain = <T>({ one, other }: Readings<T>) => one === other

/** What the cells of a column tell of its way. */
export class Evidence {
  #found = { one: 0, other: 0 }
  /** The first text that could be either. */
  doubtful: { readonly text: string; readonly line: number } | undefined

  add<T>(readings: Readings<T>, text: string, line: number): void {
    if (isCertain(readings)) return
    if (readings.other === undefined) this.#found.one++
    else if (readings.one === undefined) this.#found.other++
    else this.doubtful ??= { text, line }
  }

  /** Undefined: each cell can be read by itself. Where the cells speak for both ways, or for none, they decide nothing. */
  get way(): Way | 'unknown' | undefined {
    const { one, other } = this.#found
    if (one > 0 === other > 0) return this.doubtful ? 'unknown' : undefined
    return one > 0 ? 'one' : 'other'
  }
}

/** What it is, if that is certain or the way is known. */
export const readingOf = <T>(readings: Readings<T>, way: Way | undefined): T | undefined => {
  if (way !== undefined) return readings[way]
  const { one, other } = readings
  if (one === undefined || other === undefined) return one ?? other
  return isCertain(readings) ? one : undefined
}
