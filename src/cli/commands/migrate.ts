import type { Command } from 'commander'
import { openDatabase } from '../../node/database.ts'
import { databaseFailure } from '../../node/database-failure.ts'
import { databaseName, isMissingFile } from '../../node/database-url.ts'
import { migrate, pendingMigrations, refuseNewer } from '../../storage/migrations.ts'
import { proveProgram } from '../../storage/program/canary.ts'
import { sentenceOf } from '../failure.ts'
import { readJson } from '../files.ts'
import { D1, D1_BINDING, databaseOf, databaseToken, IN_THIS_THREAD, LOCAL_STATE, open } from '../open.ts'
import type { Target } from '../target.ts'
import { runWrangler } from '../wrangler.ts'

interface MigrateOptions extends Target {
  readonly tenants?: string
  readonly dryRun?: boolean
}

type Place = { readonly binding: string } | { readonly url: string; readonly token?: string }

/** Proves the program on the database, also where there was nothing to apply: whoever migrates wants to be sure. */
const prove = async (target: Target) => {
  const { driver, close } = await open(target)
  try {
    await refuseNewer(driver)
    await proveProgram(driver)
  } finally {
    await close()
  }
}

/** D1 is migrated by wrangler, which keeps the same table of what has been applied. */
const migrateD1 = async (target: MigrateOptions): Promise<string> => {
  const { binding = D1_BINDING, remote, config, env, dryRun } = target
  const where = [
    ...(remote ? ['--remote'] : ['--local', '--persist-to', LOCAL_STATE]),
    ...(config === undefined ? [] : ['--config', config]),
    ...(env === undefined ? [] : ['--env', env]),
  ]
  const output = await runWrangler(['d1', 'migrations', dryRun ? 'list' : 'apply', binding, ...where])
  const isUpToDate = /No migrations/.test(output)
  if (dryRun) return isUpToDate ? 'up to date' : output.trim()
  await prove(target)
  return isUpToDate ? 'up to date' : 'migrated'
}

const migrateLibsql = async (url: string, token: string | undefined, dryRun: boolean): Promise<string> => {
  if (dryRun && isMissingFile(url)) return `would make ${databaseName(url)} and apply all migrations`
  const { driver, close } = await openDatabase(url, token, IN_THIS_THREAD)
  try {
    await refuseNewer(driver)
    const names = dryRun ? (await pendingMigrations(driver)).map((m) => m.name) : await migrate(driver)
    if (!dryRun && names.length === 0) await proveProgram(driver)
    return names.length === 0 ? 'up to date' : `${dryRun ? 'would apply' : 'applied'} ${names.join(', ')}`
  } catch (error) {
    throw databaseFailure(url, error)
  } finally {
    await close()
  }
}

const migratePlace = (place: Place, options: MigrateOptions): Promise<string> =>
  'binding' in place
    ? migrateD1({ ...options, database: D1, binding: place.binding })
    : migrateLibsql(
        place.url,
        place.token === undefined ? undefined : process.env[place.token],
        options.dryRun === true,
      )

/** The JSON of the variable TENANTS, as a file. A tenant that fails is reported and stops no other; run it again. */
const migrateTenants = async (path: string, options: MigrateOptions) => {
  const tenants = Object.entries(readJson<Record<string, Place>>(path))
  let failed = 0
  for (const [i, [organization, place]] of tenants.entries()) {
    let result: string
    try {
      result = await migratePlace(place, options)
    } catch (error) {
      failed++
      result = `FAILED: ${sentenceOf(error)}`
    }
    console.log(`${i + 1}/${tenants.length} ${organization}: ${result}`)
  }
  if (failed > 0) {
    console.log(`${failed} of ${tenants.length} failed. Repeat the command: what is done is skipped.`)
    process.exitCode = 1
  }
}

const run = async (options: MigrateOptions) => {
  if (options.tenants !== undefined) return migrateTenants(options.tenants, options)
  const database = databaseOf(options)
  console.log(
    database === D1
      ? await migrateD1(options)
      : await migrateLibsql(database, databaseToken(), options.dryRun === true),
  )
}

export const addMigrateCommand = (program: Command, withTarget: (command: Command) => Command): void => {
  withTarget(program.command('migrate'))
    .description('bring one database, or those of all tenants, up to date')
    .option('--tenants <file>', 'JSON as in the variable TENANTS: all of these')
    .option('--dry-run', 'tell what would be applied')
    .action((_options, command: Command) => run(command.optsWithGlobals()))
}
