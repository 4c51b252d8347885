import { beforeAll, describe, expect, it } from 'vitest'
import { asOperator } from '../../src/admin/authority.ts'
import { verifyOrganization } from '../../src/admin/verify.ts'
import { indexByJob } from '../../src/cli/needs.ts'
import { assertRecords } from '../../src/engine/assert.ts'
import { mergeRecords } from '../../src/engine/merge/index.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { mergeReader } from '../../src/storage/merge-reader.ts'
import { recordStore } from '../../src/storage/record-store.ts'
import { movePhases, piecesOf } from '../../src/tenants/move/state.ts'
import { goBack, purgeSource, step } from '../../src/tenants/move/step.ts'
import {
  everythingOf,
  expectMoved,
  expectReturned,
  type Move,
  moveOf,
  nothing,
  person,
  standing,
  tracesIn,
} from './move-world.ts'
import { openWorld, recordOf, type StorageWorld, verdicts } from './storage-world.ts'

/** What a move keeps, between any two stores. */

export interface Pair {
  readonly name: string
  /** Goes back from every phase; else from the last one only, which has the most to take back. */
  readonly thorough?: true
  open(): Promise<{ readonly source: SqlDriver; readonly target: SqlDriver }>
}

/** Values that a text in a text could break. */
const TRICKY = ['"quoted" \\back\\', "it's", 'two\nlines\t', '日本 𝄞 é é', '\u2028', '1', '1.0', 'null', '{"a":[1]}']

const idempotency = { key: 'kept', fingerprint: 'f' }
const kept = [person('replayed@move.example'), person('tricky-0@move.example')]

/** A few records, and answers that are kept. */
const fillFew = async (world: StorageWorld) => {
  await world.member()
  await world.run(TRICKY.map((text, i) => person(`tricky-${i}@move.example`, { values: { first_name: text } })))
  await world.run(kept, { idempotency })
}

const idOf = async (world: StorageWorld, email: string) => recordOf((await world.run([person(email)])).outcomes[0]).id

/** Something in every table: each kind of key, archived, erased and merged records, a large one, a feed. */
const fill = async (world: StorageWorld, records: number) => {
  await fillFew(world)
  // A job that has ended, as the place that it was done at tells it.
  const job = { object: 'people', attribute: 'last_name' }
  await indexByJob(world.driver, world.organizationId, crypto.randomUUID(), job)
  const { operator } = world
  await world.addObject('things')
  await world.addAttributes(
    'things',
    { label: 'Code', type: 'text', unique: true },
    { label: 'Size', type: 'number' },
    { label: 'Colour', type: 'select', options: ['red', 'a "b"'] },
    { label: 'Text', type: 'text', searchable: true },
  )
  await world.addCombination('things', 'size_and_colour', ['size', 'colour'])
  const { id } = await operator.issueCredential({ kind: 'key', name: 'second', scopes: ['crm:read'] })
  await operator.revokeCredential(id)
  const things = Array.from({ length: records }, (_, i) => ({
    object: 'things',
    match: [{ name: 'code', value: `${i}` }],
    values: { code: `${i}`, size: i + 0.5, text: TRICKY[i % TRICKY.length] },
  }))
  for (let i = 0; i < things.length; i += 500) await world.run(things.slice(i, i + 500))
  await world.run([
    {
      object: 'things',
      match: [{ name: 'code', value: 'large' }],
      values: { code: 'large', text: '"\\'.repeat(150_000) },
    },
    { object: 'things', match: [{ name: 'code', value: '0' }], values: { code: '0', size: 7, colour: 'red' } },
    person('archived@move.example', { lifecycle: 'archive' }),
    person('tricky-1@move.example', { lifecycle: 'erase' }),
  ])
  await mergeRecords(
    { store: recordStore(world.driver), merging: mergeReader(world.driver) },
    await world.session(),
    {
      ...{ object: 'people', id: await idOf(world, 'tricky-2@move.example') },
      loser: () => ({ name: 'emails', value: 'tricky-3@move.example' }),
      rules: { default: 'keep', attributes: {} },
    },
    { contract: 'test' },
  )
  // Matched by for the first time: every record gets a key.
  await world.run([{ object: 'things', match: [{ name: 'size', value: 7 }], values: {} }])
}

const drift = async (driver: SqlDriver, organizationId: string) => {
  const findings = []
  for await (const finding of verifyOrganization(asOperator(driver, organizationId), { repair: false }))
    findings.push(finding)
  return findings
}

export const moveSuite = ({ name, thorough, open }: Pair) =>
  describe(`a move from ${name}`, () => {
    let source: SqlDriver
    let target: SqlDriver
    beforeAll(async () => {
      ;({ source, target } = await open())
    })

    const begin = async (records?: number): Promise<{ world: StorageWorld; move: Move }> => {
      const world = await openWorld(source, { history: 'values', defaultCountry: 'CH' })
      await (records === undefined ? fillFew(world) : fill(world, records))
      return { world, move: moveOf(source, target, world.organizationId) }
    }
    const at =
      (world: StorageWorld, driver: SqlDriver) =>
      async (commands: readonly ReturnType<typeof person>[], more = {}) => {
        const options = { contract: 'test', ...more }
        return assertRecords(recordStore(driver), await world.session(driver), () => commands, options)
      }

    it('takes everything along, column for column, and goes on there as if nothing had been', async () => {
      const { world, move } = await begin(1_200)
      const first = await world.run(kept, { idempotency })
      await source.batch([
        {
          sql: `INSERT INTO hooks (organization_id, id, name, definition, secrets, created_at, created_by, updated_at)
            VALUES (?1, 'hook', 'Form', '{}', '["sealed"]', 1, 'key:k', 2)`,
          params: [world.organizationId],
        },
        {
          sql: `INSERT INTO deliveries (organization_id, hook_id, id, received_at, status, milliseconds, payload, expires_at)
            VALUES (?1, 'hook', 'delivery', 1, 'done', 3, '{"body":1}', CAST(?2 AS INTEGER))`,
          params: [world.organizationId, Date.now() + 86_400_000],
        },
        {
          sql: `INSERT INTO subscriptions (organization_id, id, name, definition, secrets, created_at, created_by, updated_at, cursor, failure)
            VALUES (?1, 'subscription', 'Mirror', '{}', '[{"sealed":"s","until":null}]', 1, 'key:k', 2, 3, 'answered 500')`,
          params: [world.organizationId],
        },
        {
          sql: `INSERT INTO dead_letters (organization_id, subscription_id, sequence, object, record_id, at, failure)
            VALUES (?1, 'subscription', 2, 'people', 'r', 1, NULL)`,
          params: [world.organizationId],
        },
        { sql: 'UPDATE organizations SET subscribed = 1 WHERE id = ?1', params: [world.organizationId] },
        {
          sql: `INSERT INTO usage_hours (organization_id, hour, contract, requests, client_errors, server_errors, calls, latencies)
            VALUES (?1, 500000, 'v1', 3, 1, 0, 4, '[3]')`,
          params: [world.organizationId],
        },
        { sql: `INSERT INTO key_uses VALUES (?1, 'key', 1)`, params: [world.organizationId] },
      ])
      const before = await everythingOf(source, world.organizationId)
      // The session that the isolate has of the source: its revision must not pass at the target.
      await world.session()
      await move.finish()
      await expectMoved(move)
      expect(await everythingOf(target, world.organizationId)).toEqual(before)
      expect(before.record_keys?.length).toBeGreaterThan(2_000)
      expect(Object.entries(before).filter(([, rows]) => rows.length === 0)).toEqual([])

      expect(await drift(target, world.organizationId)).toEqual([])
      const run = at(world, target)
      const replayed = await run(kept, { idempotency })
      expect(replayed.replayed).toBe(true)
      expect(replayed.outcomes.map((o) => recordOf(o).id)).toEqual(first.outcomes.map((o) => recordOf(o).id))
      const { outcomes } = await run([
        person('tricky-0@move.example', { values: { last_name: 'Moved' } }),
        { object: 'things', match: [{ name: 'code', value: '7' }], values: { size: 1 } },
        person('new@move.example'),
      ])
      expect(verdicts(outcomes)).toEqual(['updated', 'updated', 'created'])
      const sequences = (await everythingOf(target, world.organizationId)).changes?.map((row) => row.sequence) ?? []
      expect(sequences).toEqual(sequences.map((_, i) => i + 1))
      expect(sequences.length).toBe((before.changes?.length ?? 0) + 3)
    })

    it('catches up with whatever happens meanwhile, also with what changes no version', async () => {
      const { world, move } = await begin(20)
      const { operator, organizationId } = world
      const plain = (sql: string) => source.batch([{ sql, params: [organizationId] }])
      let n = 0
      const happenings: (() => Promise<unknown>)[] = [
        () =>
          world.run([person('tricky-2@move.example', { values: { last_name: `${n}` } }), person(`${n}@move.example`)]),
        () =>
          world.run([
            person('tricky-3@move.example', { lifecycle: 'erase' }),
            person('tricky-4@move.example', { lifecycle: 'archive' }),
          ]),
        () =>
          world.run([
            { object: 'things', match: [{ name: 'code', value: '1' }], values: { code: `one-${n}` } },
            { object: 'things', match: [{ name: 'code', value: '2' }], values: { code: '1' } },
          ]),
        // Indexing that the first match makes, and administration that makes keys anew.
        () => world.run([{ object: 'things', match: [{ name: 'text', value: 'none' }], values: { text: 'indexed' } }]),
        () => operator.addAttribute('things', { label: `New ${n}`, type: 'text', unique: true }),
        () => operator.issueCredential({ kind: 'key', name: `key ${n}`, scopes: ['crm:read'] }),
        () => operator.changeOrganization({ name: `Renamed ${n}` }),
        // What `verify` mends: normal forms behind values, and key rows.
        () =>
          plain(
            `UPDATE records SET data = replace(data, 'large', 'lar_e') WHERE organization_id = ?1 AND data LIKE '%"large"%'`,
          ),
        () => plain(`DELETE FROM record_keys WHERE organization_id = ?1 AND name = 'code' AND value = '5'`),
        () =>
          plain(`UPDATE record_keys SET value = 'moved' WHERE organization_id = ?1 AND name = 'code' AND value = '6'`),
        () => world.run([person('kept-2@move.example')], { idempotency: { key: 'kept-2', fingerprint: 'f' } }),
      ]
      const open = new Set(['claim', 'clear', 'watch', 'copy', 'catch-up', 'compare'])
      await move.finish(async ({ phase }) => {
        if (!open.has(phase)) return
        await happenings[n % happenings.length]?.()
        n++
      })
      expect(n).toBeGreaterThan(2 * happenings.length)
      await expectMoved(move)
      expect(move.state().caughtUp).toBeGreaterThan(happenings.length)
    })

    it('has nobody write at either place while it is frozen, and at the source never again', async () => {
      const { world, move } = await begin()
      const refused = async (driver: SqlDriver) =>
        expect(at(world, driver)([person('late@move.example')])).rejects.toThrow('organization_moving')
      await world.session()
      await move.until(new Set(['settle']))
      const before = await everythingOf(source, world.organizationId)
      await refused(source)
      await refused(target)
      await move.until(new Set(['keep']))
      await refused(source)
      expect(await everythingOf(source, world.organizationId)).toEqual(before)
      expect(verdicts((await at(world, target)([person('late@move.example')])).outcomes)).toEqual(['created'])
    })

    const returning = movePhases.slice(0, movePhases.indexOf('switch'))
    it.each(thorough ? returning : returning.slice(-1))('goes back from %s', async (phase) => {
      const { world, move } = await begin()
      const before = await everythingOf(source, world.organizationId)
      const session = await world.session()
      await move.until(new Set([phase]))
      await goBack(move.context)
      // Served again at once, not only when the target is empty.
      expect(verdicts((await world.run([person('back@move.example')])).outcomes)).toEqual(['created'])
      await move.finish()
      await expectReturned(move)
      expect((await everythingOf(source, world.organizationId)).members).toEqual(before.members)
      // A session from before is read again and holds.
      expect(verdicts((await world.run([person('back@move.example')], {}, session)).outcomes)).toEqual(['unchanged'])
      // And the same move begins anew.
      const again = moveOf(source, target, world.organizationId)
      await again.finish()
      await expectMoved(again)
    })

    it('goes back from a target that was ready to be served, which nobody has been told', async () => {
      const { world, move } = await begin()
      await move.until(new Set(['activate']))
      const save = () => Promise.reject(new Error('died'))
      await expect(step(move.over({ store: { ...move.context.store, save } }))).rejects.toThrow('died')
      expect(await standing(target, world.organizationId)).toMatchObject({ status: 'active' })
      await goBack(move.context)
      await move.finish()
      await expectReturned(move)
    })

    it('comes to an end though a record is added ahead of every step', async () => {
      const { world, move } = await begin()
      let added = 0
      const open = new Set(['claim', 'clear', 'watch', 'copy', 'catch-up', 'compare'])
      await move.finish(async ({ phase }) => {
        if (open.has(phase)) await world.run([person(`added-${added++}@move.example`)])
      })
      expect(added).toBeGreaterThan(20)
      await expectMoved(move)
    })

    /** Members in the order of their ids, by SQL: the cheapest rows that there are. */
    const addMembers = (driver: SqlDriver, organizationId: string, from: number, count: number) =>
      driver.batch([
        {
          sql: `
INSERT INTO members (organization_id, id, name, email, created_at)
SELECT ?1, printf('m%05d', value), 'M', value || '@move.example', 1 FROM json_each(?2)`,
          params: [organizationId, JSON.stringify(Array.from({ length: count }, (_, i) => from + i))],
        },
      ])
    const removeMembers = (driver: SqlDriver, organizationId: string, from: number, count: number) =>
      driver.batch([
        {
          sql: `DELETE FROM members WHERE organization_id = ?1 AND id >= printf('m%05d', ?2) AND id < printf('m%05d', ?3)`,
          params: [organizationId, from, from + count],
        },
      ])

    it.runIf(thorough)(
      'tells what has gone or come from what was missed, wherever a page of either side ends',
      async () => {
        const { world, move } = await begin()
        const { organizationId } = world
        await addMembers(source, organizationId, 10_000, 4_200)
        await move.until(new Set(['compare']))
        await removeMembers(source, organizationId, 10_100, 3)
        await removeMembers(source, organizationId, 12_000, 2_050)
        await addMembers(source, organizationId, 9_000, 30)
        // Of this alone nothing tells.
        await removeMembers(target, organizationId, 11_998, 2)
        await addMembers(target, organizationId, 30_000, 1)
        await move.finish()
        expect(move.state()).toMatchObject({ phase: 'keep', missed: 3, differences: 0 })
        expect(await everythingOf(target, organizationId)).toEqual(await everythingOf(source, organizationId))
      },
    )

    it.runIf(thorough)('compares no longer than it has copied twice, and leaves the rest to the freeze', async () => {
      const { world, move } = await begin()
      let added = 0
      // As much as a page has at most.
      const addLarge = () =>
        source.batch([
          {
            sql: `
INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, created_by, updated_by, last_write)
SELECT ?1, 'things', printf('%05d', value), json_object('text', json_array(?3)), 1, 1, 1, 'key:k', 'key:k', '[]'
FROM json_each(?2)`,
            params: [world.organizationId, JSON.stringify([added++]), 'x'.repeat(510_000)],
          },
        ])
      let pieces = 0
      await move.finish(async (state) => {
        if (state.phase !== 'compare') return
        pieces ||= piecesOf(state)
        await addLarge()
      })
      expect(pieces).toBeGreaterThan(0)
      expect(added).toBeGreaterThanOrEqual(2 * pieces)
      await expectMoved(move)
    })

    it('does not go back once the place is switched, and removes the source when it is told to', async () => {
      const { world, move } = await begin()
      await expect(purgeSource(move.context)).rejects.toThrow('not come so far')
      for (const phase of ['switch', 'retire', 'keep'] as const) {
        await move.until(new Set([phase]))
        await expect(goBack(move.context)).rejects.toThrow('already')
      }
      const after = await everythingOf(target, world.organizationId)
      await purgeSource(move.context)
      await move.until(new Set(['done']))
      expect(await everythingOf(source, world.organizationId)).toEqual(nothing)
      expect(await everythingOf(target, world.organizationId)).toEqual(after)
    })

    it('moves back again, over what was kept', async () => {
      const { world, move } = await begin()
      await move.finish()
      await at(world, target)([person('there@move.example'), person('tricky-2@move.example', { lifecycle: 'erase' })])
      const back = moveOf(target, source, world.organizationId)
      await back.finish()
      await expectMoved(back)
      // The first move is over: what it would remove is the tenant.
      await purgeSource(move.context)
      await move.until(new Set(['done']))
      expect((await everythingOf(source, world.organizationId)).records?.length).toBeGreaterThan(3)
      expect(verdicts((await world.run([person('there@move.example')])).outcomes)).toEqual(['unchanged'])
    })

    it('takes a suspended tenant along as suspended', async () => {
      const { world, move } = await begin()
      const suspend = `UPDATE organizations SET status = 'suspended', revision = revision + 1 WHERE id = ?1`
      await source.batch([{ sql: suspend, params: [world.organizationId] }])
      await move.finish()
      expect(await standing(target, world.organizationId)).toMatchObject({ status: 'suspended' })
    })

    it('leaves alone whoever lives at the target already', async () => {
      const { world, move } = await begin()
      await target.batch([
        {
          sql: `INSERT INTO organizations (id, name, created_at) VALUES (?1, 'Other', 1)`,
          params: [world.organizationId],
        },
        {
          sql: `INSERT INTO members (organization_id, id, name, email, created_at) VALUES (?1, 'm', 'M', 'm@x', 1)`,
          params: [world.organizationId],
        },
      ])
      const before = await everythingOf(target, world.organizationId)
      expect(await move.finish()).toMatchObject({ phase: 'returned', failure: expect.stringContaining('active') })
      expect(await everythingOf(target, world.organizationId)).toEqual(before)
      expect(await standing(source, world.organizationId)).toMatchObject({ status: 'active' })
    })

    it('does not switch to what differs: it looks at every row again, and gives up when that does not help', async () => {
      const { world, move } = await begin()
      const spoil = (where: string) =>
        target.batch([
          {
            sql: `UPDATE records SET version = version + 1 WHERE organization_id = ?1 ${where}`,
            params: [world.organizationId],
          },
        ])
      await move.until(new Set(['settle']))
      await spoil(`AND object = 'people'`)
      await move.finish()
      expect(move.state()).toMatchObject({ phase: 'keep', differences: 1 })
      expect(move.state().missed).toBeGreaterThan(0)
      expect(await everythingOf(target, world.organizationId)).toEqual(await everythingOf(source, world.organizationId))

      const hopeless = await begin()
      await hopeless.move.finish(async ({ phase }) => {
        if (phase === 'verify')
          await target.batch([
            {
              sql: 'UPDATE records SET version = version + 1 WHERE organization_id = ?1',
              params: [hopeless.world.organizationId],
            },
          ])
      })
      expect(hopeless.move.state().failure).toContain('records')
      expect(await everythingOf(target, hopeless.world.organizationId)).toEqual(nothing)
      expect(await standing(source, hopeless.world.organizationId)).toMatchObject({ status: 'active' })
    })

    it('notices who administers the frozen tenant, and copies that too', async () => {
      const { world, move } = await begin()
      let administered = false
      await move.finish(async ({ phase }) => {
        if (phase !== 'activate' || administered) return
        administered = true
        await world.operator.addMember({ name: 'Late', email: 'late@move.example' })
      })
      expect(move.state()).toMatchObject({ phase: 'keep', missed: 0 })
      expect(await everythingOf(target, world.organizationId)).toEqual(await everythingOf(source, world.organizationId))
    })

    it('turns away what a dead step had sent: it lands later than what came after it', async () => {
      const { move } = await begin()
      const late: (() => Promise<unknown>)[] = []
      await move.until(new Set(['copy']))
      // Every write to the target is kept back, and its step dies of it.
      const withheld: SqlDriver = {
        batch(statements, options) {
          if (options?.readOnly || statements.length === 1) return target.batch(statements, options)
          late.push(() => target.batch(statements, options))
          return Promise.reject(new Error('died'))
        },
      }
      const dying = move.over({ target: withheld, budget: 10_000 })
      await expect(step(dying)).rejects.toThrow('died')
      await move.until(new Set(['compare']))
      expect(late.length).toBe(1)
      for (const land of late) await expect(land()).rejects.toThrow('edge-upsert:stale')
      await move.finish()
      await expectMoved(move)
      expect(await tracesIn(target, move.state())).toEqual([])
    })
  })
