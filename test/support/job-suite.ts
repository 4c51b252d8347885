import { describe, expect, it } from 'vitest'
import type { Administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { indexOfCombination } from '../../src/admin/rekey.ts'
import { verifyOrganization } from '../../src/admin/verify.ts'
import { RefusedError } from '../../src/engine/errors.ts'
import { NOTHING_DONE } from '../../src/engine/store.ts'
import { raiseRevision } from '../../src/storage/administration-sql.ts'
import { AbortError, type SqlDriver } from '../../src/storage/driver.ts'
import { AT_ONCE, fitting } from '../../src/storage/jobs/at-once.ts'
import { KEYS, nextChunk } from '../../src/storage/jobs/chunks.ts'
import { jobDrive } from '../../src/storage/jobs/drive.ts'
import { type Job, readJob } from '../../src/storage/jobs/job.ts'
import { reindex } from '../../src/storage/jobs/reindex.ts'
import { runJobs } from '../../src/storage/jobs/run.ts'
import { turn } from '../../src/storage/jobs/turn.ts'
import { saveCombination } from '../../src/storage/schema-sql.ts'
import { openWorld, type StorageWorld, verdict } from './storage-world.ts'

/** Indexes of objects that are too large to be indexed at once: docs/jobs.md. */

const COUNT = AT_ONCE.records + 500

/** Of the object and its keys there are a hundred times as many. */
const FEW_ROWS = 200

/** A UUIDv7 of a record that is older than any that the tests make. */
const idAt = (i: number) => `01900000-0000-7000-8000-${String(i).padStart(12, '0')}`

/** What a sync of other days has left: written as the program writes it, in one statement. */
const seed = (organizationId: string, indexed: readonly string[], count: number) => [
  {
    sql: `
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < CAST(?2 AS INTEGER))
INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
SELECT ?1, 'parts', '01900000-0000-7000-8000-' || printf('%012d', i),
  json_object('code', json_array('c' || i), 'serial', json_array('s' || i), 'place', json_array('p' || (i % 7)), 'tags', json_array(json_array('t' || (i % 3), 'u' || i))),
  1, 1, 1, NULL, 'operator', 'operator', '[]' FROM n`,
    params: [organizationId, count],
  },
  ...indexed.map((slug) => ({
    sql: `
INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
SELECT organization_id, object, ?2, data ->> ('$.' || ?2 || '[0]'), iif(?2 = 'code', '', id), id, NULL FROM records WHERE organization_id = ?1 AND object = 'parts'`,
    params: [organizationId, slug],
  })),
]

/** An object with more records than are indexed at once. */
export const seedParts = async (
  driver: SqlDriver,
  organizationId: string,
  operator: Administration,
  serial: { readonly indexed?: boolean },
  count = COUNT,
): Promise<void> => {
  await operator.createObject({ slug: 'parts', singularName: 'Part', pluralName: 'Parts' })
  for (const attribute of [
    { label: 'Code', type: 'text', unique: true },
    { label: 'Serial', type: 'text', ...serial },
    { label: 'Place', type: 'text' },
    { label: 'Tags', type: 'text', multiple: true },
    { label: 'Color', type: 'text' },
  ] as const)
    await operator.addAttribute('parts', attribute)
  await driver.batch(seed(organizationId, serial.indexed ? ['code', 'serial'] : ['code'], count))
}

/** @param countsRows whether the database tells how many rows it reads */
export const jobSuite = (driver: () => SqlDriver, countsRows: boolean): void => {
  let world: StorageWorld

  /** A new organisation: the serial is `indexed` or not, and each code is unique. */
  const open = async (serial: { readonly indexed?: boolean } = {}) => {
    // What another test has left is done first, or one chunk would be one of its job.
    await runJobs(driver())
    world = await openWorld(driver())
    await seedParts(driver(), world.organizationId, world.operator, serial)
  }

  /** Drives the jobs no further than one chunk, as whoever is killed behind it. */
  const oneChunk = async (): Promise<void> => {
    const stopping = new AbortController()
    let batches = 0
    const batch: SqlDriver['batch'] = async (statements, options) => {
      // The first asks for the jobs; the second is the chunk.
      if (++batches === 2) stopping.abort()
      return driver().batch(statements, options)
    }
    await runJobs({ batch }, { stopping: stopping.signal })
  }
  const jobNow = async (id: string): Promise<Job> => {
    const job = await readJob(driver(), world.organizationId, id)
    if (!job) throw new Error(`No job ${id}`)
    return job
  }
  const attributeNow = async (slug: string) => {
    // What the isolate knows may be of before.
    const { organization } = await (await world.session()).refresh()
    const found = organization.objects.get('parts')?.attributes.get(slug)
    if (!found) throw new Error(`No attribute ${slug}`)
    return found
  }
  const jobIdOf = async (slug: string): Promise<string> => (await attributeNow(slug)).building?.jobId ?? 'none'
  const write = (i: number, values: Record<string, unknown>) =>
    world.run([{ object: 'parts', match: [{ name: 'code', value: `c${i}` }], values: { code: `c${i}`, ...values } }])
  const by = (name: string, value: unknown) =>
    world.run([{ object: 'parts', match: [{ name, value }], values: { color: 'found' } }], { dryRun: true })
  const verdictOf = async (asked: ReturnType<typeof by>) =>
    asked.then(
      ({ outcomes: [outcome] }) => verdict(outcome),
      (error: unknown) => {
        if (error instanceof RefusedError) return error.refusal.problems[0].code
        throw error
      },
    )
  const findings = async () => {
    const found = []
    for await (const one of verifyOrganization(asOperator(driver(), world.organizationId), { repair: false }))
      found.push(one)
    return found
  }
  const slots = async (name: string) => {
    const sql = `SELECT sum(slot = '') AS empty, sum(slot = record_id) AS own FROM record_keys WHERE organization_id = ?1 AND object = 'parts' AND name = ?2`
    const { results } = await driver().batch([{ sql, params: [world.organizationId, name] }])
    const { empty, own } = results[0]?.rows[0] ?? {}
    return [Number(empty), Number(own)]
  }
  const recordCount = async () => (await world.rows('records')).length

  it.runIf(countsRows)(
    'a write reads as few rows of a large object as of a small one, whatever keys it takes and gives up',
    async () => {
      await open({ indexed: true })
      const costOf = async (i: number, values: Record<string, unknown>) => (await write(i, values)).cost.rowsRead
      await write(1, { serial: 'warm' })
      expect(await costOf(5, { serial: 'other' })).toBeLessThan(FEW_ROWS)
      expect(
        (await world.run([{ object: 'parts', match: [{ name: 'id', value: idAt(6) }], values: { code: 'other' } }]))
          .cost.rowsRead,
      ).toBeLessThan(FEW_ROWS)
      await world.operator.changeAttribute('parts', 'serial', { unique: true })
      await write(1, { serial: 'warm again' })
      expect(await costOf(7, { serial: 'while it becomes unique' })).toBeLessThan(FEW_ROWS)
      expect(
        (
          await world.run([
            { object: 'parts', match: [{ name: 'id', value: idAt(8) }], values: {}, lifecycle: 'erase' },
          ])
        ).cost.rowsRead,
      ).toBeLessThan(FEW_ROWS)
    },
  )

  it('makes the index that somebody matches by, while others write, and finds by it then', async () => {
    await open()
    expect(await verdictOf(by('serial', 's5'))).toBe('indexing')
    const id = await jobIdOf('serial')
    expect(await jobNow(id)).toMatchObject({ object: 'parts', name: 'serial', done: 0, finishedAt: null })
    await oneChunk()
    // Behind the job and before it: another value, a new record, one less.
    await write(5, { serial: 'other-5' })
    await write(COUNT - 5, { serial: 'other-end' })
    await write(COUNT + 1, { serial: 'new' })
    await world.run([{ object: 'parts', match: [{ name: 'code', value: 'c6' }], values: {}, lifecycle: 'erase' }])
    await oneChunk()
    await world.run([
      { object: 'parts', match: [{ name: 'code', value: `c${COUNT - 6}` }], values: {}, lifecycle: 'erase' },
    ])
    expect(await verdictOf(by('serial', 's5'))).toBe('indexing')
    expect(await jobIdOf('serial')).toBe(id)
    // Both drive it to its end: each chunk is done once.
    await Promise.all([runJobs(driver()), runJobs(driver())])
    await runJobs(driver())
    const { done, finishedAt, duplicates } = await jobNow(id)
    expect([done, duplicates]).toEqual([COUNT, null])
    expect(finishedAt).not.toBeNull()
    expect(await attributeNow('serial')).toMatchObject({ indexed: true, unique: false })
    expect(await jobIdOf('serial')).toBe('none')
    for (const value of ['other-5', 'other-end', 'new', 's7', `s${COUNT - 7}`])
      expect(await verdictOf(by('serial', value))).toBe('updated')
    for (const value of ['s5', 's6', `s${COUNT - 6}`]) expect(await verdictOf(by('serial', value))).toBe('created')
    expect(await findings()).toEqual([])
  }, 60_000)

  it('gives up what cannot be unique, tells the values, and leaves the attribute as it was', async () => {
    await open()
    await world.operator.changeAttribute('parts', 'place', { unique: true })
    const id = await jobIdOf('place')
    await oneChunk()
    expect(await attributeNow('place')).toMatchObject({ indexed: false, unique: false })
    await runJobs(driver())
    const job = await jobNow(id)
    expect(job.finishedAt).not.toBeNull()
    expect(job.duplicates?.length).toBeGreaterThan(0)
    expect(job.duplicates?.[0]).toMatchObject({ value: expect.stringMatching(/^p\d$/), recordIds: expect.any(Array) })
    expect(await attributeNow('place')).toMatchObject({ indexed: false, unique: false })
    expect(await jobIdOf('place')).toBe('none')
    expect(await slots('place')).toEqual([0, 0])
    expect(await findings()).toEqual([])
  }, 60_000)

  it('makes an index unique and no longer unique, and what is written meanwhile is unique already', async () => {
    await open({ indexed: true })
    await world.operator.changeAttribute('parts', 'serial', { unique: true })
    const making = await jobIdOf('serial')
    // Held from the first moment on, though nobody knows yet whether the stored ones are.
    expect(await verdictOf(write(10, { serial: 's11' }))).toBe('unique_conflict')
    expect(await attributeNow('serial')).toMatchObject({ indexed: true, unique: false })
    await write(12, { serial: 'moved-12' })
    await oneChunk()
    await write(COUNT - 12, { serial: 'moved-end' })
    let phases = new Set<string>()
    for (let i = 0; i < 20 && (await jobNow(making)).finishedAt === null; i++) {
      phases.add((await jobNow(making)).phases[0]?.does ?? '')
      await write(100 + i, { serial: `again-${i}` })
      await write(COUNT - 100 - i, { serial: `again-end-${i}` })
      expect(await verdictOf(write(200 + i, { serial: `again-${i}` }))).toBe('unique_conflict')
      await oneChunk()
    }
    expect([...phases]).toEqual(['check', 'settle'])
    expect(await attributeNow('serial')).toMatchObject({ indexed: true, unique: true })
    expect(await slots('serial')).toEqual([await recordCount(), 0])
    expect(await findings()).toEqual([])

    await world.operator.changeAttribute('parts', 'serial', { unique: false })
    const relaxing = await jobIdOf('serial')
    phases = new Set()
    for (let i = 0; i < 20 && (await jobNow(relaxing)).finishedAt === null; i++) {
      phases.add((await jobNow(relaxing)).phases[0]?.does ?? '')
      await write(300 + i, { serial: `later-${i}` })
      expect(await verdictOf(write(400 + i, { serial: `later-${i}` }))).toBe('unique_conflict')
      await oneChunk()
    }
    expect([...phases]).toEqual(['settle'])
    expect(await verdictOf(write(400, { serial: 'later-0' }))).toBe('updated')
    expect(await slots('serial')).toEqual([0, await recordCount()])
    expect(await findings()).toEqual([])
  }, 60_000)

  it('finds the duplicates of an index, and that is all that happens', async () => {
    await open({ indexed: true })
    await write(500, { serial: 'twice' })
    await write(501, { serial: 'twice' })
    const before = await slots('serial')
    await world.operator.changeAttribute('parts', 'serial', { unique: true })
    const id = await jobIdOf('serial')
    expect(await verdictOf(write(502, { serial: 'twice' }))).toBe('unique_conflict')
    await runJobs(driver())
    const { duplicates } = await jobNow(id)
    expect(duplicates).toContainEqual({ value: 'twice', recordIds: [idAt(500), idAt(501)] })
    expect(await attributeNow('serial')).toMatchObject({ indexed: true, unique: false })
    expect(await slots('serial')).toEqual(before)
    expect(await findings()).toEqual([])
  }, 60_000)

  it('makes combinations, of which nothing is left if they cannot be', async () => {
    await open()
    const name = 'code_and_place'
    await world.operator.addCombination('parts', { name, attributes: ['code', 'place'], unique: true })
    expect(await verdictOf(by(name, ['c20', 'p6']))).toBe('indexing')
    await oneChunk()
    await write(20, { place: 'elsewhere' })
    await write(COUNT - 20, { place: 'elsewhere' })
    await runJobs(driver())
    expect(await verdictOf(by(name, ['c20', 'elsewhere']))).toBe('updated')
    expect(await verdictOf(by(name, [`c${COUNT - 20}`, 'elsewhere']))).toBe('updated')
    const shared = { name: 'shared', attributes: ['place', 'serial'], unique: true }
    await write(510, { place: 'same', serial: 'same' })
    await write(COUNT - 510, { place: 'same', serial: 'same' })
    await world.operator.addCombination('parts', shared)
    await expect(world.operator.addCombination('parts', shared)).resolves.toMatchObject({ created: false })
    await runJobs(driver())
    expect(await verdictOf(by('shared', ['same', 'same']))).toBe('unknown_attribute')
    expect(await slots('shared')).toEqual([0, 0])
    expect(await findings()).toEqual([])
  }, 60_000)

  it('makes the keys of a combination anew that is to have other attributes', async () => {
    await open()
    const name = 'together'
    await world.operator.addCombination('parts', { name, attributes: ['code', 'place'], unique: true })
    await runJobs(driver())
    const document = { objects: [{ slug: 'parts', combinations: [{ name, attributes: ['code', 'serial'] }] }] }
    const { jobIds } = await world.operator.applySchema(document, { dryRun: false, pruning: false })
    expect(jobIds).toHaveLength(1)
    await runJobs(driver())
    expect(await slots(name)).toEqual([COUNT, 0])
    expect(await verdictOf(by(name, ['c20', 's20']))).toBe('updated')
    expect(await findings()).toEqual([])
  }, 60_000)

  it('makes the keys of a combination whose attribute has another slug since it began', async () => {
    world = await openWorld(driver())
    const { organizationId, operator } = world
    await seedParts(driver(), organizationId, operator, {}, 5)
    const combination = { name: 'together', attributes: ['code', 'serial'], unique: true, archived: false }
    const change = indexOfCombination('parts', undefined, combination)
    await driver().batch([
      saveCombination(organizationId, 'parts', combination, false),
      ...reindex(organizationId, 'operator', change, false).statements,
      raiseRevision(organizationId),
    ])
    const renamed = { objects: [{ slug: 'parts', attributes: [{ slug: 'number', renamedFrom: 'serial' }] }] }
    await operator.applySchema(renamed, { dryRun: false, pruning: false })
    await runJobs(driver())
    expect(await slots('together')).toEqual([5, 0])
    expect(await verdictOf(by('together', ['c2', 's2']))).toBe('updated')
  })

  it('removes an index in chunks, and everything about it waits for that', async () => {
    await open({ indexed: true })
    await world.operator.changeAttribute('parts', 'serial', { indexed: false })
    await oneChunk()
    expect(await verdictOf(by('serial', 's30'))).toBe('indexing')
    await expect(world.operator.changeAttribute('parts', 'serial', { unique: true })).rejects.toThrow('indexing')
    // What has nothing to do with the index can be changed meanwhile, and changes nothing of it.
    await world.operator.changeAttribute('parts', 'serial', { label: 'Serial number' })
    expect((await attributeNow('serial')).label).toBe('Serial number')
    await write(31, { serial: 'without' })
    await runJobs(driver())
    expect(await slots('serial')).toEqual([0, 0])
    expect(await attributeNow('serial')).toMatchObject({ indexed: false, unique: false })
    expect(await findings()).toEqual([])
  }, 60_000)

  it('indexes lists, by the schema document, which says nothing new while the job runs', async () => {
    await open()
    const document = { objects: [{ slug: 'parts', attributes: [{ slug: 'tags', indexed: true }] }] }
    const options = { dryRun: false, pruning: false }
    const { steps, jobIds } = await world.operator.applySchema(document, options)
    expect([steps.length, jobIds.length]).toEqual([1, 1])
    // Whoever sends it once more waits for the same job.
    expect(await world.operator.applySchema(document, options)).toEqual({ steps: [], jobIds })
    await oneChunk()
    await write(40, { tags: ['x', 'y'] })
    await runJobs(driver())
    expect(await verdictOf(by('tags', 'y'))).toBe('updated')
    expect(await verdictOf(by('tags', `u${COUNT - 40}`))).toBe('updated')
    expect(await findings()).toEqual([])
  }, 60_000)

  it('goes on with a job that is begun while another one runs', async () => {
    await open()
    await world.operator.changeAttribute('parts', 'serial', { indexed: true })
    let batches = 0
    const batch: SqlDriver['batch'] = async (statements, options) => {
      if (++batches === 3) await world.operator.changeAttribute('parts', 'place', { indexed: true })
      return driver().batch(statements, options)
    }
    expect(await runJobs({ batch })).toBe(true)
    for (const slug of ['serial', 'place']) expect(await attributeNow(slug)).toMatchObject({ indexed: true })
  }, 60_000)

  it('goes on with a job that is begun when the drive has just found nothing more to do', async () => {
    await open()
    const id = world.organizationId
    await world.operator.changeAttribute('parts', 'serial', { indexed: true })
    let again: Promise<void> | undefined
    const batch: SqlDriver['batch'] = async (statements, options) => {
      const answer = await driver().batch(statements, options)
      const isLook = statements.length === 1
      if (isLook && answer.results[0]?.rows.length === 0 && !again) {
        await world.operator.changeAttribute('parts', 'place', { indexed: true })
        again = drive(id)
      }
      return answer
    }
    const drive = jobDrive(() => ({ batch }))
    await drive(id)
    await again
    expect(await attributeNow('place')).toMatchObject({ indexed: true })
    // Whoever asks when all is done looks once, and that is the end of it.
    await drive(id)
    expect(await jobIdOf('place')).toBe('none')
  }, 60_000)

  describe('an organisation that wants no index made unasked', () => {
    it('is told that there is none', async () => {
      await open()
      await world.operator.changeOrganization({ automaticIndexing: false })
      expect(await verdictOf(by('place', 'p1'))).toBe('not_indexed')
      expect(await jobIdOf('place')).toBe('none')
    })
  })

  it('refuses at once what would rewrite too many records, and writes nothing', async () => {
    await open()
    const before = await world.tables()
    const archived = { slug: 'color', archived: true }
    const asked = [
      [{ slug: 'number', renamedFrom: 'serial' }],
      [{ slug: 'serial', multiple: true, convert: true }],
      [{ slug: 'place', type: 'number', convert: true }],
    ] as const
    for (const dryRun of [true, false])
      for (const attributes of asked)
        await expect(
          world.operator.applySchema({ objects: [{ slug: 'parts', attributes }] }, { dryRun, pruning: false }),
        ).rejects.toThrow('too_many_records')
    expect(await world.tables()).toBe(before)
    await world.operator.applySchema(
      { objects: [{ slug: 'parts', attributes: [archived] }] },
      { dryRun: false, pruning: false },
    )
    await expect(
      world.operator.applySchema(
        { objects: [{ slug: 'parts', attributes: [{ slug: 'color', remove: true }] }] },
        { dryRun: false, pruning: false },
      ),
    ).rejects.toThrow('too_many_records')
    expect((await attributeNow('color')).archived).toBe(true)
  }, 60_000)

  describe('what is done at once', () => {
    const SOME = AT_ONCE.records - 4_000
    const openSome = async () => {
      await runJobs(driver())
      world = await openWorld(driver())
      await seedParts(driver(), world.organizationId, world.operator, {}, SOME)
    }
    const apply = (...attributes: readonly { readonly slug: string; readonly indexed?: boolean }[]) =>
      world.operator.applySchema({ objects: [{ slug: 'parts', attributes }] }, { dryRun: false, pruning: false })

    it('is bounded for all that one document changes: more indexes are left to jobs, more rewriting is refused', async () => {
      await openSome()
      const { jobIds } = await apply({ slug: 'place', indexed: true }, { slug: 'serial', indexed: true })
      expect([jobIds.length, (await attributeNow('place')).building, await jobIdOf('serial')]).toEqual([
        1,
        undefined,
        jobIds[0],
      ])
      const before = await world.tables()
      const renames = [
        { slug: 'colour', renamedFrom: 'color' },
        { slug: 'labels', renamedFrom: 'tags' },
      ]
      await expect(apply(...renames)).rejects.toThrow('too_many_records')
      expect(await world.tables()).toBe(before)
      await apply(...renames.slice(0, 1))
    }, 60_000)

    it('is bounded for all that one batch matches by', async () => {
      await openSome()
      const matching = ['place', 'serial', 'tags'].map((name) => ({
        object: 'parts',
        match: [{ name, value: 'p1' }],
        values: {},
      }))
      await expect(world.run(matching, { dryRun: true })).rejects.toThrow('indexing')
      expect([await jobIdOf('place'), await jobIdOf('serial'), await jobIdOf('tags')]).toEqual([
        'none',
        expect.stringMatching(/-/),
        expect.stringMatching(/-/),
      ])
    }, 60_000)

    it('is bounded by keys and by bytes, too, and what does not fit takes no room', async () => {
      await openSome()
      const { organizationId } = world
      const make = (object: string, count: number, data: string) => ({
        sql: `
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(?3 AS INTEGER))
INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
SELECT ?1, ?2, '01900000-0000-7000-8000-' || printf('%012d', i), ${data}, 1, 1, 1, NULL, 'operator', 'operator', '[]' FROM n`,
        params: [organizationId, object, count],
      })
      const listOf = (length: number) =>
        `(WITH RECURSIVE t (j) AS (SELECT 1 UNION ALL SELECT j + 1 FROM t WHERE j < ${length}) SELECT json_object('tags', json_array(json_group_array('t' || j))) FROM t)`
      await driver().batch([
        make('fat', Math.ceil(AT_ONCE.bytes / 900_000), `json_object('note', json_array(hex(zeroblob(450000))))`),
        make('keyed', 1 + AT_ONCE.keys / 500, listOf(500)),
      ])
      const passes = [
        { object: 'fat', name: 'note' },
        { object: 'keyed', name: 'tags' },
        { object: 'keyed', name: 'other' },
        { object: 'parts', name: 'serial' },
        { object: 'parts', name: 'place' },
      ]
      const { fits, spent } = await fitting(driver(), organizationId, passes, NOTHING_DONE)
      expect(fits).toEqual([false, false, true, true, false])
      expect(spent).toMatchObject({ records: 1 + AT_ONCE.keys / 500 + SOME, keys: SOME })
      expect((await fitting(driver(), organizationId, passes, spent)).fits).toEqual([false, false, true, false, false])
    }, 60_000)
  })

  it('does no chunk where the job is no longer, nor for an organisation that is not served any more', async () => {
    await open({ indexed: true })
    await world.operator.changeAttribute('parts', 'serial', { unique: true })
    const id = await jobIdOf('serial')
    const late = async (seen: Job) => {
      const before = [await jobNow(id), await slots('serial')]
      for (const statements of [nextChunk(seen) ?? [], turn(seen)])
        await expect(driver().batch(statements)).rejects.toThrow(AbortError)
      expect([await jobNow(id), await slots('serial')]).toEqual(before)
    }
    const begun = await jobNow(id)
    await oneChunk()
    await late(begun)
    const further = await jobNow(id)
    const status = (value: string) => ({
      sql: 'UPDATE organizations SET status = ?2 WHERE id = ?1',
      params: [world.organizationId, value],
    })
    for (const value of ['suspended', 'moving', 'moved', 'deleted']) {
      await driver().batch([status(value)])
      await late(further)
    }
    await driver().batch([status('active')])
    await runJobs(driver())
    // Of its last step nothing differs but that it has ended.
    await late(await jobNow(id).then((ended) => ({ ...ended, phases: further.phases })))
    expect(await findings()).toEqual([])
  }, 60_000)

  it('makes the key of an empty text unique as well, and not unique', async () => {
    await open({ indexed: true })
    await write(5, { serial: '' })
    await world.operator.changeAttribute('parts', 'serial', { unique: true })
    await runJobs(driver())
    expect(await slots('serial')).toEqual([COUNT, 0])
    expect(await verdictOf(write(6, { serial: '' }))).toBe('unique_conflict')
    await world.operator.changeAttribute('parts', 'serial', { unique: false })
    await runJobs(driver())
    expect(await slots('serial')).toEqual([0, COUNT])
    await write(6, { serial: '' })
    await world.operator.changeAttribute('parts', 'serial', { unique: true })
    const id = await jobIdOf('serial')
    await runJobs(driver())
    expect((await jobNow(id)).duplicates).toEqual([{ value: '', recordIds: [idAt(5), idAt(6)] }])
    expect(await findings()).toEqual([])
  }, 60_000)

  it('finds the duplicates that two chunks of the check have one each of', async () => {
    await open({ indexed: true })
    const all = Array.from({ length: COUNT }, (_, i) => i).sort((a, b) => (`s${a}` < `s${b}` ? -1 : 1))
    const [last = 0, highest = 0] = [all[KEYS - 1], all.at(-1)]
    await write(highest, { serial: `s${last}` })
    await world.operator.changeAttribute('parts', 'serial', { unique: true })
    const id = await jobIdOf('serial')
    await runJobs(driver())
    expect((await jobNow(id)).duplicates).toEqual([
      { value: `s${last}`, recordIds: [last, highest].sort((a, b) => a - b).map(idAt) },
    ])
  }, 60_000)

  it('rests while the organisation is not served', async () => {
    await open()
    await world.operator.changeAttribute('parts', 'place', { indexed: true })
    const id = await jobIdOf('place')
    const status = (value: string) => ({
      sql: 'UPDATE organizations SET status = ?2 WHERE id = ?1',
      params: [world.organizationId, value],
    })
    await driver().batch([status('suspended')])
    await runJobs(driver())
    expect(await jobNow(id)).toMatchObject({ step: 0, finishedAt: null })
    await driver().batch([status('active')])
    await runJobs(driver())
    expect((await jobNow(id)).finishedAt).not.toBeNull()
  }, 60_000)
}
