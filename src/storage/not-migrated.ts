import { migrationFiles } from './migration-files.ts'

/** Whether what a database says it has not is something that a migration brings: then it is behind this release. */

const MISSING = /no such (?:table|column|index): ["`]?([\w.]+)|has no column named ["`]?(\w+)/i
const BROUGHT =
  /^\s*(?:CREATE (?:TABLE|(?:UNIQUE )?INDEX|VIEW) |ALTER TABLE \w+ ADD COLUMN )(?:IF NOT EXISTS )?(\w+)/gim

let names: ReadonlySet<string> | undefined

/** Whatever has come since the first file. Of what that brings nothing is there only in a database that was never migrated. */
const brought = (): ReadonlySet<string> => {
  names ??= new Set(
    migrationFiles
      .slice(1)
      .flatMap(({ statements }) =>
        statements.flatMap((sql) => [...sql.matchAll(BROUGHT)].map(([, name = '']) => name.toLowerCase())),
      ),
  )
  return names
}

/** @param message of SQLite, however the driver has wrapped it */
export const isNotMigrated = (message: string): boolean => {
  const [, missing, column] = MISSING.exec(message) ?? []
  const name = (column ?? missing)?.split('.').at(-1)?.toLowerCase()
  return name !== undefined && brought().has(name)
}
