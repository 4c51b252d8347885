import { type Figure, figure, figureRows, machine, ratioFigure, row } from '../lib/report.ts'
import { median } from '../lib/statistics.ts'
import { type Name, names, YARDSTICK } from './contenders.ts'
import type { Measured, Round } from './rounds.ts'

/** From rounds to tables. A ratio is taken within its round; of the rounds the median is told. */

const OURS: Name = 'our Node server'
const WORKER: Name = 'our worker'
const BARE: Name = 'bare worker'

/** What an answer of each stands for: without it the figures compare what cannot be compared. */
const answers: Readonly<Record<Name, { readonly does: string; readonly leavesOut: string }>> = {
  'Hono + pg': {
    does: 'key looked up; two unique columns; created told from updated; atomic; durable',
    leavesOut:
      'unchanged (always writes); validation; scopes and limits; a collision with the second column is an error 500; one bad row fails its batch; the same person twice in a batch fails it',
  },
  'Hono + node:sqlite': {
    does: 'key looked up; two unique columns; created, updated and unchanged; atomic within its one process; durable',
    leavesOut:
      'validation; scopes and limits; a collision with the second column is an error 500; one bad row fails its batch; others wait while it writes',
  },
  'our Node server': {
    does: 'all of the contract; durable',
    leavesOut: 'the log and the limit of requests a key are switched off; a history, which no peer keeps',
  },
  'our Node server, history of values': {
    does: 'the same, and each change can be read and taken back',
    leavesOut: 'the log and the limit of requests a key are switched off',
  },
  'bare worker': {
    does: 'one unique column; created told from updated; atomic',
    leavesOut: 'keys; the second unique column; unchanged; validation; batches',
  },
  'our worker': {
    does: 'all of the contract',
    leavesOut: 'the log and the limits of requests, which are bindings; a history',
  },
  'our worker, history of values': {
    does: 'the same, and each change can be read and taken back',
    leavesOut: 'the log and the limits of requests, which are bindings',
  },
}

const of = (rounds: readonly Round[], value: (round: Round) => number) => median(rounds.map(value))
const batchOf = ({ recordsPerSecond = Number.NaN }: Measured) => recordsPerSecond

const atMost = (name: string, target: number, aim: number, measured: number, unit: string): Figure =>
  figure(name, `<= ${target} ${unit}`, `<= ${aim} ${unit}`, `${measured.toFixed(2)} ${unit}`, measured <= target)

export const figuresOf = (rounds: readonly Round[]): Figure[] => {
  const ratio = (value: (one: Measured) => number, name: Name, other: Name) =>
    of(rounds, (round) => value(round[name]) / value(round[other]))
  const singles = (one: Measured) => one.perSecond
  return [
    ratioFigure(`Node server, singles, against ${YARDSTICK}`, 0.7, 1, ratio(singles, OURS, YARDSTICK)),
    ratioFigure('Node server, batches, against the same', 0.4, 0.7, ratio(batchOf, OURS, YARDSTICK)),
    atMost(
      'Node server at one connection, p50 against the same',
      1.5,
      1,
      ratio((one) => one.alone, OURS, YARDSTICK),
      'x',
    ),
    ratioFigure('worker, singles, against the bare worker', 0.78, 0.85, ratio(singles, WORKER, BARE)),
    ratioFigure(
      "worker, batches, against the bare worker's singles",
      16,
      20,
      of(rounds, (round) => batchOf(round[WORKER]) / singles(round[BARE])),
      ' x',
    ),
    atMost(
      'CPU of an unchanged single, Node server',
      0.9,
      0.6,
      of(rounds, (round) => round[OURS].unchangedCpu),
      'ms',
    ),
  ]
}

const measuredRow = (rounds: readonly Round[], name: Name): string => {
  const ratio = of(rounds, (round) => round[name].perSecond / round[YARDSTICK].perSecond)
  const batches = of(rounds, (round) => batchOf(round[name]))
  const batchRatio = of(rounds, (round) => batchOf(round[name]) / batchOf(round[YARDSTICK]))
  return row([
    name,
    ratio.toFixed(2),
    of(rounds, (round) => round[name].perSecond).toFixed(0),
    of(rounds, (round) => round[name].cpu).toFixed(2),
    of(rounds, (round) => round[name].unchangedCpu).toFixed(2),
    of(rounds, (round) => round[name].alone).toFixed(2),
    Number.isNaN(batches) ? '-' : batches.toFixed(0),
    Number.isNaN(batches) ? '-' : batchRatio.toFixed(2),
  ])
}

const HEADINGS = [
  'server',
  `singles, against ${YARDSTICK}`,
  'requests/s',
  'CPU ms a request',
  'CPU ms when unchanged',
  'p50 ms, one connection',
  'batches, records/s',
  'batches, against the same',
]

/** Markdown, so that docs/benchmarks.md can be pasted from it. */
export const tablesOf = (rounds: readonly Round[], about: string): string =>
  [
    `Medians of ${rounds.length} paired rounds, ${machine()}; ${about}:`,
    '',
    row(HEADINGS),
    row(HEADINGS.map(() => '---')),
    ...names.map((name) => measuredRow(rounds, name)),
    '',
    row(['server', 'what its answer means', 'what it does not do']),
    row(['---', '---', '---']),
    ...names.map((name) => row([name, answers[name].does, answers[name].leavesOut])),
    '',
    ...figureRows(figuresOf(rounds)),
  ].join('\n')
