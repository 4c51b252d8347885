import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { named } from '../../src/storage/program/names.ts'
import { programText } from '../../src/storage/program/program.ts'

/** Eight hex digits of the program's own text. Every view and trigger bears it, so a batch can only meet its own program. */
export const programHash = createHash('sha256').update(programText).digest('hex').slice(0, 8)

/** The program as SQL: what a migration creates. */
export const programSql = `${named(programText, programHash)}\n`

/** The migrations that create a program, the oldest first. Each drops all programs but its own and the one before it. */
export const programMigrations = (): string[] =>
  readdirSync('migrations')
    .filter((file) => /^\d{4}_(assert|program)\.sql$/.test(file))
    .sort()
