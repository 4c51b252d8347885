import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { programHash, programSql } from '../../scripts/lib/program.ts'
import { keyIndexes } from '../../src/schema/schema.ts'
import { standardObjects } from '../../src/schema/standard/index.ts'
import type { SqlDriver, Statement } from '../../src/storage/driver.ts'
import { libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrationFiles } from '../../src/storage/migration-files.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { reasonCodes } from '../../src/storage/program/answer.ts'
import { proveProgram, provoked } from '../../src/storage/program/canary.ts'
import { itemColumns } from '../../src/storage/program/columns.ts'
import { parts } from '../../src/storage/program/program.ts'
import { assertStatements, PARAMETER_BYTES, rowOf } from '../../src/storage/program/statement.ts'
import { PROGRAM } from '../../src/storage/program/version.ts'

const opened = async () => {
  const file = await libsqlFile('file::memory:', { threads: false })
  await migrate(file)
  return file
}

const objects = standardObjects()
const [statement] = assertStatements({
  organizationId: 'o',
  revision: 1,
  now: 1,
  actor: 'key:k',
  contract: 'test',
  indexes: keyIndexes(objects.values()),
  history: 'off',
  track: true,
  dryRun: false,
  allOrNothing: false,
  dataBytes: 0,
  items: [],
})

/** Views that the triggers of a view insert into: how deep SQLite nests them, counted when the statement is compiled. */
const depthFrom = (view: string): number => {
  const steps = parts.flatMap((part) => part.steps ?? []).filter(({ on }) => on.view === view)
  const targets = steps.flatMap(({ run }) =>
    run.flatMap((sql) => [...sql.matchAll(/INSERT INTO (@\w+@)/g)].map((m) => m[1] ?? '')),
  )
  return steps.length === 0 ? 0 : 1 + Math.max(0, ...targets.map(depthFrom))
}

/** How deep parentheses nest, and how many selects stand in one compound. */
const shapeOf = (sql: string): { readonly nesting: number; readonly selects: number } => {
  const open = [1]
  let nesting = 0
  let selects = 0
  for (const [token] of sql.matchAll(/'(?:[^']|'')*'|--[^\n]*|[();]|UNION/g)) {
    if (token === '(') nesting = Math.max(nesting, open.push(1) - 1)
    if (token === 'UNION') {
      const count = (open.pop() ?? 0) + 1
      open.push(count)
      selects = Math.max(selects, count)
    }
    if (token === ')') open.pop()
    if (token === ';') open.splice(0, open.length, 1)
  }
  return { nesting, selects }
}

const longest = (sql: string): number =>
  Math.max(...sql.split(/;\n/).map((one) => new TextEncoder().encode(one).length))

describe('the assert program', () => {
  it('stays within what D1 takes', () => {
    const { sql = '', params = [] } = statement ?? {}
    const database = new DatabaseSync(':memory:')
    for (const one of migrationFiles.flatMap(({ statements }) => statements)) database.exec(one)
    const opcodes = database.prepare(`EXPLAIN ${sql}`).all(...params).length
    database.close()
    const stages = parts.flatMap((part) => part.stages ?? [])
    const figures: Record<string, readonly [figure: number, limit: number]> = {
      'columns of a view': [Math.max(...stages.map(({ columns }) => columns.length)), 100],
      'parameters of the statement': [params.length, 100],
      'bytes of a parameter': [PARAMETER_BYTES, 2_000_000],
      'depth of triggers': [depthFrom('@assert@'), 10],
      'nested parentheses, for the depth of an expression': [shapeOf(`${programSql};${sql}`).nesting, 100],
      'bytes of one statement of the migration': [longest(programSql), 100_000],
      'selects of a compound': [shapeOf(`${programSql};${sql}`).selects, 5],
      'opcodes of the statement and its triggers': [opcodes, 25_000],
    }
    for (const [name, [figure, limit]] of Object.entries(figures)) {
      expect(figure, name).toBeGreaterThan(0)
      expect(figure, name).toBeLessThanOrEqual(limit)
    }
    console.log(
      Object.entries(figures)
        .map(([name, [figure, limit]]) => `${name}: ${figure} of ${limit}`)
        .join('\n'),
    )
  })

  it('puts the values of an item into the order of its columns', () => {
    const item = { writeId: 'w', object: 'o', name: 'n', value: 'v', attributes: { a: ['a'] } } as const
    const row = rowOf(
      7,
      { ...item, onCreate: { c: ['c'] }, merges: { m: ['append', ['m']] }, extras: { mayCreate: 0 } },
      9,
    )
    expect(Object.fromEntries(itemColumns.map((column, i) => [column, row[i]]))).toEqual({
      position: 7,
      write_id: 'w',
      object: 'o',
      name: 'n',
      value: 'v',
      attributes: { a: ['a'] },
      on_create: { c: ['c'] },
      merges: { m: ['append', ['m']] },
      extras: { mayCreate: 0 },
      revision: 9,
      op: undefined,
    })
  })

  it('is the one that the product was built for', () => {
    expect(PROGRAM, 'run npm run program').toBe(programHash)
  })
})

describe('the canary', () => {
  it('proves the program, and leaves nothing behind', async () => {
    const file = await opened()
    await proveProgram(file)
    for (const table of [
      'organizations',
      'members',
      'records',
      'record_keys',
      'record_aliases',
      'changes',
      'replays',
      'refusals',
      'undo_log',
    ]) {
      const { results } = await file.batch([{ sql: `SELECT count(*) AS n FROM ${table}`, params: [] }])
      expect([table, results[0]?.rows[0]?.n]).toEqual([table, 0])
    }
    file.close()
  })

  it('provokes every status, and every reason but the one that takes a second of work', () => {
    const statuses = ['created', 'updated', 'unchanged', 'erased', 'skipped']
    const reasons = reasonCodes.filter((code) => code !== 'too_much_work')
    expect([...provoked()].sort()).toEqual([...statuses, ...reasons].sort())
  })

  /** What SQLite's documents would allow: a column of RETURNING that is computed once for all rows. */
  it.each(['remark', 'record', 'matched', 'skipped'])(
    'notices an engine that computes %s once for all rows',
    async (column) => {
      const file = await opened()
      const once: SqlDriver = {
        async batch(statements: readonly Statement[]) {
          const answer = await file.batch(statements)
          const results = answer.results.map((result) => {
            if (!result.rows[0] || !('remark' in result.rows[0])) return result
            const value = result.rows.find((row) => row[column] !== null)?.[column] ?? null
            return { ...result, rows: result.rows.map((row) => ({ ...row, [column]: value })) }
          })
          return { ...answer, results }
        },
      }
      await expect(proveProgram(once)).rejects.toThrow('runs the assert program otherwise')
      file.close()
    },
  )

  it('notices triggers that run otherwise', async () => {
    const file = await opened()
    await file.batch([{ sql: `DROP TRIGGER assert_erase_${PROGRAM}`, params: [] }])
    await expect(proveProgram(file)).rejects.toThrow(/instead of "erased"/)
    file.close()
  })
})
