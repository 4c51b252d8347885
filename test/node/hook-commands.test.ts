import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../../src/node/database.ts'
import { deliveryJournal } from '../../src/node/delivery-journal.ts'
import { newHookKey } from '../../src/secrets/secret-box.ts'
import { runHere, UUID } from '../support/commands.ts'
import { SECRET, senders } from '../support/hook-senders.ts'
import { type NodeServer, seedKey, startServer } from '../support/node-server.ts'

/** Hooks by command, against the server as it is run. */

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-hooks-'))
const databaseUrl = `file:${join(folder, 'server.db')}`
let server: NodeServer
let key: string
beforeAll(async () => {
  key = (await seedKey(databaseUrl, { scopes: ['admin', 'crm:read'] })).token
  server = await startServer(databaseUrl, { HOOKS_KEY: newHookKey(), LOG: 'off' })
})
afterAll(() => {
  server.child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const hooks = (args: readonly string[], variables: Readonly<Record<string, string>> = {}) =>
  runHere(['hooks', ...args, '--api', server.url], { API_KEY: key, ...variables })

it('adds a hook by a preset, tells where to post, lists what came, and has it run again', async () => {
  const added = await hooks(['add', '--preset', 'cal-bookings', '--keep-payload'])
  expect([added.code, added.err]).toEqual([0, expect.stringContaining('has no secret yet')])
  const id = UUID.exec(added.out)?.[0] ?? ''
  const url = /^URL: +(\S+)$/m.exec(added.out)?.[1] ?? ''
  expect((await hooks(['list'])).out).toContain(`${id}\ton, without a secret: it takes nothing\t`)
  const again = await hooks(['add', '--preset', 'cal-bookings', '--keep-payload'], { HOOK_SECRET: SECRET })
  expect([again.code, again.err]).toEqual([1, expect.stringMatching(new RegExp(`${id}.*"hooks secret"`, 's'))])
  expect((await hooks(['secret', id], { HOOK_SECRET: SECRET })).out).toContain('this secret')

  const post = async (attendee: object) => {
    const body = JSON.stringify({
      triggerEvent: 'BOOKING_CREATED',
      createdAt: '2026-01-01T10:00:00Z',
      payload: { uid: JSON.stringify(attendee), attendees: [attendee] },
    })
    const { headers } = await senders.cal(body, { now: 0, url })
    return (await fetch(url, { method: 'POST', body, headers: { ...headers, 'content-type': 'application/json' } }))
      .status
  }
  expect(await post({ email: 'ada@command.example', name: 'Ada Lovelace' })).toBe(200)
  expect(await post({ email: 'nobody', name: 'Nobody' })).toBe(422)
  const failed = await hooks(['deliveries', id, '--status', 'failed'])
  expect(failed.out.trim().split('\n')).toHaveLength(1)
  expect(failed.out).toContain('items.0.emails')
  expect((await hooks(['redeliver', id])).out).toContain('0 were written, 1 failed again.')
  // As if it had waited until its secret was taken away.
  const { driver, close } = await openDatabase(databaseUrl)
  await driver.batch([{ sql: `UPDATE deliveries SET unproven = 1 WHERE status = 'failed'`, params: [] }])
  await close()
  expect((await hooks(['deliveries', id, '--status', 'failed'])).out).toContain('\tUnproven. items.0.emails')
  expect((await hooks(['redeliver', id])).out).toContain('1 were not run, since they do not prove')
  const [, delivery = ''] = /done\t(\S+)/.exec((await hooks(['deliveries', id])).out) ?? []
  expect((await hooks(['redeliver', id, delivery])).out).toContain('It was written.')
  expect((await hooks(['list'])).out).toMatch(new RegExp(`^${id}\ton\t/hooks/\\S+\tcal-bookings$`, 'm'))
})

it('shows a hook, has it rest and go on, and removes it', async () => {
  const added = await hooks(['add', '--preset', 'typeform-answers', '--name', 'States'])
  const id = UUID.exec(added.out)?.[0] ?? ''
  for (const [command, state] of [
    ['pause', 'paused'],
    ['on', 'on'],
    ['off', 'off'],
  ] as const) {
    expect((await hooks([command, id])).out).toContain(`The hook is ${state}.`)
    expect(JSON.parse((await hooks(['show', id])).out)).toMatchObject({ id, state, url: expect.stringContaining(id) })
  }
  expect((await hooks(['remove', id])).code).toBe(0)
  expect((await hooks(['show', id])).err).toContain('There is no such hook')
})

it('does not say of what was never run that it failed again', async () => {
  const added = await hooks(['add', '--preset', 'github-users', '--name', 'Not kept'], { HOOK_SECRET: SECRET })
  const id = UUID.exec(added.out)?.[0] ?? ''
  const url = /^URL: +(\S+)$/m.exec(added.out)?.[1] ?? ''
  const { headers } = await senders.github('no JSON', { now: 0, url })
  const post = { method: 'POST', body: 'no JSON', headers: { ...headers, 'content-type': 'application/json' } }
  expect((await fetch(url, post)).status).toBe(400)
  const { out } = await hooks(['redeliver', id])
  expect(out).toContain('0 were written, 0 failed again.\n1 were not run, since their payload was not kept')
})

it('takes a secret with blanks as the one that it is', async () => {
  const secret = 'not two secrets'
  const added = await hooks(['add', '--preset', 'github-users', '--name', 'Blanks'], { HOOK_SECRET: secret })
  const id = UUID.exec(added.out)?.[0] ?? ''
  expect((await hooks(['secret', id, '--keep', '0'], { HOOK_SECRET: ` ${secret}\n` })).out).toContain('this secret')
  const url = /^URL: +(\S+)$/m.exec(added.out)?.[1] ?? ''
  const body = '{"sender":{"type":"Bot"}}'
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const headers = { 'x-hub-signature-256': `sha256=${signature}`, 'content-type': 'application/json' }
  expect((await fetch(url, { method: 'POST', body, headers })).status).toBe(200)
})

it.each([
  [
    'without a key',
    ['list'],
    { API_KEY: '' },
    /^API_KEY is missing: set it to a key of the organisation that may administer it/,
  ],
  ['with a preset that is none', ['add', '--preset', 'nothing'], {}, /Allowed choices are stripe-customers/],
  ['of a hook that is none', ['deliveries', '01900000-0000-7000-8000-0000000de3ff'], {}, /^There is no such hook/],
  ['without a secret to give', ['secret', 'x'], {}, /^HOOK_SECRET is missing/],
] as const)('says in one sentence what it refuses: %s', async (_, args, variables, sentence) => {
  const { code, err } = await hooks(args, variables)
  expect([code, err]).toEqual([1, expect.stringMatching(sentence)])
})

it('lists what was given up on this machine, has it wait again, and removes it', async () => {
  const HOOKS_JOURNAL = `file:${join(folder, 'journal.db')}`
  const journal = deliveryJournal(HOOKS_JOURNAL, () => undefined)
  await journal.start(async () => 'gone')
  await journal.put({ address: 'a_b', id: 'one', receivedAt: Date.now(), input: { body: {}, headers: {}, query: {} } })
  while (journal.isBehind('a_b')) await wait(10)
  await journal.close()
  const list = async (...more: string[]) => runHere(['hooks', 'journal', ...more], { HOOKS_JOURNAL })
  expect((await list()).out).toMatch(/^one\t\d{4}-\S+\t\/hooks\/a_b$/m)
  expect((await list('--drop', '--organization', 'another')).err).toContain('0 that were given up')
  expect((await list('--drop', '--again')).code).toBe(1)
  expect((await list('--again')).err).toContain('1 wait again')
  expect((await list()).out).toContain('one\twaits')
  // What waits is nothing to be dropped.
  expect((await list('--drop')).err).toContain('0 that were given up')
  const again = deliveryJournal(HOOKS_JOURNAL, () => undefined)
  await again.start(async () => 'gone')
  while (again.isBehind('a_b')) await wait(10)
  await again.close()
  expect((await list('--drop', '--organization', 'a')).err).toContain('1 that were given up are gone for good')
  expect((await list()).out).toBe('')
})
