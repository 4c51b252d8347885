import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { type ApiOptions, clientOf, withApi } from '../api.ts'
import { requireNewFile, writeText } from '../files.ts'
import { note } from '../output.ts'
import { MADE_HERE, schemaTypes } from '../schema-types.ts'

interface TypesOptions extends ApiOptions {
  readonly to?: string
  readonly check?: boolean
  readonly force?: boolean
}

/** @throws Error when a check finds another file, or there is one that somebody else has written */
const write = async ({ to, check = false, force = false, ...options }: TypesOptions) => {
  const { objects } = await clientOf(options, 'read its schema').call('get', '/v1/objects', {})
  const text = schemaTypes(objects)
  if (to === undefined) {
    if (check) throw new Error('--check compares a file: name it with --to.')
    console.log(text.trimEnd())
    return
  }
  const before = existsSync(to) ? readFileSync(to, 'utf8') : ''
  const isThere = before === text
  if (check && !isThere) throw new Error(`${to} is not what the schema says now: run the same without --check.`)
  if (!isThere) {
    // Only what this command has made is made anew without a word.
    requireNewFile(to, force || before === '' || before.startsWith(MADE_HERE))
    writeText(to, text)
  }
  if (!check) note(`${to} has the types of ${objects.length} objects: new EdgeUpsert<Schema>({ … }).`)
}

/** Types of the organisation's own schema, for programs that use the client. */
export const addTypesCommand = (program: Command): void => {
  withApi(program.command('types'))
    .description('write the schema of an organisation as TypeScript types, by a key of it (API_KEY)')
    .option('--to <file>', 'file to write; default: stdout')
    .option('--force', 'overwrite a file that this command has not made')
    .option('--check', 'write nothing, and fail when the file is not up to date')
    .action((options: TypesOptions) => write(options))
}
