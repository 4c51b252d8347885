import { DatabaseSync } from 'node:sqlite'
import { keyIndexes } from '../../../src/schema/schema.ts'
import { standardObjects } from '../../../src/schema/standard/index.ts'
import { migrationFiles } from '../../../src/storage/migration-files.ts'
import { assertStatements } from '../../../src/storage/program/statement.ts'

/** Instructions of SQLite's machine in the assert statement and its triggers: what compiling it costs goes with them. */
export const opcodesOfStatement = (): number => {
  const [statement] = assertStatements({
    organizationId: 'o',
    revision: 1,
    now: 1,
    actor: 'key:k',
    contract: 'figures',
    indexes: keyIndexes(standardObjects().values()),
    history: 'off',
    track: true,
    dryRun: false,
    allOrNothing: false,
    dataBytes: 0,
    items: [],
  })
  if (!statement) throw new Error('There is no statement')
  const database = new DatabaseSync(':memory:')
  for (const sql of migrationFiles.flatMap(({ statements }) => statements)) database.exec(sql)
  const { length } = database.prepare(`EXPLAIN ${statement.sql}`).all(...statement.params)
  database.close()
  return length
}
