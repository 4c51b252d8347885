import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { v7 } from 'uuid'
import { expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { objectDriver } from '../../src/storage/drivers/object-driver.ts'
import { readJobs } from '../../src/storage/jobs/job.ts'
import { seedParts } from '../support/job-suite.ts'

it('an object goes on with its jobs by itself when all who asked are gone', async () => {
  const id = v7()
  const driver = objectDriver(env.ORGANIZATIONS, id, { mayCreate: true })
  await createOrganization(driver, { id, name: 'Alone' })
  const operator = administration(asOperator(driver, id))
  await seedParts(driver, id, operator, {})
  const stub = env.ORGANIZATIONS.getByName(id)
  const alarm = () => runInDurableObject(stub, (_, { storage }) => storage.getAlarm())
  expect(await alarm()).toBeNull()
  await operator.changeAttribute('parts', 'serial', { indexed: true })
  expect(await alarm()).toBeGreaterThan(Date.now())
  expect((await readJobs(driver, id, 1))[0]).toMatchObject({ step: 0, finishedAt: null })
  expect(await runDurableObjectAlarm(stub)).toBe(true)
  expect((await readJobs(driver, id, 1))[0]?.finishedAt).not.toBeNull()
  expect(await alarm()).toBeNull()
}, 60_000)
