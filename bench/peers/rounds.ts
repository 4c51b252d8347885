import { load } from '../lib/load.ts'
import { batchItem, Population, type Work } from '../lib/people.ts'
import { treeSeconds } from '../lib/processes.ts'
import { rotated, statusOf } from '../lib/rounds.ts'
import { median } from '../lib/statistics.ts'
import { type Contender, type Name, names } from './contenders.ts'

/** Paired rounds: in each, everybody does the same work, in an order that changes from round to round. */

export interface Effort {
  readonly people: number
  readonly rounds: number
  readonly requests: number
  readonly unchangedRequests: number
  readonly aloneRequests: number
  readonly batchRequests: number
}

export interface Measured {
  readonly perSecond: number
  /** Milliseconds of CPU of a request, all processes of the contender together. */
  readonly cpu: number
  /** The same, where nothing changes. */
  readonly unchangedCpu: number
  /** Median milliseconds of a request on one connection. */
  readonly alone: number
  readonly recordsPerSecond?: number
}

export type Round = Readonly<Record<Name, Measured>>

const CONNECTIONS = 16
const BATCH_CONNECTIONS = 2
const BATCH_RECORDS = 1_000

interface Runner extends Contender {
  readonly people: Population
}
export type Runners = Readonly<Record<Name, Runner>>

const cpuOf = (roots: readonly number[]) => roots.reduce((sum, root) => sum + treeSeconds(root), 0)

const unchanged = (people: Population, count: number): Work[] => {
  people.settle()
  return Array.from({ length: count }, () => ({ body: JSON.stringify(people.one('unchanged')), kind: 'unchanged' }))
}

const runSingles = async ({ single, roots }: Runner, work: readonly Work[], connections: number) => {
  const bodies = work.map(({ body }) => body)
  const before = cpuOf(roots)
  const result = await load(single, bodies, connections, ({ status }, i) => status === statusOf(work[i]?.kind))
  const cpu = (1_000 * (cpuOf(roots) - before)) / work.length
  return { perSecond: work.length / result.seconds, cpu, p50: median(result.latencies) }
}

const runBatches = async ({ batch, people }: Runner, requests: number): Promise<number | undefined> => {
  if (!batch) return undefined
  const bodies = people.mixedBulk(requests, BATCH_RECORDS)
  const { seconds } = await load(batch.target, bodies, BATCH_CONNECTIONS, batch.allWritten)
  return (requests * BATCH_RECORDS) / seconds
}

/** One measurement of everybody, in the order of the round. */
const each = async <T>(order: readonly Name[], measure: (name: Name) => Promise<T>) => {
  const results = new Map<Name, T>()
  for (const name of order) results.set(name, await measure(name))
  return (name: Name) => results.get(name) as T
}

const runRound = async (runners: Runners, effort: Effort, round: number): Promise<Round> => {
  const order = rotated(names, round)
  const mixed = (connections: number, count: number) =>
    each(order, (name) => runSingles(runners[name], runners[name].people.mixed(count), connections))
  const singles = await mixed(CONNECTIONS, effort.requests)
  const idle = await each(order, (name) =>
    runSingles(runners[name], unchanged(runners[name].people, effort.unchangedRequests), CONNECTIONS),
  )
  const alone = await mixed(1, effort.aloneRequests)
  const batches = await each(order, (name) => runBatches(runners[name], effort.batchRequests))
  const measuredOf = (name: Name): Measured => {
    const recordsPerSecond = batches(name)
    return {
      perSecond: singles(name).perSecond,
      cpu: singles(name).cpu,
      unchangedCpu: idle(name).cpu,
      alone: alone(name).p50,
      ...(recordsPerSecond !== undefined && { recordsPerSecond }),
    }
  }
  return Object.fromEntries(names.map((name) => [name, measuredOf(name)])) as Round
}

/** Everybody begins with the same people, by batches where there are any. */
const seed = async ({ single, batch, people }: Runner, count: number) => {
  const persons = people.seed(count)
  if (!batch) {
    const bodies = persons.map((person) => JSON.stringify(person))
    await load(single, bodies, CONNECTIONS, ({ status }) => status === statusOf('created'))
    return
  }
  for (let at = 0; at < count; at += BATCH_RECORDS) {
    const body = JSON.stringify(persons.slice(at, at + BATCH_RECORDS).map(batchItem))
    await load(batch.target, [body], 1, batch.allWritten)
  }
}

export const runRounds = async (
  contenders: Readonly<Record<Name, Contender>>,
  effort: Effort,
  progress: (text: string) => void,
): Promise<Round[]> => {
  const entries = names.map((name) => [name, { ...contenders[name], people: new Population() }] as const)
  const runners = Object.fromEntries(entries) as Runners
  for (const name of names) {
    progress(`seeding ${name}`)
    await seed(runners[name], effort.people)
  }
  progress('warming up')
  await runRound(runners, { ...effort, requests: 500, unchangedRequests: 100, aloneRequests: 10, batchRequests: 2 }, 0)
  const rounds: Round[] = []
  for (let i = 0; i < effort.rounds; i++) {
    progress(`round ${i + 1} of ${effort.rounds}`)
    rounds.push(await runRound(runners, effort, i))
  }
  return rounds
}
