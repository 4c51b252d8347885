import { BULK, type Fleet } from './fleet.ts'
import { type Reply, sendOne, type Target } from './load.ts'
import { batchItem, type Kind, Population } from './people.ts'
import { seedOurs } from './seed.ts'

/** What requests cost in the database, as our worker's own Server-Timing header tells. */

export interface Cost {
  readonly calls: number
  readonly rowsRead: number
  readonly rowsWritten: number
}

export interface CostsAtSize {
  readonly records: number
  readonly single: Readonly<Record<Kind, Cost>>
  readonly bulk: Readonly<Record<Kind, Cost>>
}

const BULK_RECORDS = 1_000

const costOf = (reply: Reply): Cost => {
  if (reply.status >= 300) throw new Error(`answered ${reply.status}: ${reply.text}`)
  const header = String(reply.headers['server-timing'])
  const figure = (name: string) => Number(new RegExp(`${name};desc="(\\d+)"`).exec(header)?.[1] ?? Number.NaN)
  return { calls: figure('db-calls'), rowsRead: figure('db-rows-read'), rowsWritten: figure('db-rows-written') }
}

const perKind = async (measure: (kind: Kind) => Promise<Cost>) => ({
  unchanged: await measure('unchanged'),
  changed: await measure('changed'),
  created: await measure('created'),
})

const costsNow = async (single: Target, bulk: Target, people: Population): Promise<CostsAtSize> => ({
  records: people.size,
  single: await perKind(async (kind) => costOf(await sendOne(single, JSON.stringify(people.one(kind))))),
  bulk: await perKind(async (kind) => {
    const records = Array.from({ length: BULK_RECORDS }, () => batchItem(people.one(kind)))
    return costOf(await sendOne(bulk, JSON.stringify(records)))
  }),
})

/** The same requests with few and with many records in the table. */
export const measureCosts = async (
  fleet: Fleet,
  worker: 'ours-growing' | 'ours-noted',
  sizes: readonly number[],
): Promise<CostsAtSize[]> => {
  const people = new Population()
  const single = await fleet.target(worker)
  const bulk = await fleet.target(worker, BULK)
  const costs: CostsAtSize[] = []
  for (const size of sizes) {
    await seedOurs(fleet, worker, people, size - people.size)
    people.settle()
    costs.push(await costsNow(single, bulk, people))
  }
  return costs
}
