import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { Unstable_RawConfig as Configuration } from 'wrangler'
import { D1_BINDING } from '../open.ts'
import { type Choices, workerName } from './choices.ts'

/**
 * The configuration of an instance is that of wrangler.toml with as little changed as can be. It is made anew at every
 * upgrade, so what a release adds to wrangler.toml (a binding, a class, a limit) comes to every instance by itself.
 */

/** Two instances that counted in one namespace would slow each other down. 31 bits: few enough to be a number anywhere. */
const ownNamespace = (worker: string, binding: string): string =>
  String(createHash('sha256').update(`${worker}/${binding}`).digest().readUInt32BE() >>> 1)

/** Configuration names files as seen from where it stands. */
const mover = (up: string) => (path: string) => posix.join(up, path)

const ownDatabase = (root: Configuration, worker: string, { databaseId }: Choices, moved: (path: string) => string) => {
  const database = root.d1_databases?.find((one) => one.binding === D1_BINDING)
  if (!database) throw new Error(`wrangler.toml has no D1 database bound as ${D1_BINDING}: add it.`)
  const { migrations_dir = 'migrations' } = database
  return { ...database, database_name: worker, database_id: databaseId, migrations_dir: moved(migrations_dir) }
}

/** Modules that another stands in for: those named by a path are seen from the configuration, packages are not. */
const movedAliases = (alias: Readonly<Record<string, string>>, moved: (path: string) => string) =>
  Object.fromEntries(Object.entries(alias).map(([name, to]) => [name, to.startsWith('.') ? moved(to) : to]))

/**
 * What is another tenant's or deployment's own is left away: routes, environments, further databases and where they are.
 * @param root of wrangler.toml
 * @param up the way from the instance's folder to that of wrangler.toml, with slashes
 */
export const configurationOf = (root: Configuration, name: string, choices: Choices, up: string): Configuration => {
  const { env: _env, route: _route, routes: _routes, ...shared } = root
  const { TENANTS: _tenants, ...vars } = root.vars ?? {}
  const worker = workerName(root.name ?? '', name)
  const moved = mover(up)
  return {
    ...shared,
    name: worker,
    ...(root.main !== undefined && { main: moved(root.main) }),
    ...(root.alias && { alias: movedAliases(root.alias, moved) }),
    d1_databases: [ownDatabase(root, worker, choices, moved)],
    ...(root.assets?.directory !== undefined && {
      assets: { ...root.assets, directory: moved(root.assets.directory) },
    }),
    ...(root.ratelimits && {
      ratelimits: root.ratelimits.map((one) => ({ ...one, namespace_id: ownNamespace(worker, one.name) })),
    }),
    ...(choices.routes.length > 0 && { routes: choices.routes }),
    vars: { ...vars, TENANCY: choices.tenancy, ...choices.vars },
  }
}

/** The address that a route of one host leads to; a pattern may stand for many, and then there is none to ask. */
const hostOf = (route: string): string | undefined => {
  const [host = '', ...path] = route.split('/')
  return host.includes('*') || !/^\*?$/.test(path.join('/')) ? undefined : `https://${host}`
}

export const urlOf = ({ url, routes }: Choices): string | undefined =>
  url ?? routes.map(hostOf).find((one) => one !== undefined)
