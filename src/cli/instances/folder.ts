import { existsSync, globSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import type { Unstable_RawConfig as Configuration } from 'wrangler'
import { readJson, writeJson } from '../files.ts'
import { loadWrangler } from '../wrangler.ts'
import { type Choices, choicesOf } from './choices.ts'
import { configurationOf } from './configuration.ts'
import type { State } from './release.ts'

/**
 * A folder for each instance, all three files of which belong into the operator's repository: instance.json is what was
 * chosen, wrangler.json is made from it, and state.json says what was brought there, so that others and CI know it too.
 */
export const DEFAULT_FOLDER = 'instances'

const ROOT_CONFIGURATION = 'wrangler.toml'

export interface Instance {
  readonly name: string
  readonly choices: Choices
  /** As it would be written now. */
  readonly configuration: Configuration
  /** What was brought there last; undefined: nothing yet. */
  readonly state: State | undefined
}

const fileOf = (file: string) => (folder: string, name: string) => join(folder, name, file)
export const choicesPath = fileOf('instance.json')
export const configurationPath = fileOf('wrangler.json')
const statePath = fileOf('state.json')

/** @throws Error when wrangler is not installed */
export const readRootConfiguration = async (): Promise<Configuration> => {
  const { experimental_readRawConfig } = await loadWrangler()
  return experimental_readRawConfig({ config: ROOT_CONFIGURATION }).rawConfig
}

export const namesIn = (folder: string): readonly string[] =>
  globSync('*/instance.json', { cwd: folder })
    .map((path) => basename(dirname(path)))
    .sort()

export const exists = (folder: string, name: string): boolean => existsSync(choicesPath(folder, name))

/** @throws Error naming the file that cannot be read or used */
export const readChoices = (folder: string, name: string): Choices => {
  const path = choicesPath(folder, name)
  return choicesOf(readJson(path), path)
}

/** Of all instances; one that cannot be read concerns itself alone, and is told when it is asked for. */
export const allChoices = (folder: string): ReadonlyMap<string, Choices> => {
  const all = new Map<string, Choices>()
  for (const name of namesIn(folder)) {
    try {
      all.set(name, readChoices(folder, name))
    } catch {}
  }
  return all
}

const configurationIn = (folder: string, name: string, choices: Choices, root: Configuration): Configuration =>
  configurationOf(root, name, choices, relative(resolve(folder, name), process.cwd()).replaceAll(sep, '/'))

/** @throws Error naming the file that cannot be read or used */
export const readInstance = (folder: string, name: string, root: Configuration): Instance => {
  const choices = readChoices(folder, name)
  const path = statePath(folder, name)
  const state = existsSync(path) ? readJson<State>(path) : undefined
  return { name, choices, configuration: configurationIn(folder, name, choices, root), state }
}

/** @throws Error when it cannot be written */
export const writeConfiguration = (folder: string, { name, configuration }: Instance): void =>
  writeJson(configurationPath(folder, name), configuration)

/** @throws Error when it cannot be written */
export const writeState = (folder: string, name: string, state: State): void =>
  writeJson(statePath(folder, name), state)

/** The choices are written last: without them there is no instance, and making it can be repeated. */
export const writeInstance = (folder: string, name: string, choices: Choices, root: Configuration): void => {
  writeJson(configurationPath(folder, name), configurationIn(folder, name, choices, root))
  writeJson(choicesPath(folder, name), choices)
}
