import type { Unstable_RawConfig as Configuration } from 'wrangler'
import { D1_BINDING } from '../open.ts'
import { type Choices, hasDatabase } from './choices.ts'
import { urlOf } from './configuration.ts'
import { choicesPath, configurationPath, type Instance } from './folder.ts'
import { digest, isAt, type Release, type State } from './release.ts'
import type { Upgrade } from './waves.ts'

/** What has to be done to bring one instance to a release. */
export interface Planned extends Upgrade {
  readonly instance: Instance
  /** To be written when it is there. */
  readonly state: Omit<State, 'at'>
  readonly isCurrent: boolean
  /** Why it cannot be brought there, in one sentence. */
  readonly obstacle?: string
}

/**
 * Tables and program first: the Workers that are out there go on with the program before it, while a new Worker without
 * its program would answer 503 to everything.
 */
const stepsOf = (configuration: string, dispatchNamespace: string | undefined): Upgrade['steps'] => {
  const where = ['-c', configuration]
  const namespace = dispatchNamespace === undefined ? [] : ['--dispatch-namespace', dispatchNamespace]
  return [
    { name: 'migration', args: ['d1', 'migrations', 'apply', D1_BINDING, '--remote', ...where] },
    { name: 'deployment', args: ['deploy', ...where, ...namespace] },
  ]
}

/** Who has which database, by its id. */
export type Databases = ReadonlyMap<string, readonly string[]>

const ROOT = 'wrangler.toml'

export const databasesOf = (root: Configuration, all: ReadonlyMap<string, Choices>): Databases => {
  const owners = new Map<string, readonly string[]>()
  const add = (id: string, owner: string) =>
    owners.set(id.toLowerCase(), [...(owners.get(id.toLowerCase()) ?? []), owner])
  for (const { database_id = '' } of root.d1_databases ?? []) add(database_id, ROOT)
  for (const [name, { databaseId }] of all) add(databaseId, name)
  return owners
}

const obstacleOf = (folder: string, { name, choices, configuration }: Instance, databases: Databases) => {
  const path = choicesPath(folder, name)
  if (!hasDatabase(choices))
    return `its database has no id yet: run "npx wrangler d1 create ${configuration.name}" and put the id into ${path} as databaseId`
  const other = databases.get(choices.databaseId.toLowerCase())?.find((owner) => owner !== name)
  return other && `its database is that of ${other} too: put the id of one of its own into ${path} as databaseId`
}

/** @param databases of all that there are, so that no tenant comes into the database of another */
export const planned = (folder: string, instance: Instance, release: Release, databases: Databases): Planned => {
  const { name, choices, configuration } = instance
  const { dispatchNamespace } = choices
  const url = urlOf(choices)
  const obstacle = obstacleOf(folder, instance, databases)
  const config = digest([configuration, dispatchNamespace])
  return {
    name,
    instance,
    steps: stepsOf(configurationPath(folder, name), dispatchNamespace),
    ...(url !== undefined && { url }),
    state: { ...release, config },
    isCurrent: isAt(instance.state, release, config),
    ...(obstacle !== undefined && { obstacle }),
  }
}

const quoted = (arg: string) => (/^[\w./:@=-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`)

/** As a shell takes it. */
export const commandLine = (args: readonly string[]): string => ['npx wrangler', ...args.map(quoted)].join(' ')
