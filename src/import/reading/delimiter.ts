import { parse } from 'csv-parse/sync'

/** What stands between the cells of a CSV. */

/** The one that is looked for first is taken where several would do: who writes a decimal comma puts a semicolon. */
export const delimiters = ['\t', ';', ',', '|'] as const

/** Rows that are looked at. */
const ROWS = 20

const widthsOf = (text: string, delimiter: string): readonly number[] => {
  const settings = { delimiter, to: ROWS, relax_column_count: true, relax_quotes: true, skip_empty_lines: true }
  try {
    return parse(text, settings).map((row: readonly string[]) => row.length)
  } catch {
    return []
  }
}

/** How many of the rows are as wide as the first, and then how wide that is. A file of one column has no delimiter. */
const scoreOf = (widths: readonly number[]): number => {
  const [first = 0] = widths
  if (first < 2) return 0
  return widths.filter((width) => width === first).length / widths.length + first / 1_000_000
}

/** @param isCut whether the text goes on, so that its last line may be half of one */
export const delimiterIn = (text: string, isCut: boolean): string => {
  const end = isCut ? Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) : -1
  const whole = end < 0 ? text : text.slice(0, end)
  let best: string = ','
  let most = 0
  for (const delimiter of delimiters) {
    const score = scoreOf(widthsOf(whole, delimiter))
    if (score > most) [best, most] = [delimiter, score]
  }
  return best
}
