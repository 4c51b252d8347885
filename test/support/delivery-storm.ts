import { setTimeout as wait } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Administration } from '../../src/admin/administration.ts'
import { addressOf } from '../../src/hooks/definition.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { senders } from './hook-senders.ts'

/**
 * What eight senders do to their hooks: they deliver at least once, late and out of order, and come again for as long as
 * they are told to. Beside it the plain model of what must be there in the end.
 */

export const senderNames = ['standard', 'svix', 'stripe', 'github', 'shopify', 'calendly', 'typeform', 'cal'] as const
export type SenderName = (typeof senderNames)[number]

/** Parts of all deliveries that are sent twice. */
const DUPLICATES = 0.3

export interface Event {
  readonly id: string
  readonly email: string
  /** Seconds since 1970; no two events have the same. */
  readonly at: number
  readonly name: string
}

/** Numbers that are the same every time (mulberry32). */
const randomFrom = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const shuffled = <T>(all: readonly T[], random: () => number): T[] =>
  all
    .map((one) => [random(), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one)

/** Deliveries of each sender, in the order in which they are sent; and by address the name that must be there in the end. */
export const stormOf = (deliveries: number, seed = 7) => {
  const random = randomFrom(seed)
  const events = Array.from(
    { length: Math.round(deliveries * (1 - DUPLICATES)) },
    (_, n): Event & { by: SenderName } => ({
      id: `evt_${n}`,
      email: `p${Math.floor(random() * (deliveries / 10))}@storm.example`,
      at: 1_700_000_000 + n,
      name: `Name ${n}`,
      by: senderNames[n % senderNames.length] ?? 'standard',
    }),
  )
  const twice = shuffled(events, random).slice(0, deliveries - events.length)
  const order = shuffled([...events, ...twice], random)
  const model = new Map<string, string>()
  for (const { email, name } of events) model.set(email, name)
  return {
    events,
    model,
    of: (sender: SenderName): readonly Event[] => order.filter(({ by }) => by === sender),
  }
}

type Storm = ReturnType<typeof stormOf>

/** A hook for each sender, all of them for people. */
export const createStormHooks = async (operator: Administration, organizationId: string) => {
  await operator.addAttribute('people', { label: 'Told at', type: 'datetime' })
  const paths = new Map<SenderName, string>()
  for (const name of senderNames) {
    const { value } = await operator.createHook({
      name,
      object: 'people',
      options: { ifNewer: 'told_at' },
      verification: { scheme: name === 'svix' ? 'standard' : name },
      secrets: [(await senders[name]('{}', { now: 0, url: '' })).secret],
      mapping: {
        match: [{ emails: 'body.email' }],
        values: { emails: '[body.email]', first_name: 'body.name', told_at: 'to_time(body.at)' },
        messageId: 'body.id',
      },
    })
    paths.set(name, `/hooks/${addressOf(organizationId, value.id)}`)
  }
  return paths
}

/** @throws where nobody answers */
export type Send = (
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
) => Promise<{ readonly status: number; readonly text: string }>

const isTaken = (status: number) => status === 200 || status === 202

/** Milliseconds until a sender comes again: none waits for as long as real ones do. */
const AGAIN_MS = 50

/** @returns the status that it was taken with @throws Error when it is refused for good */
const deliverUntilTaken = async (
  sender: SenderName,
  { id, email, at, name }: Event,
  path: string,
  send: Send,
): Promise<number> => {
  const body = JSON.stringify({ id, email, at, name })
  for (;;) {
    const { headers } = await senders[sender](body, { now: Math.floor(Date.now() / 1_000) * 1_000, url: '' })
    const answer = await send(path, body, { ...headers, 'content-type': 'application/json' }).catch(() => undefined)
    if (answer && isTaken(answer.status)) return answer.status
    if (answer && answer.status !== 503 && answer.status !== 429)
      throw new Error(`${sender} ${id} was refused: ${answer.status} ${answer.text}`)
    await wait(AGAIN_MS)
  }
}

/** All senders beside each other, each one delivery after the other. */
export const sendStorm = (storm: Storm, paths: ReadonlyMap<SenderName, string>, send: Send) => {
  const counts = { taken: 0, waiting: 0 }
  const all = Promise.all(
    senderNames.map(async (sender) => {
      for (const event of storm.of(sender)) {
        const status = await deliverUntilTaken(sender, event, paths.get(sender) ?? '', send)
        counts.taken++
        if (status === 202) counts.waiting++
      }
    }),
  )
  /** @throws what the senders have thrown meanwhile */
  const until = async (isSo: () => boolean | Promise<boolean>) => {
    while (!(await isSo())) await Promise.race([wait(20), all.then(() => wait(20))])
  }
  return { counts, all, until }
}

/** Holds what is stored against the model, once everything was written. */
export const expectStorm = async (
  { events, model }: Storm,
  driver: SqlDriver,
  organizationId: string,
  until: (isSo: () => Promise<boolean>) => Promise<void>,
): Promise<void> => {
  const rows = async (sql: string) => (await driver.batch([{ sql, params: [organizationId] }])).results[0]?.rows ?? []
  const deliveries = (what: string) => rows(`SELECT ${what} AS n FROM deliveries WHERE organization_id = ?1`)
  await until(async () => (await deliveries("sum(status = 'done')"))[0]?.n === events.length)
  expect(await deliveries('count(*)')).toEqual([{ n: events.length }])
  expect(await deliveries('count(DISTINCT message_id)')).toEqual([{ n: events.length }])
  const people = await rows(
    `SELECT data ->> '$.emails[0][0]' AS email, data ->> '$.first_name[0]' AS name FROM records
     WHERE organization_id = ?1 AND object = 'people'`,
  )
  expect(people.length).toBe(model.size)
  expect(new Map(people.map(({ email, name }) => [email, name]))).toEqual(model)
}
