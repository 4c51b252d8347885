import { D1_BINDING } from '../open.ts'
import { hasDatabase } from './choices.ts'
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

export const planned = (folder: string, instance: Instance, release: Release): Planned => {
  const { name, choices, configuration } = instance
  const { dispatchNamespace } = choices
  const url = urlOf(choices)
  const config = digest([configuration, dispatchNamespace])
  return {
    name,
    instance,
    steps: stepsOf(configurationPath(folder, name), dispatchNamespace),
    ...(url !== undefined && { url }),
    state: { ...release, config },
    isCurrent: isAt(instance.state, release, config),
    ...(!hasDatabase(choices) && {
      obstacle: `its database has no id yet: run "npx wrangler d1 create ${configuration.name}" and put the id into ${choicesPath(folder, name)} as databaseId`,
    }),
  }
}

const quoted = (arg: string) => (/^[\w./:@=-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`)

/** As a shell takes it. */
export const commandLine = (args: readonly string[]): string => ['npx wrangler', ...args.map(quoted)].join(' ')
