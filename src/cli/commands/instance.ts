import { isDeepStrictEqual } from 'node:util'
import type { Command } from 'commander'
import { sentenceOf } from '../failure.ts'
import { type Choices, choicesOf, hasDatabase, PLACEHOLDER_ID, requireName, workerName } from '../instances/choices.ts'
import {
  choicesPath,
  configurationPath,
  DEFAULT_FOLDER,
  exists,
  namesIn,
  readChoices,
  readInstance,
  readRootConfiguration,
  writeInstance,
} from '../instances/folder.ts'
import { type UpgradeOptions, upgradeInstances } from '../instances/upgrade.ts'
import { askReady } from '../instances/waves.ts'
import { runWrangler } from '../wrangler.ts'

interface In {
  readonly folder: string
}

interface InitOptions extends In {
  readonly tenancy: string
  readonly dispatchNamespace?: string
  readonly route?: readonly string[]
  readonly url?: string
  readonly var?: readonly string[]
}

const variableOf = (text: string): readonly [string, string] => {
  const at = text.indexOf('=')
  if (at < 1) throw new Error(`--var: "${text}" must be NAME=value.`)
  return [text.slice(0, at), text.slice(at + 1)]
}

const differing = (old: Choices, wanted: Choices): readonly string[] =>
  [...new Set([...Object.keys(old), ...Object.keys(wanted)])].filter(
    (key) => key !== 'databaseId' && !isDeepStrictEqual(old[key as keyof Choices], wanted[key as keyof Choices]),
  )

const init = async (name: string, { folder, tenancy, dispatchNamespace, route, url, var: vars = [] }: InitOptions) => {
  const root = await readRootConfiguration()
  requireName(root.name ?? '', name)
  const wanted = choicesOf(
    { tenancy, dispatchNamespace, routes: route, url, vars: Object.fromEntries(vars.map(variableOf)) },
    'The options',
  )
  const path = choicesPath(folder, name)
  if (exists(folder, name)) {
    const [different] = differing(readChoices(folder, name), wanted)
    if (different !== undefined)
      throw new Error(
        `There is an instance ${name} already, with another choice of ${different}: change ${path} and run "npm run admin -- instance upgrade ${name}", or take another name.`,
      )
    console.log(`There is an instance ${name} already, with these options: nothing to do.`)
    return
  }
  writeInstance(folder, name, wanted, root)
  console.log(`Wrote ${path}, and ${configurationPath(folder, name)} from it and wrangler.toml. Next:`)
  console.log(`  npx wrangler d1 create ${workerName(root.name ?? '', name)}`)
  console.log(`  put the id that it tells into ${path} as databaseId, instead of ${PLACEHOLDER_ID}`)
  console.log(`  npm run admin -- instance upgrade ${name}`)
}

/** One that cannot be read is told in its line and hides no other. */
const list = async ({ folder }: In) => {
  const root = await readRootConfiguration()
  if (namesIn(folder).length === 0)
    console.error(`There is no instance in ${folder}: make one with "npm run admin -- instance init NAME".`)
  for (const name of namesIn(folder)) {
    try {
      const { choices, configuration, state } = readInstance(folder, name, root)
      const database = hasDatabase(choices) ? 'has a database' : 'no database id yet'
      const upgraded = state
        ? `${state.version} (program ${state.program}, build ${state.build}) ${state.at}`
        : 'never upgraded'
      console.log([name, configuration.name, database, upgraded].join('\t'))
    } catch (error) {
      process.exitCode = 1
      console.log([name, `FAILED: ${sentenceOf(error)}`].join('\t'))
    }
  }
}

const upgrade = async (names: readonly string[], options: UpgradeOptions) => {
  const isDone = await upgradeInstances(names, options, {
    run: runWrangler,
    ready: askReady,
    print: (line) => console.log(line),
  })
  if (!isDone) process.exitCode = 1
}

const collected = (value: string, before: readonly string[] = []) => [...before, value]

const withFolder = (command: Command): Command =>
  command.option('--folder <folder>', 'where the instances are', DEFAULT_FOLDER)

export const addInstanceCommands = (program: Command): void => {
  const instance = program.command('instance').description('instances: a deployment of its own for each tenant')
  withFolder(instance.command('init'))
    .description('write the configuration of a new instance')
    .argument('<name>', 'lower case letters, digits and hyphens')
    .option('--tenancy <tenancy>', 'shared (its own D1) or object (a Durable Object per organisation)', 'shared')
    .option('--dispatch-namespace <name>', 'of Workers for Platforms, to deploy it to')
    .option('--route <pattern>', 'where it answers, such as acme.example.com/*; can be repeated', collected)
    .option('--url <url>', 'where to ask whether it is ready; default: the host of its first route')
    .option('--var <NAME=value>', 'a variable of its Worker, such as CORS_ORIGINS; can be repeated', collected)
    .action(init)
  withFolder(instance.command('list')).description('instances, and what was brought to them last').action(list)
  withFolder(instance.command('upgrade'))
    .description('migrate and deploy instances in waves, up to the first failure')
    .argument('[names...]', 'of the instances')
    .option('--all', 'every instance')
    .option('--wave <size>', 'instances in each wave; default: 1, 2, 4 and so on')
    .option('--canary <name>', 'the instance that goes first and alone')
    .option('--dry-run', 'print what wrangler would be told')
    .action(upgrade)
}
