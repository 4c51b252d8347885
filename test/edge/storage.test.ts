import { env } from 'cloudflare:workers'
import { inject } from 'vitest'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { libsqlHttp } from '../../src/storage/drivers/libsql-http.ts'
import { objectDriver } from '../../src/storage/drivers/object-driver.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { storageSuite } from '../support/storage-suite.ts'

storageSuite({ name: 'D1', countsRows: true, open: () => d1Driver(env.DB) })

storageSuite({
  name: 'a Durable Object',
  countsRows: true,
  open: async () => objectDriver(env.ORGANIZATIONS, 'suite', { mayCreate: true }),
})

storageSuite({
  name: 'libSQL over HTTP',
  countsRows: false,
  open: async () => {
    const authToken = inject('libsqlToken')
    // workerd keeps 10,000 timers of a request, and this is one: none is to run for minutes.
    const driver = libsqlHttp({
      url: inject('libsqlUrls').storage,
      timeoutMs: 10_000,
      ...(authToken && { authToken }),
    })
    await migrate(driver)
    return driver
  },
})
