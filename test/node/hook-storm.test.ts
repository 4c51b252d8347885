import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { addressOf } from '../../src/hooks/definition.ts'
import { newHookKey, secretBox } from '../../src/hooks/secret-box.ts'
import { openDatabase } from '../../src/node/database.ts'
import { deliverUntilTaken, secretOf, senderNames, stormMapping, stormOf } from '../support/delivery-storm.ts'
import { startMoodyServer } from '../support/moody-server.ts'
import { type NodeServer, seedKey, startServer } from '../support/node-server.ts'

/**
 * Deliveries of eight senders, many of them twice and all in random order, while the database goes away and the server is
 * killed. `npm run test:hooks` does it with 10,000.
 */

const DELIVERIES = Number(process.env.DELIVERIES ?? 400)

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-storm-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Deliveries that must wait before the server is killed. */
const WAITING = DELIVERIES / 20

it(
  'come to what the plain model says: nothing lost, and nothing twice',
  async ({ onTestFinished }) => {
    const database = await startMoodyServer(join(folder, 'storm.db'))
    onTestFinished(() => database.close())
    const { organizationId } = await seedKey(database.url)
    const hooksKey = newHookKey()
    const { driver } = await openDatabase(database.url)
    const operator = administration(asOperator(driver, organizationId), secretBox([hooksKey]))
    await operator.addAttribute('people', { label: 'Told at', type: 'datetime' })
    const paths = new Map<string, string>()
    for (const name of senderNames) {
      const { value } = await operator.createHook({
        name,
        object: 'people',
        mapping: stormMapping,
        options: { ifNewer: 'told_at' },
        verification: { scheme: name === 'svix' ? 'standard' : name },
        secrets: [await secretOf(name)],
      })
      paths.set(name, `/hooks/${addressOf(organizationId, value.id)}`)
    }

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
    let server = await start()

    const storm = stormOf(DELIVERIES)
    let taken = 0
    let waiting = 0
    const sending = Promise.all(
      senderNames.map(async (sender) => {
        for (const event of storm.of(sender)) {
          const status = await deliverUntilTaken(sender, event, async (body, headers) => {
            const response = await fetch(server.url + paths.get(sender), { method: 'POST', body, headers })
            return { status: response.status, text: await response.text() }
          })
          taken++
          if (status === 202) waiting++
        }
      }),
    )
    /** @throws what the senders have thrown meanwhile */
    const until = async (isSo: () => boolean | Promise<boolean>) => {
      while (!(await isSo())) await Promise.race([wait(20), sending.then(() => wait(20))])
    }

    await until(() => taken > DELIVERIES / 3)
    await database.turn('refuses')
    await until(() => waiting > WAITING)
    server.child.kill('SIGKILL')
    await server.exited
    const port = new URL(server.url).port
    server = await start({ PORT: port })
    await database.turn()
    await sending
    expect(taken).toBe(DELIVERIES)

    const count = async (sql: string) => (await driver.batch([{ sql, params: [] }])).results[0]?.rows[0]?.n
    await until(
      async () => (await count("SELECT count(*) AS n FROM deliveries WHERE status = 'done'")) === storm.events.length,
    )
    expect(await count('SELECT count(DISTINCT message_id) AS n FROM deliveries')).toBe(storm.events.length)
    expect(await count("SELECT count(*) AS n FROM deliveries WHERE status <> 'done'")).toBe(0)
    const { results } = await driver.batch([
      {
        sql: "SELECT data ->> '$.emails[0][0]' AS email, data ->> '$.first_name[0]' AS name FROM records WHERE object = 'people'",
        params: [],
      },
    ])
    const people = (results[0]?.rows ?? []).map(({ email, name }) => [String(email), String(name)] as const)
    expect(people.length).toBe(storm.model.size)
    expect(new Map(people)).toEqual(storm.model)
    expect(waiting).toBeGreaterThan(WAITING)
  },
  Math.max(60_000, DELIVERIES * 60),
)
