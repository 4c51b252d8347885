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

/** On each of four stores. */
const RUNS = 30

/** Hardly ever refused, so that the same attributes of the same records change again and again. */
const plain: fc.Arbitrary<AssertCommand> = fc
  .record({ code: fc.constantFrom('a', 'b', 'c'), note: fc.constantFrom('1', '2', '3', null), label: fc.boolean() })
  .map(({ code, note, label }) => ({
    object: 'things',
    match: [{ name: 'code', value: code }],
    values: label ? { code, labels: note === null ? null : [note] } : { code, note },
  }))

const lifecycle = fc.oneof(
  { weight: 16, arbitrary: fc.constant(undefined) },
  { weight: 4, arbitrary: fc.constantFrom('archive', 'restore') },
  { weight: 1, arbitrary: fc.constant('erase') },
)

const step: fc.Arbitrary<AssertCommand> = fc
  .tuple(fc.oneof(command, plain, plain), lifecycle)
  .map(
    ([one, drawn]): AssertCommand => (drawn ? { ...one, mode: 'update', lifecycle: drawn, onArchived: 'keep' } : one),
  )
const requests = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 4, maxLength: 10, size: 'max' })

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
    ['records', 'record_keys', 'record_aliases', 'changes'].map((table) => ({
      sql: `DELETE FROM ${table} WHERE organization_id = ?1`,
      params: [world.organizationId],
    })),
  )

const IMPORT = 'import'

/**
 * Runs the requests, each under its place as its id, and some as parts of the import.
 * @returns the records before each of them, and after the last
 */
const run = async (
  world: StorageWorld,
  all: readonly (readonly AssertCommand[])[],
  imported: ReadonlySet<number> = new Set(),
): Promise<readonly States[]> => {
  await clear(world)
  const states: States[] = [new Map()]
  for (const [i, commands] of all.entries()) {
    await world.run(commands, { request: String(i), ...(imported.has(i) && { importId: IMPORT }) })
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

/** What an import did to one record, in the words of the undoing. */
interface Case {
  /** Whether it created the record. */
  readonly isCreated: boolean
  /** Whether others have made something else of the record since it began. */
  readonly isForeign: boolean
  /** What it changed, with what that was before it, or before it came back to it after others. */
  readonly wanted: ReadonlyMap<string | null, unknown>
  /** Of that, what others have changed since. */
  readonly blocked: ReadonlySet<string | null>
}

type Own = (change: RecordChange) => boolean

/**
 * What others have taken back themselves counts as nothing: an attribute is looked at by runs of changes of the same side.
 * @param changes of one record. @param states before each request
 */
const caseOf = (changes: readonly RecordChange[], isOwn: Own, states: readonly States[]): Case => {
  const wanted = new Map<string | null, unknown>()
  const blocked = new Set<string | null>()
  const since = changes.slice(changes.findIndex(isOwn))
  const isCreated = since[0]?.action === 'created'
  const valueAt = ({ recordId }: RecordChange, state: number, name: string | null) => {
    const one = states[state]?.get(recordId)
    return one ? valueNamed(one, name) : name === null ? false : null
  }
  const before = (one: RecordChange, name: string | null) => valueAt(one, Number(one.request), name)
  let isForeign = false
  for (const name of new Set(changes.flatMap(namesOf))) {
    const about = changes.filter((one) => namesOf(one).includes(name))
    const last = about.findLastIndex(isOwn)
    const newest = about[last]
    const left = ({ action, delta }: RecordChange) =>
      name === null ? action === 'archived' : (delta?.[name]?.[1] ?? null)
    const found = ({ action, delta }: RecordChange) => {
      if (name === null) return action === 'created' ? undefined : action === 'restored'
      return delta?.[name]?.[0]
    }
    const begun = (at: number): number => (about[at - 1] && isOwn(about[at - 1] as RecordChange) ? begun(at - 1) : at)
    /** Others that left another value, or went through what the own changes before them had found: they may have taken these back. */
    const isOther = (from: number, end: number, to: unknown) => {
      const [first, own] = [about[from], from > 0 ? about[begun(from - 1)] : undefined]
      if (!first || from >= end) return false
      const passed = about.slice(from, end - 1).map((one) => JSON.stringify(left(one)))
      return (
        JSON.stringify(found(first)) !== JSON.stringify(to) ||
        (own !== undefined && passed.includes(JSON.stringify(found(own))))
      )
    }
    const end = about.at(-1)
    // Behind the last own one, others: whether they left what they found.
    const now = end && valueAt(end, states.length - 1, name)
    const isTopOther = isOther(last + 1, about.length, now)
    if (isTopOther && (newest || isCreated)) isForeign = true
    if (!newest) continue
    if (isTopOther) blocked.add(name)
    let first = last
    for (;;) {
      while (first > 0 && isOwn(about[first - 1] as RecordChange)) first--
      let others = first
      while (others > 0 && !isOwn(about[others - 1] as RecordChange)) others--
      const begin = about[first] as RecordChange
      if (others === first) break
      const isChanged = isOther(others, first, found(begin))
      if (isChanged) isForeign = true
      if (isChanged || others === 0) break
      first = others - 1
    }
    const begin = about[first]
    if (begin && states[Number(begin.request)]?.has(begin.recordId)) wanted.set(name, before(begin, name))
  }
  return { isCreated, isForeign, wanted, blocked }
}

const checkUndone = (
  { isCreated, isForeign, wanted, blocked }: Case,
  present: State,
  after: State | undefined,
  { status, kept }: Undone,
): void => {
  if (!after) throw new Error('What is archived or reverted is still there')
  if (status === 'refused') {
    expect(after).toEqual(present)
    return
  }
  if (isCreated) {
    expect(after).toEqual(isForeign ? present : { ...after, data: present.data, archived: true })
    if (isForeign && !present.archived) expect(kept).toMatchObject([{ why: 'changed_since', attribute: null }])
    return
  }
  const named = new Set(kept.map(({ attribute }) => attribute))
  for (const name of [...wanted.keys(), ...Object.keys(present.data), null]) {
    const now = valueNamed(present, name)
    const was = wanted.has(name) ? wanted.get(name) : now
    expect(valueNamed(after, name), String(name)).toEqual(blocked.has(name) ? now : was)
    const isConflict = blocked.has(name) && JSON.stringify(was) !== JSON.stringify(now)
    expect(named.has(name), `${name} is named`).toBe(isConflict)
  }
}

const undoAll = async (world: StorageWorld): Promise<readonly Undone[]> => {
  const ports = { store: recordStore(world.driver), history: historyReader(world.driver) }
  const asked = { selection: { importId: IMPORT }, after: 0, created: 'archive' } as const
  const { records, next } = await undoChanges(ports, await world.session(), asked, { contract: 'test' })
  expect(next).toBeUndefined()
  return records
}

/** @param own places of the requests that are part of the import. @returns what became of each record */
const checkUndoing = async (
  world: StorageWorld,
  all: readonly (readonly AssertCommand[])[],
  own: ReadonlySet<number>,
): Promise<readonly Undone[]> => {
  const states = await run(world, all, own)
  const changes = Map.groupBy(await changesOf(world), ({ recordId }) => recordId)
  const present = states.at(-1) ?? new Map<string, State>()
  const undone = new Map((await undoAll(world)).map((one) => [one.recordId, one]))
  const after = await statesOf(world)
  const isOwn: Own = ({ importId }) => importId === IMPORT
  for (const [id, told] of changes) {
    const one = undone.get(id)
    const state = present.get(id)
    expect(one !== undefined).toBe(told.some(isOwn))
    // Whatever else there is, nobody has touched it.
    if (!one || !state) expect(after.get(id)).toEqual(state)
    if (one && !state) expect(one.status).toBe('gone')
    if (one && state) checkUndone(caseOf(told, isOwn, states), state, after.get(id), one)
  }
  return [...undone.values()]
}

/**
 * Undoing an import gives the records before it where nobody else wrote, and names what somebody else has changed since. One
 * request is an import, too.
 */
export const undoingGivesBack = async (world: StorageWorld): Promise<void> => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(requests, fc.nat(9), fc.boolean(), async (all, drawn, isOne) => {
      const isOwn = (i: number) => (isOne ? i === drawn % all.length : i % 2 === drawn % 2)
      const own = new Set(all.flatMap((_, i) => (isOwn(i) ? [i] : [])))
      for (const { status, kept } of await checkUndoing(world, all, own))
        for (const one of [status, ...kept.map(({ why }) => why)]) seen.add(one)
    }),
    { numRuns: RUNS },
  )
  // So many runs have had each of these, or they were about nothing.
  expect([...seen]).toEqual(expect.arrayContaining(['reverted', 'archived', 'changed_since']))
}
