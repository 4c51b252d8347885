import { setTimeout as wait } from 'node:timers/promises'
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

/** How each of their hooks maps what comes. */
export const stormMapping = {
  match: [{ emails: 'body.email' }],
  values: { emails: '[body.email]', first_name: 'body.name', told_at: 'to_time(body.at)' },
  messageId: 'body.id',
} as const

/** The secret that a sender signs with. */
export const secretOf = async (sender: SenderName): Promise<string> =>
  (await senders[sender]('{}', { now: 0, url: '' })).secret

const isTaken = (status: number) => status === 200 || status === 202

/** Milliseconds until a sender comes again: none waits for as long as real ones do. */
const AGAIN_MS = 50

/**
 * Sends one delivery until it is taken.
 * @param send throws where nobody answers
 * @returns 200 or 202
 * @throws Error when it is refused for good
 */
export const deliverUntilTaken = async (
  sender: SenderName,
  { id, email, at, name }: Event,
  send: (body: string, headers: Readonly<Record<string, string>>) => Promise<{ status: number; text: string }>,
): Promise<number> => {
  const body = JSON.stringify({ id, email, at, name })
  for (;;) {
    const { headers } = await senders[sender](body, { now: Math.floor(Date.now() / 1_000) * 1_000, url: '' })
    const answer = await send(body, { ...headers, 'content-type': 'application/json' }).catch(() => undefined)
    if (answer && isTaken(answer.status)) return answer.status
    if (answer && answer.status !== 503 && answer.status !== 429)
      throw new Error(`${sender} ${id} was refused: ${answer.status} ${answer.text}`)
    await wait(AGAIN_MS)
  }
}
