import { readFileSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { type Administration, administration } from '../../admin/administration.ts'
import { documentOf, schemaDocument } from '../../contracts/kit/schema-document.ts'
import { withOrganization } from '../open.ts'
import { note, type Output, print } from '../output.ts'
import type { Target } from '../target.ts'

interface SchemaTarget extends Target, Output {
  readonly organization: string
}

interface ApplyTarget extends SchemaTarget {
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
  if (document.success) return documentOf(document.data)
  const [issue] = document.error.issues
  throw new Error(`${file} is no schema document: ${issue?.path.join('.')}: ${issue?.message}`)
}

const asAdministrator = <T>(options: SchemaTarget, work: (administrator: Administration) => Promise<T>): Promise<T> =>
  withOrganization(options, (authority) => work(administration(authority)))

const exportTo = async (file: string | undefined, options: SchemaTarget) => {
  const text = `${JSON.stringify(await asAdministrator(options, (one) => one.exportSchema()), null, 2)}\n`
  if (file === undefined) process.stdout.write(text)
  else writeFileSync(file, text)
}

const run = async (file: string, { prune = false, ...options }: ApplyTarget, dryRun: boolean) => {
  const document = documentIn(file)
  const { steps, jobIds } = await asAdministrator(options, (one) =>
    one.applySchema(document, { dryRun, pruning: prune }),
  )
  for (const step of steps) print(options, step, step.text)
  for (const id of jobIds) note(`A job makes the index of a large object: GET /v1/jobs/${id}`)
  if (steps.length === 0) note('Nothing to do: the schema is what the document says.')
}

/** The schema of an organisation as a file: what it is, what a file would change, and the change. */
export const addSchemaCommands = (program: Command, withTarget: (command: Command) => Command): void => {
  const schema = program.command('schema').description('the schema of an organisation as a document')
  const ofOrganization = (command: Command) =>
    withTarget(command).requiredOption('--organization <uuid>', 'id of the organisation')
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
    .description('make the schema what the document says, in one transaction')
    .action((file: string, _options, command: Command) => run(file, command.optsWithGlobals(), false))
}
