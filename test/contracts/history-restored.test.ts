import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Waiter } from '../../src/engine/follow.ts'
import type { SqlValue } from '../../src/storage/driver.ts'
import { sweep } from '../../src/storage/sweep.ts'
import { createWorld, isolate, type World } from '../support/world.ts'

/**
 * Data that were taken back to an earlier time, as an operator does it with the platform's own means: no code of ours sees it.
 * Whoever follows the history from a place that is no longer in it must be told.
 */

let world: World
beforeEach(async () => {
  world = await createWorld()
})

const TABLES = {
  organizations: 'id',
  records: 'organization_id',
  record_keys: 'organization_id',
  changes: 'organization_id',
}

type Backup = readonly (readonly [table: string, rows: readonly Readonly<Record<string, SqlValue>>[]])[]

const backup = async (): Promise<Backup> => {
  const tables = Object.entries(TABLES)
  const { results } = await world.driver.batch(
    tables.map(([table, owner]) => ({
      sql: `SELECT * FROM ${table} WHERE ${owner} = ?1`,
      params: [world.organizationId],
    })),
  )
  return tables.map(([table], i) => [table, (results[i]?.rows ?? []) as Readonly<Record<string, SqlValue>>[]])
}

const restore = async (tables: Backup): Promise<void> => {
  await world.driver.batch([
    ...Object.entries(TABLES).map(([table, owner]) => ({
      sql: `DELETE FROM ${table} WHERE ${owner} = ?1`,
      params: [world.organizationId],
    })),
    ...tables.flatMap(([table, rows]) =>
      rows.map((row) => {
        const columns = Object.keys(row)
        // Integers bind as REAL, which would be other values in columns without a type.
        const values = columns.map((column, i) =>
          Number.isInteger(row[column]) ? `CAST(?${i + 1} AS INTEGER)` : `?${i + 1}`,
        )
        return {
          sql: `INSERT INTO ${table} (${columns.map((column) => `"${column}"`).join(', ')}) VALUES (${values.join(', ')})`,
          params: Object.values(row),
        }
      }),
    ),
  ])
}

const get = (query: string) => world.send('GET', `/v1/changes?${query}`)
const now = async () => (await get('since=now')).body.nextCursor as string
const put = async (count = 1) => {
  for (let i = 0; i < count; i++) {
    const body = { match: { emails: `${crypto.randomUUID()}@restored.example` }, values: {} }
    expect((await world.send('PUT', '/v1/objects/people/records', { body })).status).toBe(201)
  }
}
const refused = async (query: string) => {
  const { status, body } = await get(query)
  expect([status, body.code, body.errors?.[0]?.field], query).toEqual([410, 'history_gap', 'cursor'])
  return body.detail as string
}

describe('a cursor of a history that was taken back since', () => {
  it('is refused as long as it lies beyond the newest change, and once the history has grown past it', async () => {
    await put(2)
    const kept = await now()
    const before = await backup()
    await put(2)
    const lost = await now()
    await restore(before)
    expect(await refused(`cursor=${lost}`)).toContain('taken back to an earlier time')
    await refused(`cursor=${lost}&wait=1`)
    await refused(`cursor=${lost}&object=people&limit=1`)
    await put(1)
    await refused(`cursor=${lost}`)
    for (const more of [1, 3]) {
      await put(more)
      await refused(`cursor=${lost}`)
    }
    // What both histories share is gone on with: a copy that stood there lacks nothing.
    expect((await get(`cursor=${kept}`)).body.changes).toHaveLength(5)
    const { status } = await world.send('GET', '/v1/changes', {
      headers: { accept: 'text/event-stream', 'last-event-id': lost },
    })
    expect(status).toBe(410)
  })

  it('that began as an export, an event or a page of other objects is refused as well', async () => {
    const before = await backup()
    await put(3)
    const exported = await world.send('GET', '/v1/objects/people/records/export')
    const { nextCursor: walked } = (await get('object=companies')).body
    const stream = await world.app.fetch(
      new Request('http://edge.test/v1/changes', {
        headers: { authorization: `Bearer ${world.token}`, accept: 'text/event-stream' },
      }),
    )
    const reader = (stream.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while ((text.match(/^id: /gm) ?? []).length < 3) {
      const { done, value } = await reader.read()
      expect(done).toBe(false)
      text += value
    }
    await reader.cancel()
    const ids = [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)
    await restore(before)
    await put(4)
    for (const cursor of [exported.headers.get('changes-cursor'), walked, ...ids]) await refused(`cursor=${cursor}`)
  })

  it('is told to who waits already', async () => {
    const before = await backup()
    await put(2)
    let time = 0
    const waiting = {
      now: () => time,
      async pause({ milliseconds }: Waiter) {
        await restore(before)
        await put(2)
        time += milliseconds
        return undefined
      },
    }
    const { send } = isolate(world.driver, { waiting })
    const { status, body } = await send('GET', `/v1/changes?cursor=${await now()}&wait=30`, { token: world.token })
    expect([status, body.code]).toEqual([410, 'history_gap'])
  })

  it('of a release before, which knew no times, is taken as far as the history goes', async () => {
    await put(2)
    const untimed = (sequence: number) => btoa(JSON.stringify([String(sequence), ''])).replaceAll('=', '')
    expect((await get(`cursor=${untimed(1)}`)).body.changes).toHaveLength(1)
    expect((await get(`cursor=${untimed(0)}`)).body.changes).toHaveLength(2)
    await refused(`cursor=${untimed(3)}`)
  })
})

describe('a place whose change is kept no longer', () => {
  it('is known again by the time of its change, if it is the last that was deleted', async () => {
    const DAY = 86_400_000
    const start = Date.now()
    try {
      vi.useFakeTimers({ toFake: ['Date'], now: start - 3 * DAY })
      await put(2)
      const own = await now()
      await world.operator.changeOrganization({ historyDays: 2 })
      vi.setSystemTime(start)
      await put(1)
      const [sequence = '', at = ''] = JSON.parse(atob(own)) as string[]
      const other = btoa(JSON.stringify([sequence, String(Number(at) + 1)])).replaceAll('=', '')
      await refused(`cursor=${other}`)
      // Up to the event of its days, which is as old: deleted too but for the place that is asked for.
      await world.driver.batch([
        {
          sql: 'UPDATE changes SET at = CAST(?2 AS INTEGER) WHERE organization_id = ?1 AND sequence > CAST(?3 AS INTEGER)',
          params: [world.organizationId, start, Number(sequence)],
        },
      ])
      expect(await sweep(world.driver, start)).toBe(true)
      expect((await world.rows('changes')).map((row) => row.sequence)).toEqual([3, 4])
      expect((await get(`cursor=${own}`)).body.changes).toHaveLength(2)
      await refused(`cursor=${other}`)
      expect((await get(`cursor=${await now()}`)).status).toBe(200)
    } finally {
      vi.useRealTimers()
    }
  })
})
