import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { afterAll, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import type { ExportCursor, ExportLine } from '../../src/admin/export.ts'
import { createApp } from '../../src/app.ts'
import { createServices } from '../../src/deps.ts'
import { openMigrated } from '../../src/node/database.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { UnavailableError } from '../../src/storage/driver.ts'
import { exportTenant, restoreTenant } from '../../src/tenants/data.ts'
import type { Deployment } from '../../src/tenants/deployment.ts'
import { createTenant, issueAdminKey } from '../../src/tenants/lifecycle.ts'
import { Places } from '../../src/tenants/places.ts'
import { rewindTenant } from '../../src/tenants/rewind.ts'
import { sqlTenantDirectory } from '../../src/tenants/sql-directory.ts'
import { deleteTenant, resumeTenant } from '../../src/tenants/status.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { placingWorld, shared } from '../support/placing-world.ts'

/**
 * No workerd outside Cloudflare keeps the past of an object, so the past is a copy of a file here: what is tested is what
 * we do before and after the platform has gone back.
 */

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-rewind-'))
const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
  rmSync(folder, { recursive: true })
})

const open = async (name: string): Promise<SqlDriver> => {
  const { driver, close } = await openMigrated(`file:${join(folder, name)}`, undefined, { threads: false })
  closing.push(close)
  return driver
}

it('leaves ended keys ended, and raises the revision above any that an isolate may remember', async () => {
  const directory = sqlTenantDirectory(await open('directory.db'))
  let present = await open('present.db')
  let failures = 0
  const driver: SqlDriver = {
    batch: async (...batch) => {
      if (failures-- > 0) throw new UnavailableError('The object restarts')
      return present.batch(...batch)
    },
  }
  const rows = async (sql: string) => (await present.batch([{ sql, params: [] }])).results[0]?.rows ?? []
  const deployment: Deployment = {
    places: new Places({ home: { shape: 'object' }, open: () => driver }),
    directory,
    isMixed: true,
    isServed: true,
    objects: {
      erase: async () => false,
      rewind: async (_id, _place, _time, { isDry }) => {
        if (isDry) return {}
        present = await open('past.db')
        failures = 3
        return {}
      },
    },
  }
  const { id: organizationId } = await createTenant(deployment, { name: 'Acme' })
  const operator = administration(asOperator(driver, organizationId))
  const old = await operator.issueCredential({ kind: 'key', name: 'old', scopes: ['crm:read'] })
  const copying = createClient({ url: `file:${join(folder, 'present.db')}` })
  await copying.execute(`VACUUM INTO '${join(folder, 'past.db')}'`)
  copying.close()
  await operator.issueCredential({ kind: 'key', name: 'since', scopes: ['crm:read'] })
  await operator.revokeCredential(old.id)
  await operator.changeOrganization({ name: 'Acme since' })
  const [before] = await rows('SELECT revision FROM organizations')

  await rewindTenant(deployment, organizationId, Date.now() - 1, { isDry: true })
  expect(await rows('SELECT name, revision FROM organizations')).toEqual([{ name: 'Acme since', ...before }])

  await rewindTenant(deployment, organizationId, Date.now() - 1)

  expect(await rows('SELECT name FROM organizations')).toEqual([{ name: 'Acme' }])
  expect(await rows("SELECT id FROM credentials WHERE name = 'since'")).toEqual([])
  const [ended] = await rows(`SELECT revoked_at FROM credentials WHERE id = '${old.id}'`)
  expect(ended?.revoked_at).toEqual(expect.any(Number))
  const [after] = await rows('SELECT revision, status FROM organizations')
  expect(Number(after?.revision)).toBeGreaterThan(Number(before?.revision))
  expect(after?.status).toBe('active')
})

it('says what takes the data of one tenant back where it shares its database, and that does it', async () => {
  const world = await placingWorld()
  closing.push(() => world.close())
  const { deployment } = world
  const app = createApp({
    services: createServices(() => world.fileOf(shared)),
    clientAddress: () => undefined,
    serverTiming: false,
  })
  const ask = async (key: string, method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const answer = await app.fetch(
      new Request(`http://test/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
    )
    return (await answer.json()) as { id: string; secret: string; records: { values: object }[] }
  }
  const records = '/objects/people/records'
  const put = (key: string, name: string) =>
    ask(key, 'PUT', records, { match: { emails: 'ada@shared.example' }, values: { first_name: name } })
  const nameNow = async (key: string) =>
    JSON.stringify((await ask(key, 'GET', records)).records.map((one) => one.values))

  const { id, adminKey } = await createTenant(deployment, { name: 'Shared', history: 'values', place: shared })
  await put(adminKey, 'Right')
  const pages: (readonly ExportLine[])[] = []
  for (let cursor: ExportCursor | undefined, isOver = false; !isOver; isOver = cursor === undefined) {
    const { lines, next } = await exportTenant(deployment, id, cursor)
    pages.push(lines)
    cursor = next
  }
  const wrong = await ask(adminKey, 'POST', '/keys', { name: 'wrong', scopes: ['crm:read', 'crm:write'] })
  await new Promise((resolve) => setTimeout(resolve, 5))
  const time = Date.now()
  await new Promise((resolve) => setTimeout(resolve, 5))
  await put(wrong.secret, 'Wrong')
  const advice = await rewindTenant(deployment, id, time).catch((error) => error.refusal.problems[0].detail)

  const since = new Date(time).toISOString()
  expect(advice).toMatch(/POST \/v1\/changes\/revert {"key", "since"}.+\(docs\/tenants.md\)$/)
  await ask(adminKey, 'POST', '/changes/revert', { key: wrong.id, since })
  expect(await nameNow(adminKey)).toContain('Right')

  await put(wrong.secret, 'Wrong')
  expect(advice).toContain('"tenant delete --wait-days 0" and, once it is erased, "tenant restore"')
  await deleteTenant(deployment, id, Date.now())
  await lookAfter(deployment, Date.now() + 1, { log: () => {} })
  for (const lines of pages) await restoreTenant(deployment, id, { lines })
  await resumeTenant(deployment, id)
  const { adminKey: key } = await issueAdminKey(deployment, id, 'after')
  const told = await nameNow(key)
  expect([told.includes('Right'), told.includes('Wrong')]).toEqual([true, false])
})
