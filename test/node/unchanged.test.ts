import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { AssertCommand } from '../../src/engine/command.ts'
import { LONG_TEXT_LIMIT } from '../../src/schema/types/long-text.ts'
import { libsqlFile } from '../../src/storage/drivers/libsql-file.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { openWorld, verdicts } from '../support/storage-world.ts'

/** The database and its write-ahead log: a page that is written and not changed shows there, too. */
const bytesOf = (path: string): readonly string[] =>
  [path, `${path}-wal`].map((name) =>
    existsSync(name) ? createHash('sha256').update(readFileSync(name)).digest('hex') : 'none',
  )

it('what is unchanged writes no byte, not only no row', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-'))
  const path = join(folder, 'unchanged.db')
  const file = await libsqlFile(`file:${path}`)
  await migrate(file)
  const world = await openWorld(file)
  const person = (i: number, more: Partial<AssertCommand> = {}): AssertCommand => ({
    object: 'people',
    match: [{ name: 'emails', value: `p${i}@bytes.example` }],
    values: { emails: [`p${i}@bytes.example`], first_name: `P${i}` },
    ...more,
  })
  const text = 'x'.repeat(LONG_TEXT_LIMIT)
  const large = (modes: readonly 'append'[], more: Partial<AssertCommand> = {}): AssertCommand =>
    person(1_000, {
      values: { emails: ['p1000@bytes.example'], description: text },
      ...(modes[0] && { writeModes: { emails: modes[0] } }),
      ...more,
    })
  const ways: readonly (readonly AssertCommand[])[] = [
    [person(0)],
    [person(0, { values: { first_name: 'P0' } })],
    [person(0, { writeModes: { emails: 'prepend' } })],
    [person(0, { ifVersion: 1 })],
    [person(0, { onArchived: 'keep', keysAgree: true })],
    // So large that a change of it would be counted: what nothing changes is not.
    [large(['append'], { ifVersion: 1 })],
    [large([])],
    Array.from({ length: 200 }, (_, i) => person(i)),
  ]
  await world.run(ways.at(-1) ?? [])
  await world.run([large([])])
  const session = await world.session()
  const before = bytesOf(path)
  for (const commands of ways) {
    const { outcomes } = await world.run(commands, {}, session)
    expect(new Set(verdicts(outcomes))).toEqual(new Set(['unchanged']))
    expect(bytesOf(path)).toEqual(before)
  }
  // The measure sees a page: one more record is one.
  await world.run([person(201)], {}, session)
  expect(bytesOf(path)).not.toEqual(before)
  await file.close()
  rmSync(folder, { recursive: true })
})
