import fc from 'fast-check'
import { expect } from 'vitest'
import type { AssertCommand } from '../../src/engine/command.ts'
import { isOfRecord, type RecordChange } from '../../src/engine/history.ts'
import { scopeOf } from '../../src/engine/session.ts'
import { type Undone, undoChanges } from '../../src/engine/undo.ts'
import type { StoredValue } from '../../src/schema/schema.ts'
import { historyReader } from '../../src/storage/history-reader.ts'
import { recordStore } from '../../src/storage/record-store.ts'
import { command } from './model-property.ts'
import type { StorageWorld } from './storage-world.ts'

/** What the history tells, held against the records themselves after any sequence of requests. */

const RUNS = 40

const step: fc.Arbitrary<AssertCommand> = fc
  .tuple(command, fc.constantFrom(undefined, undefined, undefined, 'archive', 'restore', 'erase'))
  .map(
    ([one, lifecycle]): AssertCommand => (lifecycle ? { ...one, mode: 'update', lifecycle, onArchived: 'keep' } : one),
  )
const requests = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 })

interface State {
  readonly data: Readonly<Record<string, StoredValue>>
  readonly archived: boolean
  readonly version: number
}
type States = ReadonlyMap<string, State>

const statesOf = async (world: StorageWorld): Promise<States> =>
  new Map(
    (await world.rows('records')).map(({ id, data, archived_at, version }) => [
      id as string,
      { data: JSON.parse(data as string), archived: archived_at !== null, version: version as number },
    ]),
  )

const clear = (world: StorageWorld) =>
  world.driver.batch(
    ['records', 'record_keys', 'changes'].map((table) => ({
      sql: `DELETE FROM ${table} WHERE organization_id = ?1`,
      params: [world.organizationId],
    })),
  )

/** Runs the requests, each under its place as its id. @returns the records before each of them, and after the last */
const run = async (world: StorageWorld, all: readonly (readonly AssertCommand[])[]): Promise<readonly States[]> => {
  await clear(world)
  const states: States[] = [new Map()]
  for (const [i, commands] of all.entries()) {
    await world.run(commands, { request: String(i) })
    states.push(await statesOf(world))
  }
  return states
}

const changesOf = async (world: StorageWorld): Promise<readonly RecordChange[]> => {
  const limit = { records: 10_000, bytes: 100_000_000, bytesPerRecord: 0 }
  const { changes } = await historyReader(world.driver).changes(scopeOf(await world.session()), { limit })
  return changes.filter(isOfRecord)
}

const replayed = (changes: readonly RecordChange[]): States => {
  const states = new Map<string, State>()
  for (const { action, recordId, version, delta } of changes) {
    const before = states.get(recordId)
    expect(version).toBe(1 + (before?.version ?? 0))
    if (action === 'erased') {
      states.delete(recordId)
      continue
    }
    const data = { ...before?.data }
    for (const [slug, [was, is]] of Object.entries(delta ?? {})) {
      expect(data[slug] ?? null).toEqual(was)
      if (is === null) delete data[slug]
      else data[slug] = is
    }
    const archived = action === 'archived' || (action !== 'restored' && before?.archived === true)
    states.set(recordId, { data, archived, version })
  }
  return states
}

/** The history from its beginning gives the records; of what is erased it has no values, only that it was. */
export const replayGivesRecords = (world: StorageWorld): Promise<void> =>
  fc.assert(
    fc.asyncProperty(requests, async (all) => {
      const present = (await run(world, all)).at(-1)
      const changes = await changesOf(world)
      const erased = new Set(changes.flatMap((one) => (one.action === 'erased' ? [one.recordId] : [])))
      for (const { recordId, delta } of changes.filter((one) => erased.has(one.recordId)))
        expect(Object.keys(delta ?? {}), recordId).toEqual([])
      expect(replayed(changes.filter((one) => !erased.has(one.recordId)))).toEqual(present)
    }),
    { numRuns: RUNS },
  )

/** Whether a record is archived is told as one more thing that changes, of no attribute. */
const namesOf = ({ action, changed }: RecordChange): readonly (string | null)[] =>
  action === 'archived' || action === 'restored' ? [...changed, null] : changed

const valueNamed = ({ data, archived }: State, name: string | null) => (name === null ? archived : (data[name] ?? null))

/** What a request did to one record, what others have done since, and the record before it, before the undoing and after. */
interface Case {
  readonly own: ReadonlySet<string | null>
  readonly foreign: ReadonlySet<string | null>
  readonly before: State | undefined
  readonly present: State
  readonly after: State | undefined
}

const checkUndone = ({ own, foreign, before, present, after }: Case, { status, kept }: Undone): void => {
  if (!after) throw new Error('What is archived or reverted is still there')
  const names = new Set([...kept.map(({ attribute }) => attribute)])
  if (status === 'refused') {
    expect(after).toEqual(present)
    return
  }
  if (!before) {
    expect(after).toEqual(foreign.size > 0 ? present : { ...after, data: present.data, archived: true })
    if (foreign.size > 0 && !present.archived) expect(kept).toMatchObject([{ why: 'changed_since', attribute: null }])
    return
  }
  for (const name of [...Object.keys(before.data), ...Object.keys(present.data), null]) {
    const isConflict = own.has(name) && foreign.has(name)
    const expected = own.has(name) && !isConflict ? before : present
    expect(valueNamed(after, name), String(name)).toEqual(valueNamed(expected, name))
    const differs = JSON.stringify(valueNamed(before, name)) !== JSON.stringify(valueNamed(present, name))
    expect(names.has(name), `${name} is named`).toBe(isConflict && differs)
  }
}

const undoAll = async (world: StorageWorld, request: string): Promise<readonly Undone[]> => {
  const ports = { store: recordStore(world.driver), history: historyReader(world.driver) }
  const asked = { selection: { request }, after: 0, created: 'archive' } as const
  const { records, next } = await undoChanges(ports, await world.session(), asked, {
    contract: 'test',
    request: 'undo',
  })
  expect(next).toBeUndefined()
  return records
}

const checkUndoing = async (world: StorageWorld, all: readonly (readonly AssertCommand[])[], drawn: number) => {
  const states = await run(world, all)
  const request = drawn % all.length
  const changes = await changesOf(world)
  const present = states.at(-1) ?? new Map<string, State>()
  const undone = await undoAll(world, String(request))
  const after = await statesOf(world)
  const own = changes.filter((one) => one.request === String(request))
  expect(new Set(undone.map(({ recordId }) => recordId))).toEqual(new Set(own.map(({ recordId }) => recordId)))
  for (const one of undone) {
    const of = (is: (change: RecordChange) => boolean) =>
      new Set(changes.filter((change) => change.recordId === one.recordId && is(change)).flatMap(namesOf))
    const was = present.get(one.recordId)
    if (one.status === 'gone') expect(was).toBeUndefined()
    if (!was) continue
    checkUndone(
      {
        own: of((change) => change.request === String(request)),
        foreign: of((change) => Number(change.request) > request),
        before: states[request]?.get(one.recordId),
        present: was,
        after: after.get(one.recordId),
      },
      one,
    )
  }
  // Whatever else there is, nobody has touched it.
  const touched = new Set(own.map(({ recordId }) => recordId))
  for (const [id, state] of present) if (!touched.has(id)) expect(after.get(id)).toEqual(state)
}

/** Undoing a request gives the records before it where nobody else wrote, and names what somebody else has changed since. */
export const undoingGivesBack = (world: StorageWorld): Promise<void> =>
  fc.assert(
    fc.asyncProperty(requests, fc.nat(100), (all, drawn) => checkUndoing(world, all, drawn)),
    { numRuns: RUNS },
  )
