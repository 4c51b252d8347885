import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Access } from '../../src/auth/access.ts'
import { assertRecords } from '../../src/engine/assert.ts'
import { RefusedError } from '../../src/engine/errors.ts'
import { sqlDirectory } from '../../src/storage/directory.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { type LibsqlFile, libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { recordStore } from '../../src/storage/record-store.ts'
import type { MoveContext } from '../../src/tenants/move/state.ts'
import { goBack, step } from '../../src/tenants/move/step.ts'
import { END, everythingOf, expectReturned, expectSwitched, type Move, moveOf } from '../support/move-world.ts'
import { openWorld } from '../support/storage-world.ts'

/** A move whose batches fail, at each place where one can, while the tenant is written to. */

const opened: LibsqlFile[] = []
let source: SqlDriver
let target: SqlDriver
beforeAll(async () => {
  for (let n = 0; n < 2; n++) {
    const file = await libsqlFile('file::memory:', { threads: false })
    opened.push(file)
    await migrate(file)
  }
  ;[source, target] = opened as [LibsqlFile, LibsqlFile]
})
afterAll(async () => {
  for (const file of opened) await file.close()
})

/** `FAULTS=1` has every batch of a move fail, before and after it is done; else every so many, an odd number, so that both come. */
const FAULTS = Number(process.env.FAULTS ?? 7)

/** More steps than any of these moves takes. */
const MANY = 300

class Died extends Error {}

/** What fails: the n-th batch of the mover, before it was done or after it; the answer is lost either way. */
interface Fault {
  readonly batch: number
  readonly done: boolean
}

/** Both databases as the mover has them, their batches counted together. */
const faulty = (context: MoveContext, faults: readonly Fault[]) => {
  let batches = 0
  const over = (driver: SqlDriver): SqlDriver => ({
    async batch(statements, options) {
      const number = batches++
      const fault = faults.find(({ batch }) => batch === number)
      if (fault && !fault.done) throw new Died()
      const result = await driver.batch(statements, options)
      if (fault) throw new Died()
      return result
    },
  })
  return {
    context: { ...context, source: over(context.source), target: over(context.target) },
    batches: () => batches,
  }
}

/** Someone calls again whenever it has died. @returns whether it has */
const stepOn = async (work: () => Promise<unknown>): Promise<boolean> => {
  try {
    await work()
    return false
  } catch (error) {
    if (!(error instanceof Died)) throw error
    return true
  }
}

interface Happening {
  readonly kind: 'write' | 'archive' | 'erase' | 'rename' | 'attribute' | 'mend'
  readonly code: string
  readonly note: string
}

/** What the tenant has been told is written: code to note and whether it is archived. */
type Model = Map<string, readonly [note: string, archived: boolean]>

const tenant = async () => {
  const world = await openWorld(source, { history: 'values' })
  await world.addObject('things')
  await world.addAttributes('things', { label: 'Code', type: 'text', unique: true }, { label: 'Note', type: 'text' })
  const { secret } = await world.operator.issueCredential({ kind: 'key', name: 'writer', scopes: ['crm:write'] })
  const access = new Access()
  const model: Model = new Map()
  let attributes = 0

  const assert = async (move: Move, { kind, code, note }: Happening) => {
    const driver = move.at()
    const presented = { secrets: [{ kind: 'key' as const, value: secret }] as const }
    const lifecycle = kind === 'archive' || kind === 'erase' ? kind : undefined
    const command = {
      object: 'things',
      match: [{ name: 'code', value: code }],
      values: { code, note },
      ...(lifecycle && { lifecycle }),
    }
    const { outcomes } = await assertRecords(
      recordStore(driver),
      await access.open(sqlDirectory(driver), presented, undefined),
      () => [command],
      {
        contract: 'test',
      },
    )
    // There is nothing to archive or to erase.
    if (outcomes[0]?.status === 'refused') return
    if (lifecycle === 'erase') model.delete(code)
    else model.set(code, [note, lifecycle === 'archive'])
  }

  /** @returns whether it was acknowledged; what is not must not be there */
  const happen = async (move: Move, happening: Happening): Promise<boolean> => {
    const { kind, note } = happening
    if (['write', 'archive', 'erase'].includes(kind)) {
      try {
        await assert(move, happening)
        return true
      } catch (error) {
        const isMoving = error instanceof RefusedError && error.message === 'organization_moving'
        if (!isMoving) throw error
        return false
      }
    }
    // Administration by the operator: it does not ask whether the tenant is frozen.
    if (move.at() !== source || !OPEN.has(move.state().phase)) return false
    if (kind === 'rename') await world.operator.changeOrganization({ name: note })
    if (kind === 'attribute') {
      attributes++
      await world.operator.addAttribute('things', { label: `More ${attributes}`, type: 'text', unique: true })
    }
    const mend = `DELETE FROM record_keys WHERE organization_id = ?1 AND value = ?2`
    if (kind === 'mend') await source.batch([{ sql: mend, params: [world.organizationId, 'surplus'] }])
    return true
  }
  return { world, model, happen }
}

/** As long as an operator administers the source. */
const OPEN: ReadonlySet<string> = new Set([
  'claim',
  'clear',
  'watch',
  'copy',
  'catch-up',
  'compare',
  'release',
  'withdraw',
  'returned',
])

/** All that lies where the tenant lives is what it was told, and what was not acknowledged is not there. */
const expectModel = async (move: Move, model: Model) => {
  const { records = [], record_keys = [], changes = [] } = await everythingOf(move.at(), move.context.organizationId)
  const found = records.map((row) => {
    const { code, note } = JSON.parse(String(row.data)) as { code: [string]; note: [string] }
    return [code[0], [note[0], row.archived_at !== null]]
  })
  expect(new Map(found as [string, [string, boolean]][])).toEqual(model)
  expect(record_keys.map((row) => row.value).sort()).toEqual([...model.keys()].sort())
  expect(changes.map((row) => row.sequence)).toEqual(changes.map((_, i) => i + 1))
}

const few: readonly Happening[] = [
  { kind: 'write', code: 'a', note: '1' },
  { kind: 'write', code: 'b', note: '2' },
  { kind: 'erase', code: 'a', note: '' },
  { kind: 'attribute', code: '', note: '' },
  { kind: 'archive', code: 'b', note: '3' },
  { kind: 'write', code: 'c', note: '4' },
]

/** A move with a happening ahead of each step, until it has ended; gone back at the first death if that is asked for. */
const run = async (
  { happen, world, model }: Awaited<ReturnType<typeof tenant>>,
  happenings: readonly Happening[],
  faults: readonly Fault[],
  { turnAt, turnOnDeath = false }: { readonly turnAt?: number; readonly turnOnDeath?: boolean },
) => {
  const move = moveOf(source, target, world.organizationId)
  const { context, batches } = faulty(move.context, faults)
  let acknowledged = 0
  let turned = false
  for (let n = 0; !END.has(move.state().phase); n++) {
    if (n > MANY) throw new Error(`The move does not end: ${JSON.stringify(move.state())}`)
    const next = happenings[n % happenings.length]
    if (next && (await happen(move, next))) acknowledged++
    const died = await stepOn(() => step(context))
    const turns = n === turnAt || (died && turnOnDeath)
    // Past the switch there is nothing to go back to.
    if (!turns || ['switch', 'retire', 'keep'].includes(move.state().phase)) continue
    turned = true
    await stepOn(() => goBack(context))
  }
  await (turned ? expectReturned(move) : expectSwitched(move))
  await expectModel(move, model)
  return { acknowledged, batches: batches() }
}

describe('a move that dies', () => {
  it.each([
    ['goes on', false],
    ['goes back', true],
  ] as const)(
    'at any batch, done or not, %s',
    async (_, turnOnDeath) => {
      const whole = await run(await tenant(), few, [], {})
      expect(whole.batches).toBeGreaterThan(40)
      for (let n = 0; n < 2 * whole.batches; n += FAULTS)
        await run(await tenant(), few, [{ batch: Math.floor(n / 2), done: n % 2 === 1 }], { turnOnDeath })
    },
    240_000,
  )

  const codes = fc.constantFrom('a', 'b', 'c', 'd')
  const happening: fc.Arbitrary<Happening> = fc.record({
    kind: fc.constantFrom('write', 'write', 'write', 'archive', 'erase', 'rename', 'attribute', 'mend'),
    code: codes,
    note: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }).filter((text) => text.trim() !== ''),
  })
  const fault: fc.Arbitrary<Fault> = fc.record({ batch: fc.nat(120), done: fc.boolean() })

  it('any number of times, whatever happens meanwhile, ends whole at one of both places', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 1, maxLength: 12 }),
        fc.array(fault, { maxLength: 6 }),
        fc.option(fc.nat(60)),
        async (happenings, faults, turnAt) => {
          const done = await run(await tenant(), happenings, faults, turnAt === null ? {} : { turnAt })
          expect(done.batches).toBeGreaterThan(0)
        },
      ),
      { numRuns: FAULTS === 1 ? 100 : 12, endOnFailure: true },
    )
  }, 240_000)
})
