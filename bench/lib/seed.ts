import { BULK, type Contender, type Fleet, type WorkerName } from './fleet.ts'
import { load, type Reply, type Target } from './load.ts'
import { batchItem, type Population } from './people.ts'

const PER_REQUEST = 1_000

export const allWritten = (reply: Reply): boolean => reply.status === 200 && reply.text.includes('"refused":0')

/** Fills our worker through its own write path, a thousand people a request. */
export const seedInBulk = async (target: Target, people: Population, count: number): Promise<void> => {
  for (let left = count; left > 0; left -= PER_REQUEST) {
    const body = JSON.stringify(people.seed(Math.min(left, PER_REQUEST)).map(batchItem))
    await load(target, [body], 1, allWritten)
  }
}

export const seedOurs = async (fleet: Fleet, worker: WorkerName, people: Population, count: number): Promise<void> =>
  seedInBulk(await fleet.target(worker, BULK), people, count)

/** The hand-written workers know single requests only. */
export const seedHandWritten = async (fleet: Fleet, worker: Contender, people: Population, count: number) => {
  const bodies = people.seed(count).map((body) => JSON.stringify(body))
  await load(await fleet.target(worker), bodies, 16, (reply) => reply.status === 201)
}
