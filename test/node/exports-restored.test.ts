import { afterAll, beforeAll, expect, it } from 'vitest'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import type { ExportCursor, ExportLine } from '../../src/admin/export.ts'
import { exportTenant, restoreTenant } from '../../src/tenants/data.ts'
import type { Deployment } from '../../src/tenants/deployment.ts'
import { changeTenant, createTenant, issueAdminKey } from '../../src/tenants/lifecycle.ts'
import { moveTenant } from '../../src/tenants/moving.ts'
import { placeTenant } from '../../src/tenants/placing.ts'
import { rewindTenant } from '../../src/tenants/rewind.ts'
import { deleteTenant, resumeTenant, suspendTenant } from '../../src/tenants/status.ts'
import { isOver } from '../../src/tenants/tenant-move.ts'
import { further, here, type PlacingWorld, placingWorld, shared, there } from '../support/placing-world.ts'

/** What can be exported can be restored, whatever was done to the tenant before. */

let world: PlacingWorld
let elsewhere: PlacingWorld
beforeAll(async () => {
  world = await placingWorld()
  elsewhere = await placingWorld()
}, 60_000)
afterAll(() => Promise.all([world.close(), elsewhere.close()]))

const pagesOf = async (deployment: Deployment, id: string): Promise<(readonly ExportLine[])[]> => {
  const pages: (readonly ExportLine[])[] = []
  let cursor: ExportCursor | undefined
  do {
    const { lines, next } = await exportTenant(deployment, id, cursor)
    pages.push(lines)
    cursor = next
  } while (cursor)
  return pages
}

const moved = async (id: string) => {
  while (!isOver(await moveTenant(world.deployment, id, shared)));
}

const operations: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
  'a change': (id) => changeTenant(world.deployment, id, { name: 'Changed', historyDays: 30 }),
  'a key': (id) => issueAdminKey(world.deployment, id, 'another'),
  'a move': moved,
  'said to be in a copy': async (id) => {
    await world.copy(id, shared, there)
    return placeTenant(world.deployment, id, there)
  },
  'a rewind': async (id) => {
    await world.keep(id, there)
    return rewindTenant(world.deployment, id, Date.now() - 1)
  },
  'said to be in a copy once more': async (id) => {
    await world.copy(id, there, further)
    return placeTenant(world.deployment, id, further, { erasesOld: true })
  },
  'suspended and resumed': async (id) => {
    await suspendTenant(world.deployment, id)
    return resumeTenant(world.deployment, id)
  },
  'deleted and resumed': async (id) => {
    await deleteTenant(world.deployment, id, Date.now() + 1e9)
    return resumeTenant(world.deployment, id)
  },
}

it('after every operation, one after another', async () => {
  const { id } = await createTenant(world.deployment, { name: 'Acme', place: here, history: 'values' })
  const operator = administration(asOperator(world.fileOf(here), id))
  await operator.addMember({ name: 'Ada', email: 'ada@exports.example' })
  await operator.createObject({ slug: 'ships', singularName: 'Ship', pluralName: 'Ships' })
  for (const [name, operation] of Object.entries(operations)) {
    await operation(id)
    const pages = await pagesOf(world.deployment, id)
    for (const isDry of [true, false])
      for (const lines of pages)
        await expect(
          restoreTenant(elsewhere.deployment, id, {
            lines,
            isDry,
            ...(lines[0]?.table === 'organizations' && { place: here }),
          }),
          `${name}: ${lines[0]?.table}`,
        ).resolves.toBeUndefined()
    const told = (await pagesOf(elsewhere.deployment, id)).flat()
    const rows = (lines: readonly ExportLine[], table: string) => lines.filter((line) => line.table === table)
    for (const table of ['members', 'objects', 'changes'])
      expect(rows(told, table), `${name}: ${table}`).toEqual(rows(pages.flat(), table))
    await deleteTenant(elsewhere.deployment, id, Date.now())
    const line = await elsewhere.lineOf(id)
    await elsewhere.deployment.objects?.erase(id, here, ['deleted'])
    await elsewhere.deployment.directory.remove(line)
  }
})

it('a page is bounded by its bytes, whichever table it is of', async () => {
  const { id } = await createTenant(world.deployment, { name: 'Large', place: further, history: 'values' })
  const large = '\'{"note":[null,["\' || hex(zeroblob(125000)) || \'"]]}\''
  await world.fileOf(further).batch([
    {
      sql: `INSERT INTO changes (organization_id, sequence, at, actor, contract, action, object, record_id, version, changed, delta)
SELECT ?1, 1000 + value, 1, 'operator', 'v1', 'updated', 'people', 'r', value, '["note"]', ${large}
FROM json_each(json_array(${Array.from({ length: 60 }, (_, n) => n + 1).join()}))`,
      params: [id],
    },
  ])
  const pages = await pagesOf(world.deployment, id)
  const sizes = pages.map((lines) => JSON.stringify(lines).length)
  expect(Math.max(...sizes)).toBeLessThan(4_500_000)
  expect(pages.flat().filter(({ table, row }) => table === 'changes' && row.record_id === 'r')).toHaveLength(60)
})
