import type { PlannedExtras, PlannedItem } from '../../engine/plan/planned.ts'
import { RECORD_BYTES } from '../../engine/record.ts'
import type { AssertBatch, ItemAnswer } from '../../engine/store.ts'
import { AbortError, type SqlDriver, type Statement, UpgradingError } from '../driver.ts'
import { answerOf, keptAnswer } from './answer.ts'
import { named } from './names.ts'
import { assertStatements } from './statement.ts'

/**
 * Proves the program against the very engine that is to run it. SQLite promises nothing about subqueries in RETURNING
 * after INSTEAD OF triggers: an engine that computed one of them once for all rows would answer every item with the
 * answer of the first, and nobody would see an error. So the canary provokes every status and every reason, each item
 * with an answer of its own, and takes everything back within its transaction.
 */

const ORGANIZATION = '00000000-0000-7000-8000-0000ca7a5700'
const MEMBER = '00000000-0000-7000-8000-0000ca7a5701'
const REVISION = 7
const NOWHERE = '00000000-0000-7000-8000-000000000000'

/** `plain` has no combination, so its items may take the short way; those of `full` never do. */
const indexes = {
  attributes: JSON.stringify({ plain: { code: 1, city: 0 }, full: { code: 1, mail: 1, city: 0 } }),
  combinations: JSON.stringify({ full: [['place', 1, ['room', 'seat']]] }),
}

/** An item, and what the program must say of it. */
interface Case {
  readonly item: PlannedItem
  readonly tells: string
}

const writeIdOf = (n: number): string => `00000000-0000-7000-9000-${n.toString(16).padStart(12, '0')}`

/** Items in their order; ids count up, so that an item may name the write of another. */
const cases = (): readonly Case[] => {
  const all: Case[] = []
  const add = (
    object: string,
    key: readonly [string, string] | undefined,
    values: Record<string, unknown>,
    tells: string,
    more: PlannedExtras & Partial<Pick<PlannedItem, 'onCreate' | 'merges' | 'writeId'>> = {},
  ): string => {
    const { onCreate, merges, writeId = writeIdOf(all.length), ...extras } = more
    const item = {
      writeId,
      object,
      ...(key && { name: key[0], value: key[1] }),
      attributes: values as PlannedItem['attributes'],
      ...(onCreate && { onCreate }),
      ...(merges && { merges }),
      ...(Object.keys(extras).length > 0 && { extras }),
    }
    all.push({ item, tells })
    return writeId
  }
  const code = (value: string): readonly [string, string] => ['code', value]

  // The short way: what it does, and what it leaves to the long way.
  add('plain', code('a'), { code: ['a'], city: ['X'] }, 'created null [city code] v1')
  add('plain', code('a'), { code: ['a'], city: ['X'] }, 'unchanged 0 [] v1')
  add('plain', code('a'), { city: ['X'] }, 'unchanged 0 [] v1')
  add('plain', code('a'), { note: ['n'], city: ['X'] }, 'updated 0 [note] v2')
  add('plain', code('a'), { city: ['Y'] }, 'updated 0 [city] v3')
  add('plain', code('a'), { city: ['Y'] }, 'unchanged 0 [] v3', { merges: { list: ['remove', ['z']] } })
  add('plain', code('b'), { city: ['Y'] }, 'created null [city code list] v1', {
    onCreate: { code: ['b'], list: [['p', 2.5, true]] },
  })
  add('plain', code('b'), {}, 'updated 0 [list] v2', { merges: { list: ['append', ['q', 'p', { amount: 1 }]] } })
  add('plain', code('b'), {}, 'unchanged 0 [] v2', { merges: { list: ['append', [{ amount: 1 }, true]] } })
  add('plain', code('c'), { code: ['a'] }, 'conflict')
  add('plain', undefined, { code: ['b'] }, 'conflict')
  add('plain', code('b'), {}, 'too_many_values', {
    merges: { list: ['append', Array.from({ length: 100 }, (_, i) => `v${i}`)] },
  })
  // Keys are made from normal forms, where such stand behind the values.
  const listed = (mode: 'append' | 'remove', value: string) => ({ merges: { list: [mode, [value], ['p']] as const } })
  add('plain', code('n'), { code: ['N', 'n'] }, 'created null [code] v1')
  add('plain', code('n'), { code: ['N.', 'n'] }, 'updated 0 [code] v2')
  add('plain', code('n'), {}, 'updated 0 [list] v3', listed('append', 'P'))
  add('plain', code('n'), {}, 'unchanged 0 [] v3', listed('append', 'P'))
  add('plain', code('n'), {}, 'updated 0 [list] v4', listed('remove', 'P.'))
  add('plain', code('N'), { code: ['N', 'n'] }, 'conflict')
  add('plain', code('a'), { note: ['x'.repeat(RECORD_BYTES + 1)] }, 'too_large')

  // The long way: every member of the extras, every reason.
  const first = add('full', ['mail', 'm'], { code: ['f'], city: ['X'] }, 'created null [city code mail room seat] v1', {
    onCreate: { mail: ['m'], room: ['R'], seat: [1] },
    fallbacks: [code('f')],
  })
  add('full', ['mail', 'other'], { city: ['X'] }, 'unchanged 1 [] v1', { fallbacks: [code('f')] })
  add('full', ['mail', 'other'], { city: ['Y'] }, 'updated 2 [city] v2', {
    fallbacks: [code('none'), ['place', '["R",1]']],
  })
  add('full', code('g'), { code: ['g'], city: ['Y'] }, 'created null [city code] v1')
  add('full', ['mail', 'm'], {}, 'keys_disagree', { fallbacks: [code('g')], keysAgree: 1 })
  add('full', ['city', 'Y'], {}, 'ambiguous', { onSeveral: 'error' })
  add('full', code('none'), {}, 'ambiguous', { onSeveral: 'error', fallbacks: [['city', 'Y']] })
  add('full', ['mail', 'm'], {}, 'ambiguous', {
    refs: [['parent', 'full', 'city', 'Y', 1, null, null, null, 1]],
  })
  add('full', code('g'), { room: ['R'], seat: [1] }, 'conflict')
  add('full', code('none'), {}, 'not_found', { mayCreate: 0 })
  add('full', ['id', NOWHERE], {}, 'not_found', { mayCreate: 0 })
  add('full', code('g'), {}, 'exists', { mayUpdate: 0 })
  add('full', code('g'), { city: ['Z'] }, 'version_mismatch', { ifVersion: 9 })
  add('full', code('g'), { at: ['2'] }, 'updated 0 [at kind] v2', { ifVersion: 1, fills: { kind: ['k'] } })
  add('full', code('g'), { at: ['1'] }, 'older', { ifNewer: 'at' })
  add('full', code('g'), {}, 'unchanged 0 [] v2', { fills: { kind: ['l'] } })
  add('full', code('g'), {}, 'updated 0 [owner parent] v3', {
    refs: [
      ['parent', 'full', 'mail', 'm', 2, null],
      ['parent', 'full', 'id', first, 2, null],
      ['owner', 'members', 'email', 'CANARY@ca.example', 1, null],
      ['owner', 'members', 'id', MEMBER, 0, 'create'],
    ],
  })
  add('full', code('g'), {}, 'updated 0 [parent] v4', {
    refs: [['parent', 'full', 'id', NOWHERE, 1, null, 'mail', 'm']],
  })
  add('full', code('g'), {}, 'unchanged 0 [] v4', { refs: [['parent', 'full', 'id', NOWHERE, 3, 'update']] })
  add('full', undefined, { city: ['V'] }, 'updated 0 [city] v3', { relatedTo: ['full', 'code', 'g', 'parent'] })
  const unknown = add('full', ['id', NOWHERE], { code: ['u'] }, 'created null [code] v1')
  add('full', ['id', unknown], {}, 'updated 0 [list] v2', { merges: { list: ['append', ['x', 'y']] } })
  add('full', ['id', unknown], {}, 'updated 0 [list] v3', { merges: { list: ['replace_first', ['z']] } })
  add('full', ['id', unknown], {}, 'unchanged 0 [] v3', { merges: { list: ['replace_first', ['z']] } })
  add('full', ['id', unknown], {}, 'updated 0 [list] v4', { merges: { list: ['replace_first', ['y']] } })
  add('full', ['id', unknown], {}, 'unchanged 0 [] v4', { merges: { list: ['remove', ['x', 'z']] } })
  add('full', undefined, { code: ['v'] }, 'created null [code] v1', {
    relatedTo: ['full', 'id', unknown, 'parent'],
  })
  add('full', code('g'), {}, 'reference_not_found', { refs: [['owner', 'members', 'id', NOWHERE, 0, null]] })
  add('full', code('h'), {}, 'skipped', { when: ['full', 'mail', 'm'] })
  add('full', code('h'), { code: ['h'] }, 'created null [code] v1', { when: ['full', 'mail', 'none'] })
  const changing = add('full', code('h'), { note: ['n'] }, 'updated 0 [note] v2')
  add('full', code('h'), { note: ['o'] }, 'updated 0 [note] v3', { when: ['full', 'code', 'h', changing, 'note'] })
  add('full', code('g'), { note: ['p'] }, 'skipped', { when: ['full', 'code', 'h', changing, 'note'] })
  add('full', code('h'), {}, 'updated 0 [] v4 archived', { lifecycle: 'archive', onArchived: 'keep' })
  add('full', code('h'), { note: ['q'] }, 'archived', { onArchived: 'refuse' })
  add('full', code('h'), {}, 'updated 0 [] v5 restored')
  add('full', code('h'), {}, 'erased', { lifecycle: 'erase' })
  add('full', code('h'), {}, 'not_found', { lifecycle: 'erase', mayCreate: 0 })

  // Two records made one, and parted again: what is left of the one leads to the other meanwhile.
  const goes = add('full', code('w'), { code: ['w'] }, 'created null [code] v1')
  const stays = add('full', code('x'), { code: ['x'] }, 'created null [code] v1')
  add('full', ['id', goes], {}, 'version_mismatch', { lifecycle: 'merge', into: NOWHERE })
  add('full', ['id', goes], {}, 'erased', { lifecycle: 'merge', into: stays, pointing: [['full', 'code']] })
  add('full', code('w'), { note: ['r'] }, 'updated 0 [note] v2')
  add('full', code('w'), { code: ['w'] }, 'unchanged 0 [] v2')
  add('full', ['id', goes], {}, 'version_mismatch', { ifVersion: 2 })
  add('full', ['id', goes], {}, 'merged', { lifecycle: 'erase' })
  add('full', code('w'), {}, 'merged', { lifecycle: 'erase' })
  add('full', code('x'), { parent: [[goes, stays]] }, 'updated 0 [parent] v3', {
    refs: [['parent', 'full', 'id', goes, 0, null]],
  })
  add('full', code('x'), { parent: [[stays]] }, 'unchanged 0 [] v3')
  add('full', undefined, { code: ['w'] }, 'version_mismatch', { lifecycle: 'separate', ifVersion: 1 })
  add('full', undefined, { code: ['w'] }, 'updated 0 [code] v3', {
    lifecycle: 'separate',
    writeId: goes,
    ifVersion: 2,
  })
  return all
}

const told = (answer: ItemAnswer): string => {
  switch (answer.status) {
    case 'refused':
      return answer.reason.code
    case 'erased':
    case 'skipped':
      return answer.status
    default: {
      const { status, matched, changed, record, transition } = answer
      return `${status} ${matched} [${changed.join(' ')}] v${record.version}${transition ? ` ${transition}` : ''}`
    }
  }
}

const statement = (sql: string, ...params: Statement['params']): Statement => ({ sql, params })

const setUp = [
  statement(
    `INSERT INTO organizations (id, name, revision, created_at) VALUES (?1, 'Canary', ${REVISION}, 0)`,
    ORGANIZATION,
  ),
  statement(
    `INSERT INTO members (organization_id, id, name, email, created_at) VALUES (?1, ?2, 'Canary', 'canary@ca.example', 0)`,
    ORGANIZATION,
    MEMBER,
  ),
]

const takeBack = [
  ...['records', 'record_keys', 'record_aliases', 'changes', 'replays', 'members'].map((table) =>
    statement(`DELETE FROM ${table} WHERE organization_id = ?1`, ORGANIZATION),
  ),
  statement('DELETE FROM organizations WHERE id = ?1', ORGANIZATION),
]

const batchOf = (all: readonly Case[], more: Partial<AssertBatch> = {}): AssertBatch => ({
  organizationId: ORGANIZATION,
  revision: REVISION,
  now: 1,
  actor: 'key:canary',
  contract: 'canary',
  indexes,
  history: 'values',
  track: true,
  dryRun: false,
  allOrNothing: false,
  dataBytes: 0,
  items: all.map(({ item }, position) => ({ position, item })),
  ...more,
})

class ProgramError extends Error {}

const compare = (way: string, all: readonly Case[], answers: readonly ItemAnswer[]) => {
  const seen = new Map(answers.map((answer) => [answer.position, told(answer)]))
  const wrong = all.flatMap(({ tells }, i) =>
    seen.get(i) === tells ? [] : [`item ${i}: "${seen.get(i)}" instead of "${tells}"`],
  )
  if (wrong.length > 0)
    throw new ProgramError(`This database runs the assert program otherwise (${way}): ${wrong.join('; ')}`)
}

/** What the program left behind must be what it told: a change for each write, no scratch, the records. */
const leftBehind = [
  statement('SELECT count(*) AS n FROM changes WHERE organization_id = ?1', ORGANIZATION),
  statement('SELECT (SELECT count(*) FROM refusals) + (SELECT count(*) FROM undo_log) AS n'),
  statement('SELECT count(*) AS n FROM records WHERE organization_id = ?1', ORGANIZATION),
]

const run = async (driver: SqlDriver, way: string, more: Partial<AssertBatch>, records: number) => {
  const all = cases()
  const batch = batchOf(all, more)
  const key = batch.idempotency?.key
  const statements = assertStatements(batch)
  const keptSql = 'SELECT position, answer FROM replays WHERE organization_id = ?1 ORDER BY position'
  const { results } = await driver.batch([
    ...setUp,
    ...statements,
    statement(keptSql, ORGANIZATION),
    ...leftBehind,
    ...takeBack,
  ])
  const items = new Map(batch.items.map(({ position, item }) => [position, item]))
  const from = setUp.length
  const rows = results.slice(from, from + statements.length).flatMap((r) => r.rows)
  compare(way, all, answerOf(rows, items).items)
  const kept = results[from + statements.length]?.rows ?? []
  if (key !== undefined) compare(`${way}, kept`, all, keptAnswer(kept, items).items)
  const counts = leftBehind.map((_, i) => results[from + statements.length + 1 + i]?.rows[0]?.n)
  const writes = more.dryRun ? 0 : all.filter(({ tells }) => /^(created|updated|erased)/.test(tells)).length
  if (counts.join() !== [writes, 0, records].join())
    throw new ProgramError(
      `This database runs the assert program otherwise (${way}): it left ${counts.join()} rows behind`,
    )
}

const mustThrow = async (way: string, work: Promise<unknown>, isExpected: (error: unknown) => boolean) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isExpected(error))
    throw new ProgramError(`This database runs the assert program otherwise (${way}): ${String(error)}`)
}

const isSignal = (signal: string) => (error: unknown) => error instanceof AbortError && error.message.includes(signal)

/** Everything that the canary provokes, by the first word of what the program must say of it. */
export const provoked = (): ReadonlySet<string> => new Set(cases().map(({ tells }) => tells.split(' ')[0] ?? ''))

/**
 * Runs the canary; leaves nothing behind.
 * @throws Error naming each item that this engine answers otherwise
 */
export const proveProgram = async (driver: SqlDriver): Promise<void> => {
  const records = 9
  await run(driver, 'real', {}, records)
  await run(driver, 'with data', { dataBytes: RECORD_BYTES }, records)
  await run(driver, 'dry', { dryRun: true }, 0)
  await run(driver, 'with an idempotency key', { idempotency: { key: 'canary', fingerprint: 'f' } }, records)
  const [first] = cases()
  const one = first ? [first] : []
  const stale = assertStatements(batchOf(one, { revision: REVISION + 1 }))
  await mustThrow('stale', driver.batch([...setUp, ...stale]), isSignal('edge-upsert:stale'))
  const atomic = assertStatements(batchOf(cases(), { allOrNothing: true }))
  await mustThrow('all or nothing', driver.batch([...setUp, ...atomic]), isSignal('edge-upsert:refused'))
  const other = statement(
    named('INSERT INTO @guard@ (organization_id, revision) VALUES (?1, 1)', '00000000'),
    ORGANIZATION,
  )
  await mustThrow('another program', driver.batch([other]), (error) => error instanceof UpgradingError)
}
