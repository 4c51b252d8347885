import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { afterAll, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { openMigrated } from '../../src/node/database.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { UnavailableError } from '../../src/storage/driver.ts'
import type { Deployment } from '../../src/tenants/deployment.ts'
import { createTenant } from '../../src/tenants/lifecycle.ts'
import { Places } from '../../src/tenants/places.ts'
import { rewindTenant } from '../../src/tenants/rewind.ts'
import { sqlTenantDirectory } from '../../src/tenants/sql-directory.ts'

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
  const { driver, close } = await openMigrated(`file:${join(folder, name)}`)
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
