import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { VERSION } from '../version.ts'

/** A new deployment: a folder with what belongs into its owner's repository. All else is in the package. */

const OWN_CONFIGURATION = fileURLToPath(new URL('../../wrangler.toml', import.meta.url).href)

const PACKAGE = './node_modules/edge-upsert'

/** How the configuration of a deployment differs from ours: where things are, and that the pages are made already. */
const DIFFERENCES = [
  [/^name = .*$/m, (name: string) => `name = "${name}"`],
  [/^main = .*$/m, () => 'main = "worker.js"'],
  [/"\.\/src\/http\/([a-z-]+)\.ts"/g, () => `"${PACKAGE}/dist/http/$1.js"`],
  [/^migrations_dir = .*$/m, () => `migrations_dir = "${PACKAGE}/migrations"`],
  [/^directory = .*$/m, () => `directory = "${PACKAGE}/public"`],
  [/^# The pages of public.*\n\[build\]\n.*\n\n/m, () => ''],
  [/ \(src\/env\.ts has the same numbers\)/, () => ''],
  [/docs\/tenants\.md/, () => 'docs/tenants.md of edge-upsert'],
  [/^database_name = .*$/m, (name: string) => `database_name = "${name}"`],
] as const satisfies readonly (readonly [RegExp, (name: string) => string])[]

const configurationOf = (name: string): string => {
  let text = readFileSync(OWN_CONFIGURATION, 'utf8')
  for (const [pattern, replacement] of DIFFERENCES) {
    const replaced = text.replace(pattern, replacement(name))
    if (replaced === text) throw new Error(`wrangler.toml of edge-upsert has nothing like ${pattern}`)
    text = replaced
  }
  return text
}

const worker = `// The Worker, with every contract. docs/package.md of edge-upsert tells how to add one of your own.
export { default, OrganizationDatabase } from "edge-upsert/worker"
`

/** What the organisation adds to the standard objects; "schema apply" makes it so. */
const schema = { objects: [] }

const manifest = (name: string) => ({
  name,
  private: true,
  type: 'module',
  scripts: {
    start: 'edge-upsert start',
    deploy: 'wrangler d1 migrations apply DB --remote && wrangler deploy',
  },
  dependencies: { 'edge-upsert': `^${VERSION}` },
  // From the one that this release is tried with: an older one does not know the compatibility date of wrangler.toml.
  devDependencies: { wrangler: '^4.155.0' },
})

/** As the platform takes names of Workers. */
const nameOf = (folder: string): string =>
  basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 54) || 'edge-upsert'

const asJson = (value: object) => `${JSON.stringify(value, null, 2)}\n`

/**
 * Writes the files of a deployment, all or none of them.
 * @returns its name, and the paths of the files
 * @throws Error naming a file that is there already
 */
export const initDeployment = (folder: string) => {
  const root = resolve(folder)
  const name = nameOf(root)
  const files = Object.entries({
    'package.json': asJson(manifest(name)),
    'wrangler.toml': configurationOf(name),
    'worker.js': worker,
    'schema.json': asJson(schema),
    '.gitignore': 'node_modules/\n.wrangler/\n.demo/\n.dev.vars\n',
  }).map(([file, text]) => ({ path: join(root, file), text }))
  const there = files.find(({ path }) => existsSync(path))
  if (there) throw new Error(`${there.path} is there already, and nothing was written: name another folder.`)
  mkdirSync(root, { recursive: true })
  for (const { path, text } of files) writeFileSync(path, text)
  return { name, paths: files.map(({ path }) => path) }
}
