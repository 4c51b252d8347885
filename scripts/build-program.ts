import { readFileSync } from 'node:fs'
import { generated } from './generated.ts'
import { programHash, programMigrations, programSql } from './lib/program.ts'

/**
 * `npm run program`: makes the migration of the assert program from its fragments (src/storage/program), and tells the
 * product its hash. `--check` only compares.
 *
 * The migration creates the new program beside the one before it and drops those older than that: a Worker of the
 * release before goes on working until it is replaced.
 */

/** Raised when a program is released: the migration before it then stays as it is for ever. */
const MIGRATION = '0009_program.sql'

const NAMES = /^CREATE (VIEW|TRIGGER) (\w+)/gm

/** Views of all programs but the last two; dropping a view drops its triggers. */
const outdated = programMigrations()
  .filter((file) => file < MIGRATION)
  .slice(0, -1)
  .flatMap((file) => [...readFileSync(`migrations/${file}`, 'utf8').matchAll(NAMES)])
  .flatMap(([, kind, name]) => (kind === 'VIEW' ? [`DROP VIEW IF EXISTS ${name};`] : []))

const header = `-- The assert program, made by scripts/build-program.ts from src/storage/program. Do not edit.`

generated(`migrations/${MIGRATION}`, [header, ...outdated, programSql].join('\n'), 'npm run program')
generated(
  'src/storage/program/version.ts',
  `// Made by scripts/build-program.ts. Do not edit.

/** Hash of the assert program that this build runs. */
export const PROGRAM = '${programHash}'
`,
  'npm run program',
)
