import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { openDatabase } from '../../src/node/database.ts'
import { newHookKey, secretBox } from '../../src/secrets/secret-box.ts'
import { createStormHooks, expectStorm, sendStorm, stormOf } from '../support/delivery-storm.ts'
import { startMoodyServer } from '../support/moody-server.ts'
import { type NodeServer, seedKey, startServer } from '../support/node-server.ts'

/**
 * Deliveries of eight senders, many of them twice and all in random order, while the database goes away and the server is
 * killed. `npm run test:hooks` does it with 10,000.
 */

const DELIVERIES = Number(process.env.DELIVERIES ?? 400)

/** Deliveries that must wait before the server is killed. */
const WAITING = DELIVERIES / 20

/** Longer than a slow machine takes. */
const PATIENCE_MS = Math.max(60_000, DELIVERIES * 60)

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-storm-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('come to what the plain model says: nothing lost, and nothing twice', { timeout: PATIENCE_MS }, async ({
  onTestFinished,
}) => {
  const database = await startMoodyServer(join(folder, 'storm.db'))
  onTestFinished(() => database.close())
  const { organizationId } = await seedKey(database.url)
  const { driver } = await openDatabase(database.url)
  const hooksKey = newHookKey()
  const operator = administration(asOperator(driver, organizationId), secretBox([hooksKey]))
  const paths = await createStormHooks(operator, organizationId)

  const start = async (variables: Readonly<Record<string, string>> = {}): Promise<NodeServer> => {
    const started = await startServer(database.url, {
      HOOKS_KEY: hooksKey,
      HOOKS_JOURNAL: `file:${join(folder, 'journal.db')}`,
      DATABASE_TIMEOUT_MS: '1000',
      LOG: 'off',
      ...variables,
    })
    onTestFinished(() => void started.child.kill('SIGKILL'))
    return started
  }
  const first = await start()
  const storm = stormOf(DELIVERIES)
  const { counts, all, until } = sendStorm(storm, paths, async (path, body, headers) => {
    const response = await fetch(first.url + path, { method: 'POST', body, headers })
    return { status: response.status, text: await response.text() }
  })

  await until(() => counts.taken > DELIVERIES / 3)
  await database.turn('refuses')
  await until(() => counts.waiting > WAITING)
  first.child.kill('SIGKILL')
  await first.exited
  await start({ PORT: new URL(first.url).port })
  await database.turn()
  await all
  expect(counts.taken).toBe(DELIVERIES)
  await expectStorm(storm, driver, organizationId, until)
})
