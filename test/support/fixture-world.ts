import { addAttribute, type NewAttribute, newAttribute } from '../../src/admin/attributes.ts'
import { addMember } from '../../src/admin/members.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { libsqlFile } from '../../src/storage/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { openWorld } from './storage-world.ts'

/** A fresh database with one organisation of every kind of schema row: where a fixture of a release begins. */
export const openFixtureWorld = async (through: (driver: SqlDriver) => SqlDriver) => {
  const file = await libsqlFile('file::memory:')
  const migrations = await migrate(file)
  const driver = through(file)
  const world = await openWorld(driver, { changeFeed: true })
  const memberId = await addMember(driver, world.organizationId, { name: 'Ada', email: 'ada@release.example' })
  await world.addObject('deals')
  const add = (attribute: NewAttribute) =>
    addAttribute(
      driver,
      world.organizationId,
      'deals',
      newAttribute(attribute, () => false),
    )
  await add({ label: 'Code', type: 'text', unique: true })
  await add({ label: 'Room', type: 'text' })
  await add({ label: 'Seat', type: 'number' })
  await add({ label: 'Price', type: 'currency' })
  await add({ label: 'Owner', type: 'user' })
  await add({ label: 'Person', type: 'relation', related: 'people' })
  await add({ label: 'Labels', type: 'text', multiple: true })
  await world.addCombination('deals', 'place', ['room', 'seat'])
  return { ...world, driver, memberId, migrations, close: () => file.close() }
}
