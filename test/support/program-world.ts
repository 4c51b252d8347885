import { v7 } from 'uuid'
import type { PlannedItem } from '../../src/engine/plan/index.ts'
import type { AssertBatch, ItemAnswer } from '../../src/engine/store.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { recordStore } from '../../src/storage/record-store.ts'

/**
 * The assert program at its port: items as they are planned, at a time and for an actor of the test's choice. No schema
 * stands behind it but these indexes. Items about `plain` may take the program's short way, those about `full` never do.
 */

const indexes = {
  attributes: JSON.stringify({ plain: { code: 1, mail: 1, city: 0 }, full: { code: 1, mail: 1, city: 0 } }),
  combinations: JSON.stringify({ full: [['place', 1, ['room', 'seat']]] }),
}

export type NewItem = Omit<Partial<PlannedItem>, 'name' | 'value'> & { readonly key?: readonly [string, string] }

export type Attributes = PlannedItem['attributes']

export const item = ({ key, ...given }: NewItem = {}): PlannedItem => ({
  writeId: v7(),
  object: 'full',
  attributes: {},
  ...(key && { name: key[0], value: key[1] }),
  ...given,
})

/** @param organizationId may be one whose twin lies in the same database */
export const programWorld = async (driver: SqlDriver, organizationId: string = v7(), revision = 1) => {
  const store = recordStore(driver)
  await driver.batch([
    {
      sql: 'INSERT INTO organizations (id, name, revision, created_at) VALUES (?1, ?2, CAST(?3 AS INTEGER), 1)',
      params: [organizationId, 'Program', revision],
    },
  ])
  const assert = (items: readonly PlannedItem[], over: Partial<AssertBatch> = {}) =>
    store.assert({
      organizationId,
      revision,
      now: 1_000,
      actor: 'key:a',
      contract: 'c',
      indexes,
      history: 'values',
      track: true,
      dryRun: false,
      allOrNothing: false,
      dataBytes: 1_000_000,
      items: items.map((one, position) => ({ position, item: one })),
      ...over,
    })

  return {
    organizationId,
    driver,
    assert,
    /** One item, and what became of it. */
    async one(given: NewItem, over: Partial<AssertBatch> = {}): Promise<ItemAnswer> {
      const [answer] = (await assert([item(given)], over)).items
      if (!answer) throw new Error('The item was not answered')
      return answer
    },
    /** The rows of a table, without the organisation's id. */
    async rows(table: string, order = '1, 2, 3, 4, 5'): Promise<readonly Record<string, unknown>[]> {
      const { results } = await driver.batch([
        { sql: `SELECT * FROM ${table} WHERE organization_id = ?1 ORDER BY ${order}`, params: [organizationId] },
      ])
      return (results[0]?.rows ?? []).map(({ organization_id: _, ...row }) => row)
    },
  }
}

export type ProgramWorld = Awaited<ReturnType<typeof programWorld>>
