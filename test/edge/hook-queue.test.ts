import { env } from 'cloudflare:workers'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { WAITING_CHARACTERS } from '../../src/hooks/backlog.ts'
import { UnavailableError } from '../../src/storage/driver.ts'
import { queueBacklog } from '../../src/storage/drivers/delivery-queue.ts'
import { createStormHooks, expectStorm, sendStorm, stormOf } from '../support/delivery-storm.ts'
import { createHookWorld, shown } from '../support/hook-world.ts'
import { hookBox, isolate } from '../support/world.ts'

/** Deliveries that wait in a real queue, which hands them to the Worker. */

/** An isolate whose database can be away. */
const unsteady = async () => {
  const world = await createHookWorld()
  let isAway = false
  const driver: typeof world.driver = {
    batch: (statements, options) =>
      isAway ? Promise.reject(new UnavailableError('away')) : world.driver.batch(statements, options),
  }
  const backlog = queueBacklog(env.DELIVERIES)
  const through = isolate(driver, { hookSecrets: hookBox, backlog })
  return {
    ...world,
    through,
    goAway: () => {
      isAway = true
    },
    comeBack: () => {
      isAway = false
    },
  }
}

/** Longer than a slow machine takes to hand over a message. */
const PATIENCE_MS = 20_000

it('are answered with 202 while the database is away, and written by the consumer', async () => {
  const { hook, post, person, deliveries, through, goAway } = await unsteady()
  const { path, id } = await hook()
  await post(path, { id: 'q0', email: 'warm@queue.example' }, shown, through)
  goAway()
  const kept = await post(path, { id: 'q1', email: 'kept@queue.example', name: 'Kept' }, shown, through)
  expect([kept.status, kept.body.status]).toEqual([202, 'waiting'])
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until && !(await person('kept@queue.example')); )
    await wait(50)
  expect(await person('kept@queue.example')).toMatchObject({ first_name: 'Kept' })
  expect((await deliveries(id))[0]).toMatchObject({ id: kept.body.delivery, messageId: 'q1', status: 'done' })
})

it('are not kept unless they were verified, and not when they are too large', async () => {
  const { hook, post, through, goAway } = await unsteady()
  const { path } = await hook()
  await post(path, { id: 'q2', email: 'warm2@queue.example' }, shown, through)
  goAway()
  for (const [body, headers] of [
    [{ email: 'forged@queue.example' }, {}],
    [{ email: 'large@queue.example', name: 'x'.repeat(WAITING_CHARACTERS) }, shown],
  ] as const) {
    const { status, body: answer, headers: told } = await post(path, body, headers, through)
    expect([status, answer.code]).toEqual([503, 'unavailable'])
    expect(Number(told.get('retry-after'))).toBeGreaterThan(0)
  }
  const cold = isolate({ batch: () => Promise.reject(new UnavailableError('away')) }, { hookSecrets: hookBox })
  expect((await post(path, { email: 'cold@queue.example' }, shown, cold)).status).toBe(503)
})

const DELIVERIES = 300

it('come to what the plain model says, of eight senders at once', { timeout: 60_000 }, async () => {
  const { driver, operator, organizationId, through, goAway, comeBack } = await unsteady()
  const paths = await createStormHooks(operator, organizationId)
  const storm = stormOf(DELIVERIES)
  const { counts, all, until } = sendStorm(storm, paths, async (path, body, headers) => {
    // From a third of them on the database is away, until a tenth had to wait.
    if (counts.taken > DELIVERIES / 3 && counts.waiting < DELIVERIES / 10) goAway()
    else comeBack()
    const { status, body: answer } = await through.send('POST', path, { body, headers: { ...headers } })
    return { status, text: JSON.stringify(answer) }
  })
  await all
  expect(counts.taken).toBe(DELIVERIES)
  expect(counts.waiting).toBeGreaterThanOrEqual(DELIVERIES / 10)
  await expectStorm(storm, driver, organizationId, until)
})
