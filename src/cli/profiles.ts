import { existsSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { nearest } from '../schema/nearest.ts'
import { CALLED } from './called.ts'
import { readJson, writeJson } from './files.ts'
import { whileLocked } from './lock.ts'

/** Deployments that a person has logged in to, each with a key, in a file of the person's own. */

const profile = z.strictObject({ url: z.url(), key: z.string().min(1) })
const stored = z.strictObject({ profiles: z.record(z.string(), profile) })

export type Profile = z.infer<typeof profile>

/** The one that is used where none is named. */
export const DEFAULT_PROFILE = 'default'

/** What a shell takes without quotes, and no option. */
const NAME = /^[\w.][\w.-]{0,63}$/

/** Where the system keeps what belongs to a person and no program. */
const configurationFolder = (): string => {
  const { XDG_CONFIG_HOME, APPDATA } = process.env
  if (XDG_CONFIG_HOME) return XDG_CONFIG_HOME
  return process.platform === 'win32' && APPDATA ? APPDATA : join(homedir(), '.config')
}

const fileOfProfiles = (): string => join(configurationFolder(), 'edge-upsert', 'profiles.json')

/** As ssh does it with its keys. Windows has no such bits, and a person's folders there are nobody else's. */
const requireOwn = (path: string): void => {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0)
    throw new Error(
      `${path} holds keys, and others may read it: run "chmod 600 ${path}", and replace the keys if others did.`,
    )
}

/** By name; a Map, since people choose the names. @throws Error when the file cannot be used as it is */
export const readProfiles = (): ReadonlyMap<string, Profile> => {
  const path = fileOfProfiles()
  if (!existsSync(path)) return new Map()
  requireOwn(path)
  const read = stored.safeParse(readJson(path))
  if (!read.success)
    throw new Error(`${path} is not what "login" writes: correct it, or delete it and log in again.`, {
      cause: read.error,
    })
  return new Map(Object.entries(read.data.profiles))
}

/** What others keep at the same moment is kept as well. */
const change = async (changed: (profiles: ReadonlyMap<string, Profile>) => ReadonlyMap<string, Profile>) => {
  const path = fileOfProfiles()
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  await whileLocked(`${path}.lock`, () =>
    writeJson(path, { profiles: Object.fromEntries(changed(readProfiles())) }, { own: true }),
  )
}

/** @throws Error for a name that a shell would want quoted */
export const requireName = (name: string): void => {
  if (!NAME.test(name) || name === '__proto__')
    throw new Error(`--profile: "${name}" is no name: up to 64 letters, digits, ".", "_" and "-".`)
}

/** @throws Error when there is none of this name */
export const profileCalled = (name: string): Profile => {
  const profiles = readProfiles()
  const found = profiles.get(name)
  if (found) return found
  const near = nearest(name, [...profiles.keys()])
  const meant = near === undefined ? '' : ` (is it ${near}?)`
  throw new Error(`--profile: there is no profile "${name}"${meant}: keep one with "${CALLED} login --api <url>".`)
}

/** Replaces one of the same name. */
export const saveProfile = async (name: string, saved: Profile): Promise<void> => {
  requireName(name)
  await change((profiles) => new Map([...profiles, [name, saved]]))
}

/** @throws Error when there is none of this name */
export const removeProfile = async (name: string): Promise<void> => {
  profileCalled(name)
  await change((profiles) => new Map([...profiles].filter(([one]) => one !== name)))
}
