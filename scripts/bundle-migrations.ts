import { readdirSync, readFileSync } from 'node:fs'
import { generated } from './generated.ts'
import { programMigrations } from './lib/program.ts'
import { splitSql } from './split-sql.ts'

/**
 * `node scripts/bundle-migrations.ts`: writes migrations/*.sql into a module, for where there are no files (a Durable
 * Object, a Worker that migrates a tenant). `--check` only says whether the module is up to date.
 */

const literal = (text: string) => `\`${text.replace(/[\\`]|\$\{/g, '\\$&')}\``

/**
 * Programs that the newest migration drops. No migration between them runs a program, so a database that starts anew needs
 * not create them, and a Worker need not carry them: what is left is the name, by which the file counts as applied.
 */
const dropped = new Set(programMigrations().slice(0, -2))

const entry = (name: string) => {
  const statements = dropped.has(name) ? [] : splitSql(readFileSync(`migrations/${name}`, 'utf8'))
  return `  {\n    name: '${name}',\n    statements: [\n${statements.map((s) => `      ${literal(s)},\n`).join('')}    ],\n  },\n`
}

export const bundled = (): string => {
  const names = readdirSync('migrations')
    .filter((name) => name.endsWith('.sql'))
    .sort()
  return `// Made from migrations/*.sql by scripts/bundle-migrations.ts. Do not edit.
export const migrationFiles: readonly { readonly name: string; readonly statements: readonly string[] }[] = [
${names.map(entry).join('')}]
`
}

if (import.meta.main) generated('src/storage/migration-files.ts', bundled(), 'npm run migrations')
