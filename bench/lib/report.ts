import { cpus } from 'node:os'
import type { Cost, CostsAtSize } from './costs.ts'
import { contenders } from './fleet.ts'
import { medium } from './medium.ts'
import type { Round, Single } from './rounds.ts'
import { median } from './statistics.ts'

/** From measurements to the table of targets. Every figure is measured; none is assumed. */

export interface Measured {
  /** Without history, as the targets say. */
  readonly costs: readonly CostsAtSize[]
  /** The same with a history that keeps the values. */
  readonly noted: readonly CostsAtSize[]
  readonly rounds: readonly Round[]
  readonly bundleKilobytes: number
  readonly startupMilliseconds: number
}

export interface Figure {
  readonly figure: string
  readonly target: string
  readonly aim: string
  readonly measured: string
  readonly met: boolean
}

export const figure = (name: string, target: string, aim: string, measured: string, met: boolean): Figure => ({
  figure: name,
  target,
  aim,
  measured,
  met,
})

const distinct = (values: readonly number[]) => [...new Set(values)].join(' or ')

const callsFigure = (costs: readonly CostsAtSize[]): Figure => {
  const calls = costs.flatMap((c) => [...Object.values(c.single), ...Object.values(c.bulk)]).map((c) => c.calls)
  const met = calls.every((n) => n === 1)
  return figure('database calls per warm request, 1 or 1,000 records', '1', '1', distinct(calls), met)
}

const kinds = ['unchanged', 'changed', 'created'] as const
const perKind = (costs: Readonly<Record<(typeof kinds)[number], Cost>>, of: (cost: Cost) => number) =>
  kinds.map((kind) => of(costs[kind]))

const writtenFigure = ([first]: readonly CostsAtSize[]): Figure => {
  const written = first ? perKind(first.single, (c) => c.rowsWritten) : []
  // The change is of an attribute that is no key, and a person has two keys.
  const met = written.join() === '0,1,3'
  const target = '0 / 1 + changed keys / 1 + keys'
  return figure(
    'rows written, without history: unchanged / changed / created',
    target,
    'the same',
    written.join(' / '),
    met,
  )
}

const readFigure = (costs: readonly CostsAtSize[]): Figure => {
  const reads = costs.map((c) => perKind(c.single, (cost) => cost.rowsRead).join(' / '))
  const name = `rows read, without history: unchanged / changed / created, at ${costs.map((c) => c.records.toLocaleString('en')).join(' and ')} records`
  return figure(name, 'equal', 'equal, <= 15', reads.join(' and '), new Set(reads).size === 1)
}

const paired = (rounds: readonly Round[], ratio: (round: Round) => number) => median(rounds.map(ratio))

export const ratioFigure = (name: string, target: number, aim: number, measured: number, unit = ''): Figure =>
  figure(name, `>= ${target}${unit}`, `${aim}${unit}`, measured.toFixed(2) + unit, measured >= target)

const limitFigure = (name: string, target: number, aim: number, measured: number, unit: string): Figure =>
  figure(name, `<= ${target} ${unit}`, `<= ${aim} ${unit}`, `${measured.toFixed(0)} ${unit}`, measured <= target)

export const figuresOf = ({ costs, rounds, bundleKilobytes, startupMilliseconds }: Measured): Figure[] => [
  callsFigure(costs),
  writtenFigure(costs),
  readFigure(costs),
  ratioFigure(
    'single asserts through the full HTTP contract, against the bare worker',
    0.65,
    0.85,
    paired(rounds, (r) => r.single.ours.perSecond / r.single.bare.perSecond),
  ),
  ratioFigure(
    'against the hand-written worker (4 calls)',
    2,
    2.6,
    paired(rounds, (r) => r.single.ours.perSecond / r.single['four-calls'].perSecond),
    ' x',
  ),
  ratioFigure(
    'the same with 20 ms added to every database call, one connection',
    3.5,
    3.9,
    paired(rounds, (r) => r.distant['four-calls'] / r.distant.ours),
    ' x',
  ),
  ratioFigure(
    "records/s in 1,000-record requests, against the bare worker's single upserts",
    12,
    20,
    paired(rounds, (r) => r.bulk.recordsPerSecond / r.single.bare.perSecond),
    ' x',
  ),
  limitFigure('worker bundle, minified, gzip', 250, 200, bundleKilobytes, 'KB'),
  limitFigure('start-up CPU of the worker (`wrangler check startup`)', 60, 30, startupMilliseconds, 'ms'),
]

export const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

export const figureRows = (figures: readonly Figure[]): string[] => [
  row(['figure', 'target', 'aim', 'measured', 'target met']),
  row(['---', '---', '---', '---', '---']),
  ...figures.map((f) => row([f.figure, f.target, f.aim, f.measured, f.met ? 'yes' : 'NO'])),
]

const singleCells = (all: readonly Single[]): string[] =>
  (['perSecond', 'p50', 'p99'] as const).map((key) =>
    median(all.map((one) => one[key])).toFixed(key === 'perSecond' ? 0 : 1),
  )

const absolutes = (rounds: readonly Round[]): string[] => [
  row(['worker', 'requests/s', 'p50 ms', 'p99 ms', 'p50 ms with 20 ms per database call']),
  row(['---', '---', '---', '---', '---']),
  ...contenders.map((c) =>
    row([c, ...singleCells(rounds.map((r) => r.single[c])), median(rounds.map((r) => r.distant[c])).toFixed(1)]),
  ),
  row(['ours, with a history of values', ...singleCells(rounds.map((r) => r.keeping)), '']),
  row(['ours, delivered to a hook', ...singleCells(rounds.map((r) => r.delivery)), '']),
]

/** What the figures were measured on; the databases lie in the folder for temporary files. */
export const machine = (): string =>
  `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}, ${medium()}`

/** Markdown, so that docs/benchmarks.md can be pasted from it. */
export const tableOf = (measured: Measured): string => {
  const { costs, noted, rounds } = measured
  const bulkMs = median(rounds.map((r) => r.bulk.p50)).toFixed(0)
  const bulkRate = median(rounds.map((r) => r.bulk.recordsPerSecond)).toFixed(0)
  const rows = (all: readonly CostsAtSize[], size: 'single' | 'bulk', of: (cost: Cost) => number) =>
    all.map((c) => perKind(c[size], of).join(' / ')).join(' and ')
  const read = (cost: Cost) => cost.rowsRead
  const written = (cost: Cost) => cost.rowsWritten
  const beside = (of: (round: Round) => Single) =>
    paired(rounds, (r) => of(r).perSecond / r.single.ours.perSecond).toFixed(2)
  return [
    ...figureRows(figuresOf(measured)),
    '',
    `Medians of ${rounds.length} paired rounds, 16 connections, ${machine()}:`,
    '',
    ...absolutes(rounds),
    '',
    `Requests of 1,000 records: ${bulkRate} records/s, p50 ${bulkMs} ms on two connections; rows read (unchanged / changed / created)`,
    `${rows(costs, 'bulk', read)}; rows written ${rows(costs, 'bulk', written)}. With a history of values a single one reads ${rows(noted, 'single', read)} and`,
    `writes ${rows(noted, 'single', written)}, a thousand read ${rows(noted, 'bulk', read)} and write ${rows(noted, 'bulk', written)}. Deliveries to a hook, signed and mapped: ${beside((r) => r.delivery)} of plain asserts;`,
    `asserts with a history of values: ${beside((r) => r.keeping)}.`,
  ].join('\n')
}
