import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { schemaDocument } from '../../contracts/kit/schema-document.ts'
import { writeText } from '../files.ts'
import { note, type Output, print } from '../output.ts'
import { type SchemaAccess, type SchemaReach, withSchema } from '../schema-reach.ts'

interface SchemaOptions extends SchemaReach, Output {}

interface ApplyOptions extends SchemaOptions {
  readonly prune?: boolean
}

/** @throws Error naming file and place for what is no schema document */
const documentIn = (file: string) => {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Error(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : ''}`, { cause: error })
  }
  const document = schemaDocument.safeParse(json)
  if (document.success) return document.data
  const [issue] = document.error.issues
  throw new Error(`${file} is no schema document: ${issue?.path.join('.')}: ${issue?.message}`)
}

const exportTo = async (file: string | undefined, options: SchemaOptions) => {
  const text = `${JSON.stringify(await withSchema(options, (one) => one.exportSchema()), null, 2)}\n`
  if (file === undefined) process.stdout.write(text)
  else writeText(file, text)
}

/** @throws Error when values that several records share are in its way */
const seeThrough = async (access: SchemaAccess, id: string): Promise<void> => {
  note(`A job makes the index of a large object (${id}); it goes on without this command, too.`)
  const { object, name, status, shared } = await access.followJob(id)
  if (status === 'failed')
    throw new Error(
      `${object}.${name} cannot be unique, and is as it was before: several records share ${shared.join(', ')}. Give them different values, and apply the file again.`,
    )
  if (status === 'done') note(`The index of ${object}.${name} is made.`)
  else note(`The index of ${object}.${name} rests: it is gone on with when the organisation is served.`)
}

const run = (file: string, { prune = false, ...options }: ApplyOptions, dryRun: boolean) => {
  const document = documentIn(file)
  return withSchema(options, async (access) => {
    const { steps, jobIds } = await access.applySchema(document, { dryRun, pruning: prune })
    for (const step of steps) print(options, step, step.text)
    if (steps.length === 0) note('Nothing to do: the schema is what the document says.')
    for (const id of jobIds) await seeThrough(access, id)
  })
}

/** The schema of an organisation as a file: what it is, what a file would change, and the change. */
export const addSchemaCommands = (program: Command, withTarget: (command: Command) => Command): void => {
  const schema = program.command('schema').description('the schema of an organisation as a document')
  const ofOrganization = (command: Command) =>
    withTarget(command)
      .option('--organization <uuid>', 'id of the organisation in the database')
      .option('--api <url>', 'running deployment instead of a database, by a key of the organisation (API_KEY)')
      .option('--profile <name>', 'the same, with what "login" has kept under this name')
  const applying = (command: Command) =>
    ofOrganization(command)
      .option('--prune', 'archive what the document leaves out')
      .option('--json', 'one line of JSON for each step')
  ofOrganization(schema.command('export').argument('[file]', 'where to write it; default: stdout'))
    .description('write the document of what the organisation has added or changed')
    .action((file: string | undefined, _options, command: Command) => exportTo(file, command.optsWithGlobals()))
  applying(schema.command('plan').argument('<file>', 'the document'))
    .description('tell what applying the document would change, and change nothing')
    .action((file: string, _options, command: Command) => run(file, command.optsWithGlobals(), true))
  applying(schema.command('apply').argument('<file>', 'the document'))
    .description('make the schema what the document says, in one transaction, and see its jobs through')
    .action((file: string, _options, command: Command) => run(file, command.optsWithGlobals(), false))
}
