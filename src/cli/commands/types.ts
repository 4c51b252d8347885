import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { type ApiOptions, clientOf, withApi } from '../api.ts'
import { note } from '../output.ts'
import { schemaTypes } from '../schema-types.ts'

interface TypesOptions extends ApiOptions {
  readonly to?: string
  readonly check?: boolean
}

/** @throws Error when a check finds another file */
const write = async ({ to, check = false, ...options }: TypesOptions) => {
  const { objects } = await clientOf(options, 'read its schema').call('get', '/v1/objects', {})
  const text = schemaTypes(objects)
  if (to === undefined) {
    if (check) throw new Error('--check compares a file: name it with --to.')
    console.log(text.trimEnd())
    return
  }
  const isThere = existsSync(to) && readFileSync(to, 'utf8') === text
  if (check && !isThere) throw new Error(`${to} is not what the schema says now: run the same without --check.`)
  if (!isThere) writeFileSync(to, text)
  if (!check) note(`${to} has the types of ${objects.length} objects: new EdgeUpsert<Schema>({ … }).`)
}

/** Types of the organisation's own schema, for programs that use the client. */
export const addTypesCommand = (program: Command): void => {
  withApi(program.command('types'))
    .description('write the schema of an organisation as TypeScript types, by a key of it (API_KEY)')
    .option('--to <file>', 'file to write; default: stdout')
    .option('--check', 'write nothing, and fail when the file is not up to date')
    .action((options: TypesOptions) => write(options))
}
