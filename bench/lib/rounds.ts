import { deliveriesOf } from './deliveries.ts'
import { BULK, type Contender, contenders, type Fleet } from './fleet.ts'
import { load, type Reply, type Target } from './load.ts'
import { type Kind, Population, type Work } from './people.ts'
import { allWritten, seedHandWritten, seedInBulk, seedOurs } from './seed.ts'
import { median, quantile } from './statistics.ts'

/** Paired rounds: in each, every worker does the same work, in an order that changes from round to round. */

export interface Effort {
  readonly people: number
  readonly rounds: number
  readonly requests: number
  readonly distantRequests: number
  readonly bulkRequests: number
}

export interface Single {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

export interface Round {
  readonly single: Readonly<Record<Contender, Single>>
  /** Median milliseconds of a request on one connection with a distant database. */
  readonly distant: Readonly<Record<Contender, number>>
  /** The same work for our worker, for an organisation whose history keeps values. */
  readonly keeping: Single
  /** The same work for our worker, delivered to a hook. */
  readonly delivery: Single
  readonly bulk: { readonly recordsPerSecond: number; readonly p50: number }
}

const CONNECTIONS = 16
const BULK_CONNECTIONS = 2
const BULK_RECORDS = 1_000

const allDone = ({ status, text }: Reply) => status === 200 && text.includes('"status":"done"')

export const statusOf = (kind: Kind | undefined) => (kind === 'created' ? 201 : 200)

const run = (target: Target, work: readonly Work[], connections: number) =>
  load(
    target,
    work.map((w) => w.body),
    connections,
    (reply, i) => reply.status === statusOf(work[i]?.kind),
  )

const runSingle = async (target: Target, people: Population, requests: number): Promise<Single> => {
  const { seconds, latencies } = await run(target, people.mixed(requests), CONNECTIONS)
  return { perSecond: requests / seconds, p50: median(latencies), p99: quantile(latencies, 0.99) }
}

const runDeliveries = async (fleet: Fleet, people: Population, requests: number): Promise<Single> => {
  const bodies = deliveriesOf(people, requests)
  const { seconds, latencies } = await load(await fleet.hookTarget(), bodies, CONNECTIONS, allDone)
  return { perSecond: requests / seconds, p50: median(latencies), p99: quantile(latencies, 0.99) }
}

const runDistant = async (fleet: Fleet, worker: Contender, people: Population, requests: number): Promise<number> =>
  median((await run(await fleet.target(`${worker}-distant`), people.mixed(requests), 1)).latencies)

const runBulk = async (fleet: Fleet, people: Population, requests: number): Promise<Round['bulk']> => {
  const bodies = people.mixedBulk(requests, BULK_RECORDS)
  const { seconds, latencies } = await load(await fleet.target('ours', BULK), bodies, BULK_CONNECTIONS, allWritten)
  return { recordsPerSecond: (requests * BULK_RECORDS) / seconds, p50: median(latencies) }
}

/** The same, beginning with another one in each round. */
export const rotated = <T>(all: readonly T[], round: number): T[] => {
  const first = round % all.length
  return [...all.slice(first), ...all.slice(0, first)]
}

type Populations = Readonly<Record<Contender | 'keeping', Population>>

const runRound = async (fleet: Fleet, populations: Populations, effort: Effort, round: number): Promise<Round> => {
  const single: Partial<Record<Contender, Single>> = {}
  const distant: Partial<Record<Contender, number>> = {}
  const order = rotated(contenders, round)
  for (const c of order) single[c] = await runSingle(await fleet.target(c), populations[c], effort.requests)
  const keeping = await runSingle(await fleet.keepingTarget(), populations.keeping, effort.requests)
  const delivery = await runDeliveries(fleet, populations.ours, effort.requests)
  const bulk = await runBulk(fleet, populations.ours, effort.bulkRequests)
  for (const c of order) distant[c] = await runDistant(fleet, c, populations[c], effort.distantRequests)
  return { single: single as Round['single'], distant: distant as Round['distant'], keeping, delivery, bulk }
}

export const runRounds = async (fleet: Fleet, effort: Effort, progress: (text: string) => void): Promise<Round[]> => {
  const populations = {
    ours: new Population(),
    bare: new Population(),
    'four-calls': new Population(),
    keeping: new Population(),
  }
  await seedOurs(fleet, 'ours', populations.ours, effort.people)
  await seedInBulk(await fleet.keepingTarget(BULK), populations.keeping, effort.people)
  for (const c of ['bare', 'four-calls'] as const) await seedHandWritten(fleet, c, populations[c], effort.people)
  progress('warming up')
  await runRound(fleet, populations, { ...effort, requests: 500, bulkRequests: 2, distantRequests: 2 }, 0)
  const rounds: Round[] = []
  for (let i = 0; i < effort.rounds; i++) {
    progress(`round ${i + 1} of ${effort.rounds}`)
    rounds.push(await runRound(fleet, populations, effort, i))
  }
  return rounds
}
