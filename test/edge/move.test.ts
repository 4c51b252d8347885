import { env } from 'cloudflare:workers'
import { d1Driver } from '../../src/storage/drivers/d1.ts'
import { objectDriver } from '../../src/storage/drivers/object-driver.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { moveSuite } from '../support/move-suite.ts'

const shared = d1Driver(env.DB)
const own = d1Driver(env.DB_OWN)
const object = objectDriver(env.ORGANIZATIONS, 'move', { mayCreate: true })

moveSuite({ name: 'D1 to a Durable Object', thorough: true, open: async () => ({ source: shared, target: object }) })
moveSuite({ name: 'a Durable Object to D1', open: async () => ({ source: object, target: shared }) })
moveSuite({
  name: 'D1 to another D1',
  open: async () => {
    await migrate(own)
    return { source: shared, target: own }
  },
})
