import { expect } from 'vitest'
import { delivering } from '../../src/storage/subscriptions/drive-behind.ts'
import { runSubscriptions } from '../../src/storage/subscriptions/lanes.ts'
import { type Answered, type Attempt, Outbox } from '../../src/subscriptions/sending.ts'
import { createWorld, hookBox, isolate } from './world.ts'

/** An organisation with subscriptions, whose receiver is a function: it says what came of each attempt. */

export const taken: Answered = { status: 204, retryAfter: null }
export const status = (code: number): Answered => ({ status: code, retryAfter: null })

export interface Sent {
  readonly type: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever is sent
  readonly data: any
}

export const createSubscribed = async () => {
  const world = await createWorld({ history: 'values' })
  const { secret: admin } = await world.issue({ name: 'admin', scopes: ['admin'] })
  const attempts: Attempt[] = []
  let answer: (sent: Sent, attempt: Attempt) => Answered | Promise<Answered> = () => taken
  const outbox = new Outbox(async (attempt) => {
    attempts.push(attempt)
    return answer(JSON.parse(attempt.body), attempt)
  })
  const administered = isolate(world.driver, { outbox })
  const ask = (method: string, path: string, body?: unknown) =>
    administered.send(method, path, { token: admin, ...(body !== undefined && { body }) })
  return {
    ...world,
    admin,
    attempts,
    outbox,
    ask,
    answers(by: typeof answer) {
      answer = by
    },
    async subscribe(more: object = {}) {
      const { status, body } = await ask('POST', '/v1/subscriptions', {
        name: 'receiver',
        url: 'https://receiver.example/changes',
        ...more,
      })
      expect(status, JSON.stringify(body)).toBe(201)
      return body
    },
    /** Sends what is due, now: the world's own isolate, through which records are written, sends nothing. */
    run: (box = hookBox) =>
      runSubscriptions(world.driver, {
        ...delivering(outbox, box),
        organizationId: world.organizationId,
        until: Date.now() + 20_000,
      }),
    assert: (email: string, values: object = {}) =>
      world.send('PUT', '/v1/objects/people/records', {
        body: { match: { emails: email }, values: { emails: [email], ...values } },
      }),
    /** What its row is made to be, so that nobody has to wait for days. */
    set: (id: string, assignments: string) =>
      world.driver.batch([
        {
          sql: `UPDATE subscriptions SET ${assignments} WHERE organization_id = ?1 AND id = ?2`,
          params: [world.organizationId, id],
        },
      ]),
    sent: () => attempts.map(({ body }) => JSON.parse(body) as Sent),
  }
}
