import { beforeAll, describe, expect, it } from 'vitest'
import { type AssertCommand, Created, Reference, type WriteMode } from '../../src/engine/command.ts'
import type { Outcome } from '../../src/engine/outcome.ts'
import { readScopeOf } from '../../src/engine/read.ts'
import { RECORD_BYTES } from '../../src/engine/record.ts'
import { StaleError, scopeOf } from '../../src/engine/session.ts'
import { LONG_TEXT_LIMIT } from '../../src/schema/types/long-text.ts'
import { raiseRevision } from '../../src/storage/administration-sql.ts'
import { AbortError, type SqlDriver, type Statement, UnavailableError } from '../../src/storage/driver.ts'
import { guarded, guardedReads } from '../../src/storage/guarded.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { proveProgram } from '../../src/storage/program/canary.ts'
import { recordReader } from '../../src/storage/record-reader.ts'
import { historyProgramSuite, historyUpkeepSuite } from './history-program-suite.ts'
import { replayGivesRecords, undoingGivesBack } from './history-property.ts'
import { jobSuite } from './job-suite.ts'
import { mergeSuite } from './merge-suite.ts'
import { agreesWithModel, modelAttributes } from './model-property.ts'
import { phoneSuite } from './phone-suite.ts'
import { programSuite } from './program-suite.ts'
import { querySuite } from './query-suite.ts'
import { readCostSuite } from './read-cost-suite.ts'
import { searchSuite } from './search-suite.ts'
import { openWorld, recordOf, type StorageWorld, verdicts } from './storage-world.ts'
import { subscriptionSuite } from './subscription-suite.ts'
import { twinsSuite } from './twins-suite.ts'
import { typeSuite } from './type-suite.ts'
import { undoSuite } from './undo-suite.ts'
import { usageSuite } from './usage-suite.ts'

export interface StorageSuite {
  readonly name: string
  /** A driver over a migrated database. */
  readonly open: () => SqlDriver | Promise<SqlDriver>
  /** Whether the driver tells what it has read and written. */
  readonly countsRows: boolean
}

const person = (email: string, values: AssertCommand['values'] = {}, more: Partial<AssertCommand> = {}) =>
  ({
    object: 'people',
    match: [{ name: 'emails', value: email }],
    values: { emails: [email], ...values },
    ...more,
  }) satisfies AssertCommand

const thing = (code: string, values: AssertCommand['values'] = {}, more: Partial<AssertCommand> = {}) =>
  ({ object: 'things', match: [{ name: 'code', value: code }], values, ...more }) satisfies AssertCommand

const many = <T>(count: number, one: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => one(i))
const count = (outcomes: readonly Outcome[], status: Outcome['status']) =>
  outcomes.filter((o) => o.status === status).length

/** What two runs of one request may differ in: ids and times. */
const withoutIds = (outcomes: readonly Outcome[]) =>
  outcomes.map((o) =>
    'record' in o ? [o.status, o.matched, o.changed, o.record.version, o.record.data] : [o.status, verdicts([o])],
  )

/** What every store must do: the same cases for each, none left out. */
export const storageSuite = ({ name, open, countsRows }: StorageSuite): void => {
  describe(`storage on ${name}`, () => {
    let driver: SqlDriver
    let world: StorageWorld
    beforeAll(async () => {
      driver = await open()
      world = await openWorld(driver)
      await world.addObject('things')
      await world.addAttributes('things', ...modelAttributes)
    })
    const one = async (command: AssertCommand) => (await world.run([command])).outcomes[0]

    it('is migrated once: a second time applies nothing', async () => {
      expect(await migrate(driver)).toEqual([])
    })

    it('runs the program as it must, and leaves nothing of the proof behind', async () => {
      const before = await world.tables()
      await proveProgram(driver)
      expect(await world.tables()).toBe(before)
    })

    it('answers rows by name, with whole numbers, in the order of the statements', async () => {
      const { results } = await driver.batch([
        { sql: "SELECT CAST(?1 AS INTEGER) AS n, ?2 AS t, NULL AS empty, 'ä🙂' AS u", params: [7, 'x'] },
        { sql: 'SELECT 9007199254740991 AS n', params: [] },
      ])
      expect(results.map((r) => ({ ...r.rows[0] }))).toEqual([
        { n: 7, t: 'x', empty: null, u: 'ä🙂' },
        { n: Number.MAX_SAFE_INTEGER },
      ])
    })

    it('tells a refusal from a failure, and rolls the whole batch back', async () => {
      const before = await world.tables()
      const insert = { sql: "INSERT INTO refusals (write_id, reason) VALUES ('twice', '')", params: [] }
      await expect(driver.batch([insert, insert])).rejects.toBeInstanceOf(AbortError)
      expect(await world.tables()).toBe(before)
    })

    it('takes neither a missing table nor a broken statement for something that repeating would mend', async () => {
      for (const sql of ['SELECT * FROM no_such_table', 'SELECT no constraint FROM']) {
        const error = await driver.batch([{ sql, params: [] }]).catch((thrown: unknown) => thrown)
        expect([sql, error]).toEqual([sql, expect.any(Error)])
        expect([sql, error]).not.toEqual([sql, expect.any(AbortError)])
        expect([sql, error]).not.toEqual([sql, expect.any(UnavailableError)])
      }
    })

    it('creates, updates, and leaves alone what is the same', async () => {
      const command = person('life@suite.example', { first_name: 'Ada' })
      const created = await one(command)
      expect(created).toMatchObject({ status: 'created', matched: null, record: { version: 1 } })
      const before = await world.tables()
      const unchanged = await world.run([command])
      expect(unchanged.outcomes[0]).toMatchObject({ status: 'unchanged', record: recordOf(created) })
      expect(await world.tables()).toBe(before)
      const updated = await world.run([person('life@suite.example', { first_name: 'Grace' })])
      expect(updated.outcomes[0]).toMatchObject({ status: 'updated', matched: 0, record: { version: 2 } })
      expect(recordOf(updated.outcomes[0]).id).toBe(recordOf(created).id)
      if (countsRows) {
        expect(unchanged.cost.rowsWritten).toBe(0)
        // The record, and its line of the history.
        expect(updated.cost.rowsWritten).toBe(2)
      } else expect(unchanged.cost).toMatchObject({ rowsRead: undefined, rowsWritten: undefined })
    })

    it('makes one record of 48 first asserts at once', async () => {
      const answers = await Promise.all(
        many(48, (i) => world.run([person('race@suite.example', { first_name: `N${i % 4}` })])),
      )
      const outcomes = answers.flatMap((a) => a.outcomes)
      expect(count(outcomes, 'created')).toBe(1)
      expect(count(outcomes, 'updated') + count(outcomes, 'unchanged')).toBe(47)
      expect(new Set(outcomes.map((o) => recordOf(o).id)).size).toBe(1)
      const keys = (await world.rows('record_keys')).filter((k) => k.value === 'race@suite.example')
      expect(keys).toHaveLength(1)
    })

    it('writes nothing on an outdated revision, and reads the session again', async () => {
      const session = await world.session()
      await driver.batch([raiseRevision(world.organizationId)])
      const before = await world.tables()
      await expect(guarded(driver, scopeOf(session)).batch([])).rejects.toBeInstanceOf(StaleError)
      await expect(guardedReads(driver, scopeOf(session)).batch([])).rejects.toBeInstanceOf(StaleError)
      const stuck = { ...session, refresh: async () => stuck }
      await expect(world.run([person('stale@suite.example')], {}, stuck)).rejects.toThrow('unavailable')
      expect(await world.tables()).toBe(before)
      const { outcomes, cost } = await world.run([person('stale@suite.example')], {}, session)
      expect(verdicts(outcomes)).toEqual(['created'])
      expect(cost.calls).toBe(2)
    })

    it('reads a record with what it refers to, in one call, and within its organisation only', async () => {
      const include = { attribute: 'company', object: 'companies' }
      const company = recordOf(await one({ object: 'companies', match: [], values: { name: 'Read with' } }))
      const employed = recordOf(await one(person('read-with@suite.example', { company: company.id })))
      const free = recordOf(await one(person('read-without@suite.example')))
      const scope = readScopeOf(await world.session())
      const reader = recordReader(driver)
      expect(await reader.byIdWith(scope, 'people', employed.id, include)).toEqual({
        record: employed,
        related: company,
      })
      expect(await reader.byIdWith(scope, 'people', free.id, include)).toEqual({ record: free, related: null })
      expect(await reader.byIdWith(scope, 'companies', employed.id, include)).toBeUndefined()
      const other = await openWorld(driver)
      const elsewhere = readScopeOf(await other.session())
      expect(await reader.byIdWith(elsewhere, 'people', employed.id, include)).toBeUndefined()
      await driver.batch([raiseRevision(world.organizationId)])
      await expect(reader.byIdWith(scope, 'people', employed.id, include)).rejects.toBeInstanceOf(StaleError)
    })

    it('refuses a key that was revoked after the session was opened', async () => {
      const other = await openWorld(driver)
      const session = await other.session()
      await other.operator.revokeCredential(other.keyId)
      await expect(other.run([person('revoked@suite.example')], {}, session)).rejects.toThrow('invalid_credentials')
      expect(await other.rows('records')).toEqual([])
    })

    it('refuses a key that has expired since the session was opened', async () => {
      const other = await openWorld(driver)
      const session = { ...(await other.session()), cached: false, expiresAt: Date.now() - 1 }
      await expect(other.run([person('expired@suite.example')], {}, session)).rejects.toThrow('invalid_credentials')
      expect(await other.rows('records')).toEqual([])
    })

    it('refuses what collides, names the record in the way, and writes its neighbours', async () => {
      const held = recordOf(await one(person('held@suite.example', { tracking_id: 'held' })))
      const { outcomes } = await world.run([
        person('n1@suite.example'),
        person('c1@suite.example', { tracking_id: 'held' }),
        person('n2@suite.example'),
        person('c2@suite.example', { emails: ['c2@suite.example', 'held@suite.example'] }),
        person('n1@suite.example', { first_name: 'Again' }),
      ])
      expect(verdicts(outcomes)).toEqual(['created', 'unique_conflict', 'created', 'unique_conflict', 'updated'])
      expect(outcomes[1]).toMatchObject({
        refusal: { conflicts: [{ field: 'tracking_id', value: 'held', recordId: held.id }] },
      })
      expect(outcomes[3]).toMatchObject({
        refusal: { conflicts: [{ field: 'emails', value: 'held@suite.example', recordId: held.id }] },
      })
      expect(verdicts((await world.run([person('c1@suite.example', {}, { mode: 'update' })])).outcomes)).toEqual([
        'record_not_found',
      ])
    })

    it('writes all or nothing, and tells every reason', async () => {
      await one(person('in-the-way@suite.example'))
      const before = await world.tables()
      const { outcomes, cost } = await world.run(
        [
          person('all@suite.example'),
          person('all-2@suite.example', {}, { mode: 'update' }),
          person('all-3@suite.example', { emails: ['all-3@suite.example', 'in-the-way@suite.example'] }),
        ],
        { allOrNothing: true },
      )
      expect(verdicts(outcomes)).toEqual(['not_attempted', 'record_not_found', 'unique_conflict'])
      expect(cost.calls).toBe(2)
      expect(await world.tables()).toBe(before)
    })

    it('tells of a dry all-or-nothing what the real one would tell', async () => {
      const commands = [person('all-4@suite.example'), person('all-5@suite.example', {}, { mode: 'update' })]
      const { outcomes } = await world.run(commands, { allOrNothing: true, dryRun: true })
      expect(verdicts(outcomes)).toEqual(['not_attempted', 'record_not_found'])
    })

    it('never writes another value of its own key, whatever the write mode', async () => {
      const email = (mode: WriteMode) =>
        person(
          'own@suite.example',
          { emails: ['x@suite.example', 'own@suite.example'] },
          { writeModes: { emails: mode } },
        )
      const both = [['x@suite.example', 'own@suite.example']]
      expect(recordOf(await one(email('fill'))).data.emails).toEqual(both)
      expect(recordOf(await one(email('append'))).data.emails).toEqual(both)
      const filled = thing('own', { code: 'other' }, { writeModes: { code: 'fill' } })
      expect(verdicts((await world.run([filled])).outcomes)).toEqual(['match_key_conflict'])
    })

    describe('a value of every type, alone and in a list', () => typeSuite(() => world))

    describe('phone numbers', () => phoneSuite(() => driver, countsRows))

    it('keeps combinations unique together', async () => {
      await world.addObject('seats')
      await world.addAttributes(
        'seats',
        { label: 'Room', type: 'text' },
        { label: 'Number', type: 'number' },
        { label: 'Guest', type: 'text' },
      )
      await world.addCombination('seats', 'place', ['room', 'number'])
      const seat = (room: string, number: number, guest: string) =>
        ({ object: 'seats', match: [{ name: 'place', value: [room, number] }], values: { guest } }) as const
      const { outcomes } = await world.run([
        seat('A', 1, 'x'),
        seat('A', 2, 'x'),
        seat('A', 1, 'y'),
        { object: 'seats', match: [], values: { room: 'A', number: 2 } },
        { object: 'seats', match: [], values: { room: 'B', number: 2.5 } },
      ])
      expect(verdicts(outcomes)).toEqual(['created', 'created', 'updated', 'unique_conflict', 'created'])
      expect(outcomes[3]).toMatchObject({ refusal: { conflicts: [{ recordId: recordOf(outcomes[1]).id }] } })
      expect(verdicts((await world.run([seat('B', 2.5, 'z')])).outcomes)).toEqual(['updated'])
    })

    it('gives any attribute its keys when it is first matched by; the oldest record wins', async () => {
      const rooms = many(3, (i) => person(`room-${i}@suite.example`, { department: 'Analysis' }))
      const { outcomes } = await world.run(rooms)
      const keys = async () => (await world.rows('record_keys')).filter((k) => k.name === 'department').length
      expect(await keys()).toBe(0)
      const byDepartment = { object: 'people', match: [{ name: 'department', value: 'Analysis' }] }
      const found = await one({ ...byDepartment, values: { first_name: 'Oldest' } })
      expect(found).toMatchObject({ status: 'updated', record: { id: recordOf(outcomes[0]).id } })
      expect(await keys()).toBe(3)
      const strict = await one({ ...byDepartment, values: { first_name: 'X' }, onSeveral: 'error' })
      expect(strict).toMatchObject({ refusal: { candidates: outcomes.map((o) => recordOf(o).id) } })
      await world.run([person('room-0@suite.example', { department: 'Synthesis' })])
      expect(recordOf(await one({ ...byDepartment, values: {} })).id).toBe(recordOf(outcomes[1]).id)
    })

    it('gives as many attributes their keys as one request matches by', async () => {
      const own = await openWorld(driver)
      await own.addObject('wide')
      const slugs = many(8, (i) => `key_${i}`)
      for (const slug of slugs) await own.addAttributes('wide', { label: slug, type: 'text' })
      const match = slugs.map((name) => ({ name, value: name }))
      expect(verdicts((await own.run([{ object: 'wide', match, values: {} }])).outcomes)).toEqual(['created'])
    })

    it('takes 1,000 items in one call', async () => {
      const commands = many(1000, (i) => thing(`bulk-${i}`, { note: `n${i}` }))
      const first = await world.run(commands)
      expect(count(first.outcomes, 'created')).toBe(1000)
      expect(first.cost.calls).toBe(1)
      const before = await world.tables()
      const again = await world.run(commands)
      expect(count(again.outcomes, 'unchanged')).toBe(1000)
      expect(await world.tables()).toBe(before)
    })

    it('cuts a set of more bytes than a parameter takes into statements of one transaction', async () => {
      const sizes: number[] = []
      const bytes: number[] = []
      const counting: SqlDriver = {
        batch: (statements: readonly Statement[]) => {
          sizes.push(statements.length)
          for (const { params } of statements)
            for (const value of params) bytes.push(new TextEncoder().encode(String(value)).length)
          return driver.batch(statements)
        },
      }
      const large = await openWorld(counting)
      // Three bytes each: characters would say that it fits.
      const text = '漢'.repeat(19_000)
      const commands = [
        ...many(60, (i) => person(`large-${i}@suite.example`, { description: `${i}${text}` })),
        person('large-0@suite.example', { description: `0${text}`, first_name: 'Seen by the last statement' }),
      ]
      sizes.length = 0
      const { outcomes } = await large.run(commands, { dryRun: true })
      expect(sizes.at(-1)).toBe(2)
      expect(Math.max(...bytes)).toBeLessThanOrEqual(2_000_000)
      expect(count(outcomes, 'created')).toBe(60)
      expect(verdicts(outcomes).at(-1)).toBe('updated')
      expect(await large.rows('records')).toEqual([])
      const refused = [...commands, person('none@suite.example', {}, { mode: 'update' })]
      await large.run(refused, { allOrNothing: true })
      expect(await large.rows('records')).toEqual([])
      const real = await large.run(commands)
      expect(withoutIds(real.outcomes)).toEqual(withoutIds(outcomes))
      expect(await large.rows('records')).toHaveLength(60)
    })

    it('keeps a list within its values and a record within its bytes, and says so', async () => {
      const labelled = (labels: readonly string[], mode: WriteMode) =>
        one(thing('limits', { labels }, { writeModes: { labels: mode } }))
      const hundred = many(100, (i) => `l${i}`)
      expect(verdicts((await world.run([thing('limits', { labels: hundred })])).outcomes)).toEqual(['created'])
      for (const mode of ['append', 'prepend'] as const) {
        expect(await labelled(['more'], mode)).toMatchObject({
          refusal: { problems: [{ code: 'too_many_values', field: 'labels' }] },
        })
        expect(recordOf(await labelled(['l7'], mode)).data.labels?.[0]).toHaveLength(100)
      }
      await world.addObject('texts')
      // Each takes three bytes for a character; all together are too many, half of them are not.
      const most = Math.ceil(RECORD_BYTES / (3 * LONG_TEXT_LIMIT))
      const half = Math.floor(most / 2)
      for (let i = 0; i < most; i++) await world.addAttributes('texts', { label: `Text ${i}`, type: 'long_text' })
      const texts = (from: number, to: number) =>
        Object.fromEntries(many(to - from, (i) => [`text_${from + i}`, '漢'.repeat(LONG_TEXT_LIMIT)]))
      const write = (values: AssertCommand['values'], match: AssertCommand['match'] = []) =>
        one({ object: 'texts', match, values })
      const { id } = recordOf(await write(texts(0, half)))
      const before = await world.tables()
      const grown = await write(texts(half, most), [{ name: 'id', value: id }])
      expect(grown).toMatchObject({ refusal: { problems: [{ code: 'record_too_large' }] } })
      expect(await write(texts(0, most))).toMatchObject({ refusal: { problems: [{ code: 'record_too_large' }] } })
      expect(await world.tables()).toBe(before)
      // As an earlier release may have written it: it may change and shrink, and not grow.
      const long = JSON.stringify({ text_0: ['x'.repeat(RECORD_BYTES)], text_1: ['y'] })
      await driver.batch([
        {
          sql: 'UPDATE records SET data = ?1 WHERE organization_id = ?2 AND id = ?3',
          params: [long, world.organizationId, id],
        },
      ])
      const change = (text: string | null) => write({ text_1: text }, [{ name: 'id', value: id }])
      expect(verdicts([await change('z')].flatMap((o) => o ?? []))).toEqual(['updated'])
      expect(verdicts([await change('longer')].flatMap((o) => o ?? []))).toEqual(['record_too_large'])
      expect(verdicts([await change(null)].flatMap((o) => o ?? []))).toEqual(['updated'])
    })

    it('tells a caller who wants no data, or little, everything but that', async () => {
      const commands = [thing('heads', { note: 'n', labels: ['a'] }), thing('heads', { note: 'o' }), thing('heads')]
      const tell = async (dataBytes: number) => {
        const { outcomes } = await world.run(commands, { dryRun: true, track: true, dataBytes })
        return outcomes.map((o) => ('record' in o ? [o.status, o.matched, o.changed, o.record.version, o.complete] : o))
      }
      const told = (complete: boolean) => [
        ['created', null, ['code', 'labels', 'note'], 1, complete],
        ['updated', 0, ['note'], 2, complete],
        ['unchanged', 0, [], 2, complete],
      ]
      expect(await tell(0)).toEqual(told(false))
      expect(await tell(20)).toEqual(told(false))
      expect(await tell(1_000)).toEqual(told(true))
    })

    it('tells which key found the record, also when nothing changed', async () => {
      const both = (code: string, email: string, note: string) => ({
        object: 'things',
        match: [
          { name: 'code', value: code },
          { name: 'emails', value: email },
        ],
        values: { note },
      })
      const matched = async (command: AssertCommand) => {
        const outcome = await one(command)
        return outcome && 'record' in outcome ? [outcome.status, outcome.matched] : outcome
      }
      expect(await matched(both('which', 'which@suite.example', 'a'))).toEqual(['created', null])
      expect(await matched(both('which', 'other@suite.example', 'a'))).toEqual(['unchanged', 0])
      expect(await matched(both('none', 'which@suite.example', 'a'))).toEqual(['unchanged', 1])
      expect(await matched(both('none', 'which@suite.example', 'b'))).toEqual(['updated', 1])
    })

    it('runs dry as it runs wet, and leaves every table as it was', async () => {
      await world.run([
        person('dry-1@suite.example', { first_name: 'One', tags: ['a'] }),
        person('dry-2@suite.example', { tracking_id: 'dry' }),
      ])
      const commands = [
        person('dry-new@suite.example', { first_name: 'New' }),
        person('dry-1@suite.example', { tags: ['b', 'a'] }, { writeModes: { tags: 'prepend' } }),
        person('dry-new@suite.example', { tracking_id: 'dry' }),
        person('dry-2@suite.example', { tracking_id: 'dry-moved' }),
        person('dry-new@suite.example', { tracking_id: 'dry' }),
        person('dry-1@suite.example', {}, { lifecycle: 'archive' }),
      ]
      const before = await world.tables()
      const dry = await world.run(commands, { dryRun: true, track: true })
      expect(await world.tables()).toBe(before)
      const wet = await world.run(commands, { track: true })
      expect(withoutIds(wet.outcomes)).toEqual(withoutIds(dry.outcomes))
      expect(verdicts(wet.outcomes)).toEqual(['created', 'updated', 'unique_conflict', 'updated', 'updated', 'updated'])
    })

    it('answers a repeated request from what it kept, and refuses another one under the same key', async () => {
      const commands = [person('idem@suite.example'), person('idem-2@suite.example', {}, { mode: 'update' })]
      const idempotency = { key: 'k-1', fingerprint: 'f-1' }
      const first = await world.run(commands, { idempotency })
      await world.run([person('idem@suite.example', { first_name: 'Later' })])
      const before = await world.tables()
      const again = await world.run(commands, { idempotency })
      expect(again.outcomes).toEqual(first.outcomes)
      expect(verdicts(again.outcomes)).toEqual(['created', 'record_not_found'])
      await expect(
        world.run([person('idem-3@suite.example')], { idempotency: { key: 'k-1', fingerprint: 'f-2' } }),
      ).rejects.toThrow('idempotency_mismatch')
      expect(await world.tables()).toBe(before)
      // A dry run leaves nothing, not even an answer.
      await world.run([person('idem-5@suite.example')], { dryRun: true, idempotency: { key: 'k-5', fingerprint: 'f' } })
      expect(await world.tables()).toBe(before)
      // All or nothing that is refused keeps no answer: it is told why, now and again.
      const atomic = { allOrNothing: true, idempotency: { key: 'k-3', fingerprint: 'f' } }
      for (let i = 0; i < 2; i++)
        expect(verdicts((await world.run(commands, atomic)).outcomes)).toEqual(['not_attempted', 'record_not_found'])
      expect(await world.tables()).toBe(before)
      const erased = recordOf(first.outcomes[0]).id
      await world.run([{ object: 'people', match: [{ name: 'id', value: erased }], values: {}, lifecycle: 'erase' }])
      const afterwards = await world.run(commands, { idempotency })
      expect(afterwards.outcomes[0]).toMatchObject({ status: 'created', record: { id: erased } })
      expect(recordOf(afterwards.outcomes[0]).data).toEqual({})
      const racing = await Promise.all(
        many(12, () => world.run([person('idem-4@suite.example')], { idempotency: { key: 'k-2', fingerprint: 'f' } })),
      )
      expect(racing.map((r) => verdicts(r.outcomes)[0])).toEqual(many(12, () => 'created'))
    })

    it('runs a follower only when the command before it changed what it follows', async () => {
      const request = (title: string, note: string) =>
        world.run(
          [
            person('lead@suite.example', { job_title: title }),
            thing('follower', { note }, { when: { changed: { command: 0, attribute: 'job_title' } } }),
          ],
          { track: true },
        )
      await world.run([person('lead@suite.example', { job_title: 'CTO' })])
      expect(verdicts((await request('CTO', 'none')).outcomes)).toEqual(['unchanged', 'skipped'])
      expect(verdicts((await request('CEO', 'first')).outcomes)).toEqual(['updated', 'created'])
      expect(verdicts((await request('CEO', 'second')).outcomes)).toEqual(['unchanged', 'skipped'])
      expect(recordOf(await one(thing('follower'))).data.note).toEqual(['first'])
      expect(verdicts((await request('CFO', 'first')).outcomes)).toEqual(['updated', 'unchanged'])
      const orphan = thing('orphan', {}, { when: { changed: { command: 0, attribute: 'job_title' } } })
      const refused = await world.run([person('no address'), orphan], { track: true })
      expect(verdicts(refused.outcomes)).toEqual(['invalid_value', 'skipped'])
    })

    it('resolves references within the batch', async () => {
      const company = {
        object: 'companies',
        match: [{ name: 'domains', value: 'ref.example' }],
        values: { name: 'Ref' },
      }
      const { outcomes } = await world.run(
        [
          company,
          person('ref@suite.example', { company: new Reference('domains', 'ref.example') }),
          person('ref-2@suite.example', { company: new Reference('domains', 'nowhere.example') }),
          person('ref-3@suite.example', { company: '00000000-0000-7000-8000-000000000000' }),
        ],
        { include: { attribute: 'company', object: 'companies' } },
      )
      expect(verdicts(outcomes)).toEqual(['created', 'created', 'reference_not_found', 'reference_not_found'])
      expect(recordOf(outcomes[1]).data.company).toEqual([recordOf(outcomes[0]).id])
      expect(outcomes[1]).toMatchObject({ related: { id: recordOf(outcomes[0]).id } })
    })

    it('creates under an unknown id only where that is asked for, and gives the record an id of its own', async () => {
      const unknown = '00000000-0000-7000-8000-00000000abcd'
      const byId = (value: string, more: Partial<AssertCommand> = {}) =>
        one({ object: 'things', match: [{ name: 'id', value }], values: { note: 'n' }, ...more })
      expect(await byId(unknown)).toMatchObject({ refusal: { problems: [{ code: 'record_not_found' }] } })
      const made = await byId(unknown, { onUnknownId: 'create' })
      expect(made).toMatchObject({ status: 'created', matched: null, record: { version: 1 } })
      const { id } = recordOf(made)
      expect(id).not.toBe(unknown)
      expect(await byId(id, { onUnknownId: 'create' })).toMatchObject({ status: 'unchanged', record: { id } })
    })

    it('puts a value in the place of the first of a list, and leaves the others', async () => {
      const emailsAfter = async (...emails: string[]) =>
        recordOf(
          await one({
            object: 'people',
            match: [{ name: 'tracking_id', value: 'firsts' }],
            values: { emails },
            writeModes: { emails: 'replace_first' },
          }),
        ).data.emails?.[0]
      expect(await emailsAfter('a@first.example', 'b@first.example')).toEqual(['a@first.example', 'b@first.example'])
      expect(await emailsAfter('c@first.example')).toEqual(['c@first.example', 'b@first.example'])
      expect(await emailsAfter('c@first.example')).toEqual(['c@first.example', 'b@first.example'])
      expect(await emailsAfter('b@first.example')).toEqual(['b@first.example'])
      const keys = (await world.rows('record_keys')).filter(({ value }) => String(value).endsWith('@first.example'))
      expect(keys.map(({ value }) => value)).toEqual(['b@first.example'])
    })

    it('creates what a relation does not hold yet and links it, and finds it by that relation afterwards', async () => {
      const request = async (email: string, location: string) =>
        (
          await world.run([
            {
              object: 'companies',
              match: [],
              relatedTo: { object: 'people', attribute: 'company', name: 'emails', value: email },
              values: { name: 'Own', location },
            },
            person(email, { company: new Created(0) }),
          ])
        ).outcomes
      const [company, owner] = await request('owner@suite.example', 'Oslo')
      expect([company?.status, owner?.status]).toEqual(['created', 'created'])
      const { id } = recordOf(company)
      expect(recordOf(owner).data.company).toEqual([id])
      const [moved, kept] = await request('owner@suite.example', 'Rome')
      expect([moved?.status, kept?.status]).toEqual(['updated', 'unchanged'])
      expect(recordOf(moved)).toMatchObject({ id, data: { location: ['Rome'] } })
      expect(verdicts(await request('owner@suite.example', 'Rome'))).toEqual(['unchanged', 'unchanged'])
      // Of a person who is there without a company, one is made and linked; another of that name is another's.
      await world.run([person('without@suite.example')])
      const [second, linked] = await request('without@suite.example', 'Oslo')
      expect([second?.status, linked?.status]).toEqual(['created', 'updated'])
      expect(recordOf(second).id).not.toBe(id)
      expect(recordOf(linked).data.company).toEqual([recordOf(second).id])
      const behind = await world.run([
        thing('no company', {}, { when: { absent: { object: 'things', name: 'code', value: 'no company' } } }),
        person('refused@suite.example', { company: new Created(0) }),
      ])
      expect(verdicts(behind.outcomes)).toEqual(['created', 'wrong_type'])
    })

    it('looks a reference up by its second key where the first names nothing', async () => {
      const domains = ['00000000-0000-7000-8000-00000000abce.example', 'second.example']
      const [first, second] = (
        await world.run(domains.map((domain) => ({ object: 'companies', match: [], values: { domains: [domain] } })))
      ).outcomes
      const id = recordOf(first).id
      const unknown = '00000000-0000-7000-8000-00000000abcf'
      const companyOf = async (...[a, b]: [string, string]) => {
        const company = new Reference('id', a, new Reference('domains', b))
        const outcome = await one(person('referring@suite.example', { company }))
        return outcome?.status === 'refused' ? verdicts([outcome]) : recordOf(outcome).data.company
      }
      expect(await companyOf(id, 'second.example')).toEqual([id])
      expect(await companyOf(unknown, 'second.example')).toEqual([recordOf(second).id])
      expect(await companyOf(unknown, 'third.example')).toEqual(['reference_not_found'])
    })

    it('archives, refuses, keeps, revives, restores and erases', async () => {
      const life = (more: Partial<AssertCommand>, values: AssertCommand['values'] = {}) =>
        one(person('cycle@suite.example', values, more))
      const { id } = recordOf(await life({}))
      expect(recordOf(await life({ lifecycle: 'archive' })).archivedAt).not.toBeNull()
      expect(await life({ onArchived: 'refuse' }, { first_name: 'No' })).toMatchObject({
        refusal: { recordId: id, problems: [{ code: 'record_archived' }] },
      })
      expect(recordOf(await life({ onArchived: 'keep' }, { first_name: 'Kept' })).archivedAt).not.toBeNull()
      expect(recordOf(await life({}, { first_name: 'Back' })).archivedAt).toBeNull()
      await life({ lifecycle: 'archive' })
      expect(recordOf(await life({ lifecycle: 'restore' })).archivedAt).toBeNull()
      expect((await life({ lifecycle: 'erase' }))?.status).toBe('erased')
      expect((await world.rows('records')).some((r) => r.id === id)).toBe(false)
      expect((await world.rows('record_keys')).some((k) => k.record_id === id)).toBe(false)
      expect(recordOf(await life({})).id).not.toBe(id)
    })

    it('writes the change feed without gaps, also from requests at once', async () => {
      const fed = await openWorld(driver, { history: 'values' })
      await Promise.all(many(8, (i) => fed.run([person(`feed-${i % 2}@suite.example`, { first_name: `N${i}` })])))
      const changes = await fed.rows('changes')
      expect(changes.map((c) => c.sequence)).toEqual(many(changes.length, (i) => i + 1))
      expect(changes.filter((c) => c.action === 'created')).toHaveLength(2)
      // It names what changed, whether or not the request asks for that.
      expect(changes.find((c) => c.action === 'updated')?.changed).toBe('["first_name"]')
    })

    it('keeps organisations apart', async () => {
      const other = await openWorld(driver)
      const mine = recordOf(await one(person('apart@suite.example', { first_name: 'Mine' })))
      const before = await world.tables()
      const { outcomes } = await other.run([
        person('apart@suite.example', { first_name: 'Theirs' }),
        { object: 'people', match: [{ name: 'id', value: mine.id }], values: { first_name: 'Stolen' } },
        person('apart-2@suite.example', { company: mine.id }),
      ])
      expect(verdicts(outcomes)).toEqual(['created', 'record_not_found', 'reference_not_found'])
      expect(await world.tables()).toBe(before)
      // Each finds its own again, whoever's key comes first in the table.
      const again = person('apart@suite.example', { first_name: 'Again' })
      expect(recordOf((await other.run([again])).outcomes[0]).id).toBe(recordOf(outcomes[0]).id)
      expect(await world.tables()).toBe(before)
      expect(recordOf(await one(again)).id).toBe(mine.id)
    })

    it('reads a relation to what has been erased as not set, whichever way, and keeps what is stored', async () => {
      const own = await openWorld(driver)
      await own.addAttributes('people', { label: 'Rivals', type: 'relation', related: 'companies', multiple: true })
      const make = async (object: string, values: AssertCommand['values']) =>
        recordOf((await own.run([{ object, match: [], values }])).outcomes[0])
      const [gone, kept] = [await make('companies', {}), await make('companies', {})]
      const values = { company: gone.id, rivals: [gone.id, kept.id], first_name: gone.id }
      const { id } = await make('people', { ...values, emails: ['gone@relations.example'] })
      const only = await make('people', { rivals: [gone.id], company: kept.id })
      await own.run([{ object: 'companies', match: [{ name: 'id', value: gone.id }], values: {}, lifecycle: 'erase' }])
      const reader = recordReader(driver)
      const scope = readScopeOf(await own.session())
      const limit = { records: 10, bytes: 1e6, bytesPerRecord: 0 }
      const plan = { walk: { kind: 'table', direction: 'asc', range: {} } } as const
      const include = { attribute: 'company', object: 'companies' }
      const read = [
        await reader.byId(scope, 'people', id),
        (await reader.byIdWith(scope, 'people', id, include))?.record,
        ...(await reader.byKey(scope, 'people', 'emails', 'gone@relations.example')),
        (await reader.query(scope, { object: 'people', plan, archived: 'exclude', limit })).records[0],
      ]
      // An id in a text is no relation.
      const data = { rivals: [[kept.id]], first_name: [gone.id], emails: [['gone@relations.example']] }
      for (const record of read) expect(record?.data).toEqual(data)
      expect((await reader.byId(scope, 'people', only.id))?.data).toEqual({ company: [kept.id] })
      expect((await own.rows('records')).find((row) => row.id === id)?.data).toContain(`"company":["${gone.id}"]`)
    })

    describe('the program', () => {
      programSuite(() => driver)
      historyProgramSuite(() => driver)
      historyUpkeepSuite(() => driver)
    })

    describe('queries', () => querySuite(() => driver, countsRows))

    describe('search', () => searchSuite(() => driver, countsRows))
    describe('the cost of reading', () => readCostSuite(() => driver, countsRows))
    describe('merging', () => mergeSuite(() => driver, countsRows))
    describe('undoing what was merged', () => undoSuite(() => driver))
    describe('jobs', () => jobSuite(() => driver, countsRows))
    describe('twins', () => twinsSuite(() => driver))
    describe('a subscription', () => subscriptionSuite(() => driver))
    describe('usage', () => usageSuite(() => driver))

    it('agrees with the model in any sequence of requests', async () => {
      const own = await openWorld(driver)
      await own.addObject('things')
      await own.addAttributes('things', ...modelAttributes)
      await agreesWithModel(own)
    }, 120_000)

    it.each([
      ['its history from the beginning gives the records', replayGivesRecords],
      ['undoing an import gives back what was before it, and names what others have changed since', undoingGivesBack],
    ])(
      'after any sequence of requests %s',
      async (_name, holds) => {
        const own = await openWorld(driver)
        await own.addObject('things')
        await own.addAttributes('things', ...modelAttributes)
        await holds(own)
      },
      120_000,
    )
  })
}
