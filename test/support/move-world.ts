import { expect } from 'vitest'
import type { AssertCommand } from '../../src/engine/command.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import { columnsOf, organizationColumns, tenantTables } from '../../src/storage/tenant-tables.ts'
import { type MoveContext, type MoveState, newMove } from '../../src/tenants/move/state.ts'
import { step } from '../../src/tenants/move/step.ts'

/** A move whose state is kept in memory, and looks at what lies at both ends of it. */

export const END: ReadonlySet<string> = new Set(['keep', 'done', 'returned'])

/** More steps than any move of a test takes. */
const MANY = 300

export const moveOf = (source: SqlDriver, target: SqlDriver, organizationId: string) => {
  let state: MoveState | undefined = newMove({ name: 'target' })
  let place: 'source' | 'target' = 'source'
  const context: MoveContext = {
    organizationId,
    source,
    target,
    // A piece at a time, so that a test sees what is between them.
    budget: 0,
    store: {
      load: async () => state,
      async save(next) {
        // Whoever keeps it keeps text.
        state = JSON.parse(JSON.stringify(next)) as MoveState
      },
      async switchPlace() {
        place = 'target'
      },
    },
  }
  /** Steps until one of the phases is reached. `between` is done ahead of each. */
  const until = async (
    phases: ReadonlySet<string>,
    between: (state: MoveState) => Promise<unknown> = async () => undefined,
  ): Promise<MoveState> => {
    for (let n = 0; n < MANY; n++) {
      if (state && phases.has(state.phase)) return state
      if (state) await between(state)
      await step(context)
    }
    throw new Error(`The move has not come to ${[...phases].join(', ')} but to ${JSON.stringify(state)}`)
  }
  return {
    context,
    until,
    over: (more: Partial<MoveContext>): MoveContext => ({ ...context, ...more }),
    finish: (between?: (state: MoveState) => Promise<unknown>) => until(END, between),
    at: () => (place === 'source' ? source : target),
    state: () => state as MoveState,
  }
}

export type Move = ReturnType<typeof moveOf>

const select = (name: string, columns: readonly string[], owner: string, organizationId: string) => ({
  sql: `SELECT ${columns.map((c) => `${c}, typeof(${c}) AS ${c}_type`).join(', ')} FROM ${name} WHERE ${owner} = ?1 ORDER BY ${columns.join(', ')}`,
  params: [organizationId],
})

/** Every row of the organisation with the types of its values; of its own row, what goes with it. */
export const everythingOf = async (driver: SqlDriver, organizationId: string) => {
  const { results } = await driver.batch([
    select('organizations', organizationColumns.settings, 'id', organizationId),
    ...tenantTables.map((table) => select(table.name, columnsOf(table), 'organization_id', organizationId)),
  ])
  const names = ['organizations', ...tenantTables.map(({ name }) => name)]
  return Object.fromEntries(names.map((name, i) => [name, results[i]?.rows ?? []]))
}

/** No row at all of it. */
export const nothing = Object.fromEntries(
  ['organizations', ...tenantTables.map(({ name }) => name)].map((n) => [n, []]),
)

export const standing = async (driver: SqlDriver, organizationId: string) => {
  const { results } = await driver.batch([
    { sql: 'SELECT status, revision FROM organizations WHERE id = ?1', params: [organizationId] },
  ])
  const [row] = results[0]?.rows ?? []
  return row && { status: String(row.status), revision: Number(row.revision) }
}

/** What a move has left in a database beside rows: its log and its triggers. */
export const tracesIn = async (driver: SqlDriver, { id }: MoveState): Promise<readonly unknown[]> => {
  const { results } = await driver.batch([
    {
      sql: 'SELECT name FROM sqlite_master WHERE instr(name, ?1) = 1',
      params: [`moving_${id.replaceAll('-', '')}`],
    },
  ])
  return results[0]?.rows ?? []
}

/** The tenant is served at the target, and nothing of the move is left at the source but what was kept. */
export const expectSwitched = async (move: Move) => {
  const { source, target, organizationId } = move.context
  expect(move.state()).toMatchObject({ phase: 'keep', missed: 0, differences: 0 })
  expect(move.at()).toBe(target)
  const [left, lives] = [await standing(source, organizationId), await standing(target, organizationId)]
  expect([left?.status, lives?.status]).toEqual(['moved', 'active'])
  expect(lives?.revision).toBeGreaterThan(left?.revision ?? Number.NaN)
  expect(await tracesIn(source, move.state())).toEqual([])
}

/** The same, before anything else was written there. */
export const expectMoved = async (move: Move) => {
  const { source, target, organizationId } = move.context
  await expectSwitched(move)
  expect(await everythingOf(target, organizationId)).toEqual(await everythingOf(source, organizationId))
}

/** The tenant lives at the source as if nothing had been. */
export const expectReturned = async (move: Move) => {
  const { source, target, organizationId } = move.context
  expect(move.state()).toMatchObject({ phase: 'returned', missed: 0 })
  expect(move.at()).toBe(source)
  expect(await everythingOf(target, organizationId)).toEqual(nothing)
  expect((await standing(source, organizationId))?.status).toBe('active')
  expect(await tracesIn(source, move.state())).toEqual([])
}

export const person = (email: string, more: Partial<AssertCommand> = {}): AssertCommand => ({
  object: 'people',
  match: [{ name: 'emails', value: email }],
  ...more,
  values: { emails: [email], ...more.values },
})
