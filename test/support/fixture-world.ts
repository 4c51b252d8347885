import type { SqlDriver } from '../../src/storage/driver.ts'
import { libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { openWorld } from './storage-world.ts'

/** A fresh database with one organisation of every kind of schema row: where a fixture of a release begins. */
export const openFixtureWorld = async (through: (driver: SqlDriver) => SqlDriver) => {
  const file = await libsqlFile('file::memory:')
  const migrations = await migrate(file)
  const driver = through(file)
  const world = await openWorld(driver, { history: 'values' })
  const { id: memberId } = await world.member()
  await world.addObject('deals')
  await world.addAttributes(
    'deals',
    { label: 'Code', type: 'text', unique: true },
    { label: 'Room', type: 'text' },
    { label: 'Seat', type: 'number' },
    { label: 'Price', type: 'currency' },
    { label: 'Owner', type: 'user' },
    { label: 'Person', type: 'relation', related: 'people' },
    { label: 'Labels', type: 'text', multiple: true },
  )
  await world.addCombination('deals', 'place', ['room', 'seat'])
  return { ...world, driver, memberId, migrations, close: () => file.close() }
}
