import { isOfRefused, REFUSED_COLUMNS, REFUSED_TEXT } from './mapping.ts'
import type { Row, Table } from './reading/table.ts'
import type { BadCell } from './rows.ts'

/** Rows that were refused, or are in without all their cells: as they were, with where and why, to be mended and imported. */

/** Of a file of refused rows, the next one. @param file its name, without folders */
export const refusedName = (file: string, { format }: Pick<Table, 'format'>): string => {
  const ending = format === 'csv' ? 'csv' : 'ndjson'
  const name = file.replace(/\.gz$/, '')
  const [, first, number = '1'] = /^(.+)\.refused(?:-(\d+))?\.\w+$/.exec(name) ?? []
  const refused = first === undefined ? `${name}.refused` : `${first}.refused-${Number(number) + 1}`
  return `${refused}.${ending}`
}

const told = (bad: readonly BadCell[]) => {
  const columns = [...new Set(bad.map(({ column }) => column).filter((column) => column !== ''))]
  const reasons = bad.map(({ column, reason }) => (bad.length > 1 && column !== '' ? `${column}: ${reason}` : reason))
  return { where: columns.join('; '), why: reasons.join(' ') }
}

/** How a refused row is written, with where and why it was refused. */
export interface RefusedFormat {
  readonly head: string
  line(row: Row, bad: readonly BadCell[]): string
}

/** So that spreadsheets take it for UTF-8. */
const MARK = '\ufeff'

/** What would be read as something else if it stood there bare; spaces at an end are taken away by some. */
const needsQuotes = (text: string, delimiter: string): boolean =>
  text.includes(delimiter) || /["\r\n\ufeff]|^ | $/.test(text)

/** As RFC 4180 has it. By hand: a library for it is as large as all else that a browser needs for refused rows. */
export const csvLine = (cells: readonly unknown[], delimiter: string): string => {
  const texts = cells.map((cell) => (cell === undefined || cell === null ? '' : String(cell)))
  return `${texts.map((text) => (needsQuotes(text, delimiter) ? `"${text.replaceAll('"', '""')}"` : text)).join(delimiter)}\r\n`
}

const csv = ({ columns, delimiter }: Table): RefusedFormat => {
  const kept = [...columns.entries()].filter(([, name]) => !isOfRefused(name))
  const line = (cells: readonly unknown[]) => csvLine(cells, delimiter)
  return {
    head: MARK + line([...REFUSED_COLUMNS, ...kept.map(([, name]) => name)]),
    line({ line: number, cells }, bad) {
      const { where, why } = told(bad)
      // What is more than there are columns stays, too: it is what has to be mended.
      const extra = cells.slice(columns.length)
      // A row with too few cells stays one, or it would be taken as it stands the next time.
      const own = kept.flatMap(([index]) => (index < cells.length ? [cells[index]] : []))
      return line([number, where, why, ...own, ...extra])
    },
  }
}

const ndjson = ({ columns }: Table): RefusedFormat => ({
  head: '',
  line({ line, cells, text }, bad) {
    const { where, why } = told(bad)
    const kept = [...columns.entries()].filter(([index, name]) => cells[index] !== undefined && !isOfRefused(name))
    const members = Object.fromEntries(kept.map(([index, name]) => [name, cells[index]]))
    const [first, second, third] = REFUSED_COLUMNS
    const about = { [first]: line, [second]: where, [third]: why, ...(text !== undefined && { [REFUSED_TEXT]: text }) }
    return `${JSON.stringify({ ...about, ...members })}\n`
  },
})

export const refusedFormat = (table: Table): RefusedFormat => (table.format === 'csv' ? csv(table) : ndjson(table))
