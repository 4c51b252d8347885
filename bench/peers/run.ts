import { tmpdir } from 'node:os'
import { load } from '../lib/load.ts'
import { type Person, Population } from '../lib/people.ts'
import { machine, mediumOf } from '../lib/report.ts'
import { median } from '../lib/statistics.ts'
import { type Contender, startContenders } from './contenders.ts'

/**
 * `npm run bench:peers`: our servers beside what a good engineer would write by hand. In each round all of them do the same
 * work, in an order that changes; a ratio is taken within its round. `--quick` tries it out, `--json` is for machines.
 */

const quick = process.argv.includes('--quick')
const json = process.argv.includes('--json')
const EFFORT = quick
  ? { people: 2_000, rounds: 1, requests: 1_000, alone: 100, bulk: 4 }
  : { people: 10_000, rounds: 5, requests: 5_000, alone: 500, bulk: 12 }
const CONNECTIONS = 16
const BULK_CONNECTIONS = 2
const BULK_RECORDS = 1_000

interface Figures {
  readonly perSecond: number
  /** Milliseconds of CPU of one request, the database's included. */
  readonly cpu: number
  /** Milliseconds of a request on the only connection. */
  readonly alone: number
  readonly recordsPerSecond?: number
}

const progress = (text: string) => process.stderr.write(`${text}\n`)

const isExpected = (status: number): boolean => status === 200 || status === 201

const singles = (contender: Contender, people: Population, requests: number, connections: number) => {
  const work = people.mixed(requests)
  return load(
    contender.single,
    work.map(({ body }) => body),
    connections,
    ({ status }, i) => status === (work[i]?.kind === 'created' ? 201 : 200),
  )
}

const records = async (contender: Contender, people: Population, requests: number): Promise<number | undefined> => {
  const { bulk } = contender
  if (!bulk) return undefined
  const bodies = people.mixedBulk(requests, BULK_RECORDS, bulk.write)
  const { seconds } = await load(
    bulk,
    bodies,
    BULK_CONNECTIONS,
    ({ status, text }) => isExpected(status) && !/"refused":[1-9]/.test(text),
  )
  return (requests * BULK_RECORDS) / seconds
}

const measured = async (contender: Contender, people: Population): Promise<Figures> => {
  const before = contender.cpu()
  const { seconds } = await singles(contender, people, EFFORT.requests, CONNECTIONS)
  const cpu = (1_000 * (contender.cpu() - before)) / EFFORT.requests
  const alone = median((await singles(contender, people, EFFORT.alone, 1)).latencies)
  const recordsPerSecond = await records(contender, people, EFFORT.bulk)
  return {
    perSecond: EFFORT.requests / seconds,
    cpu,
    alone,
    ...(recordsPerSecond !== undefined && { recordsPerSecond }),
  }
}

const seed = async (contender: Contender, people: Population) => {
  const bodies = people.seed(EFFORT.people).map((person: Person) => JSON.stringify(person))
  await load(contender.single, bodies, CONNECTIONS, ({ status }) => status === 201)
  await singles(contender, people, 500, CONNECTIONS)
  await records(contender, people, 2)
}

/** One list of figures for each contender, a round each. */
const run = async (contenders: readonly Contender[]): Promise<readonly (readonly Figures[])[]> => {
  const populations = contenders.map(() => new Population())
  for (const [i, contender] of contenders.entries()) {
    progress(`seeding ${contender.name}`)
    await seed(contender, populations[i] as Population)
  }
  const figures: Figures[][] = contenders.map(() => [])
  for (let round = 0; round < EFFORT.rounds; round++) {
    progress(`round ${round + 1} of ${EFFORT.rounds}`)
    for (let turn = 0; turn < contenders.length; turn++) {
      const i = (turn + round) % contenders.length
      figures[i]?.push(await measured(contenders[i] as Contender, populations[i] as Population))
    }
  }
  return figures
}

const of = (rounds: readonly Figures[], figure: (one: Figures) => number | undefined): number =>
  median(rounds.map((one) => figure(one) ?? Number.NaN))

const ratio = (own: readonly Figures[], first: readonly Figures[], figure: (one: Figures) => number | undefined) =>
  median(own.map((one, round) => (figure(one) ?? Number.NaN) / (figure(first[round] as Figures) ?? Number.NaN)))

const shown = (value: number, digits: number): string => (Number.isNaN(value) ? '-' : value.toFixed(digits))
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

const table = (contenders: readonly Contender[], figures: readonly (readonly Figures[])[]): string => {
  const [first = []] = figures
  const head = ['', 'singles', 'requests/s', 'CPU ms a request', 'p50 ms alone', 'batches', 'records/s', 'leaves out']
  return [
    row(head),
    row(head.map(() => '---')),
    ...contenders.map(({ name, leavesOut }, i) => {
      const own = figures[i] ?? []
      return row([
        name,
        shown(
          ratio(own, first, (one) => one.perSecond),
          2,
        ),
        shown(
          of(own, (one) => one.perSecond),
          0,
        ),
        shown(
          of(own, (one) => one.cpu),
          2,
        ),
        shown(
          of(own, (one) => one.alone),
          2,
        ),
        shown(
          ratio(own, first, (one) => one.recordsPerSecond),
          2,
        ),
        shown(
          of(own, (one) => one.recordsPerSecond),
          0,
        ),
        leavesOut,
      ])
    }),
    '',
    `Medians of ${EFFORT.rounds} paired rounds, ${EFFORT.people.toLocaleString('en')} people before, ${CONNECTIONS} connections (batches ` +
      `of ${BULK_RECORDS.toLocaleString('en')}: ${BULK_CONNECTIONS}), ${machine()}, databases on ${mediumOf(tmpdir())}, fsync on.`,
  ].join('\n')
}

const contenders = await startContenders()
try {
  const figures = await run(contenders)
  const named = contenders.map(({ name, leavesOut }, i) => ({ name, leavesOut, rounds: figures[i] }))
  console.log(
    json
      ? JSON.stringify({ machine: machine(), medium: mediumOf(tmpdir()), contenders: named })
      : table(contenders, figures),
  )
} finally {
  for (const contender of contenders) await contender.stop()
}
