import { pathToFileURL } from 'node:url'

/**
 * A spreadsheet as an office keeps it: semicolons, decimal commas, several ways to write a date, a yes and a telephone number, a
 * line feed within a cell, rows without anything, and slips. The same seed makes the same file.
 *
 *     node examples/spreadsheet.ts 10000 7 > customers.csv
 */

export interface Spreadsheet {
  readonly text: string
  /** Rows that a reader has to refuse, by the lines on which they begin. */
  readonly bad: readonly number[]
  /** All rows but for empty ones. */
  readonly rows: number
}

/** Numbers from 0 to 1 (mulberry32). */
const random = (seed: number) => {
  let state = seed >>> 0
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const first = ['Ada', 'Jürgen', 'Zoë', 'Mary', 'Søren', 'Łukasz', 'Renée', 'Charles', 'Ömer', 'Ana María']
const last = ['Lovelace', 'Müller', 'O’Neil', 'Somerville', 'Ødegård', 'Żak', 'von der Heide', 'Babbage', "D'Arc"]
const cities = ['Zürich', 'Köln', 'Århus', 'Łódź', 'São Paulo', 'Frankfurt (Oder)', '']
const stages = ['Lead', 'lead', 'Customer', ' customer ', 'Lost', '']
const answers = ['ja', 'nein', 'Ja', 'x', 'yes', '0', '']
const HEAD = 'Vorname;Nachname;E-Mail;Telefon;Geburtstag;Umsatz;Newsletter;Phase;Ort;Bemerkung'
const MARK = '\ufeff'

const two = (n: number) => String(n).padStart(2, '0')

const grouped = (n: number) => String(n).replaceAll(/\B(?=(\d{3})+$)/g, '.')

const quoted = (cell: string) => (/[";\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

/** @param seed any whole number */
export const spreadsheet = (rows: number, seed: number): Spreadsheet => {
  const next = random(seed)
  const below = (most: number) => Math.floor(next() * most)
  const one = (list: readonly string[]): string => list[below(list.length)] ?? ''
  const lines = [HEAD]
  const bad: number[] = []
  let line = 2
  for (let n = 0; n < rows; n++) {
    const [day, month, year] = [1 + below(28), 1 + below(12), 1930 + below(75)]
    const slip = below(100)
    // The first one tells what the others leave open: 31 is no month.
    const born =
      n === 0
        ? '31.12.1980'
        : [`${two(day)}.${two(month)}.${year}`, `${day}.${month}.${year}`, `${year}-${two(month)}-${two(day)}`][
            below(3)
          ]
    const phone = [
      `030 ${100_000 + below(800_000)}`,
      `+49 (30) ${100_000 + below(800_000)}`,
      `0049-30-${100_000 + below(800_000)}`,
      '',
    ][below(4)]
    const note = below(20) === 0 ? 'Sagte: "später";\nruft zurück' : below(10) === 0 ? '5 % Rabatt; Stammkunde' : ''
    const cells = [
      one(first),
      below(30) === 0 ? ` ${one(last)} ` : one(last),
      slip === 0 ? `kunde${n}(at)example` : `${below(9) === 0 ? 'KUNDE' : 'kunde'}${n}@büro.example`.replace('ü', 'ue'),
      phone ?? '',
      slip === 1 ? '31.02.1980' : (born ?? ''),
      slip === 2 ? 'siehe Akte' : `${grouped(below(2_000_000))},${two(below(100))} €`,
      slip === 3 ? 'vielleicht' : one(answers),
      one(stages),
      one(cities),
      note,
    ]
    if (slip < 4) bad.push(line)
    const text = cells.map(quoted).join(';')
    lines.push(text)
    line += text.split('\n').length
    if (below(200) === 0) {
      lines.push(';'.repeat(9))
      line++
    }
  }
  return { text: `${MARK}${lines.join('\r\n')}\r\n`, bad, rows }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.stdout.write(spreadsheet(Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 7)).text)
