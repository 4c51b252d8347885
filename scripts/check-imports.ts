import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Holds every file of src to the direction of imports: each room may import what its line says and nothing else, and no
 * file reaches itself over others. Imports of types count: what is known of, is depended on.
 */

interface Rule {
  /** Rooms besides its own. */
  readonly rooms: readonly string[]
  /** Packages, with all that is below them. */
  readonly packages: readonly string[]
}

const below = [
  'schema',
  'engine',
  'secrets',
  'auth',
  'hooks',
  'subscriptions',
  'storage',
  'storage/drivers',
  'admin',
  'tenants',
  'http',
] as const
const mayImport = (rooms: readonly string[], ...packages: string[]): Rule => ({ rooms, packages })

/** From the bottom up. A contract sees the kit and never another contract, nor the database; a Worker sees no examples. */
const rules: Readonly<Record<string, Rule>> = {
  schema: mayImport([], 'libphonenumber-js'),
  // A rule that the client has in common with the server.
  'schema/json-values.ts': mayImport([]),
  engine: mayImport(['schema', 'schema/json-values.ts'], 'uuid'),
  secrets: mayImport(['engine']),
  auth: mayImport(['schema', 'engine', 'secrets'], 'ipaddr.js'),
  hooks: mayImport(['schema', 'engine', 'secrets', 'auth'], '@jmespath-community/jmespath'),
  subscriptions: mayImport(['schema', 'engine', 'secrets', 'hooks'], 'ipaddr.js'),
  storage: mayImport(['schema', 'engine', 'secrets', 'auth', 'hooks', 'subscriptions'], 'drizzle-orm'),
  'storage/drivers': mayImport(
    ['secrets', 'storage', 'hooks', 'subscriptions'],
    'libsql',
    '@libsql/client',
    'cloudflare:workers',
    'node:',
  ),
  admin: mayImport(['schema', 'engine', 'secrets', 'auth', 'hooks', 'subscriptions', 'storage'], 'drizzle-orm', 'uuid'),
  tenants: mayImport(['schema', 'engine', 'auth', 'storage', 'admin', 'tenants/move'], 'drizzle-orm'),
  'tenants/move': mayImport(['schema', 'engine', 'storage']),
  'version.ts': mayImport([]),
  http: mayImport(
    [
      'schema',
      'schema/json-values.ts',
      'engine',
      'secrets',
      'auth',
      'hooks',
      'storage',
      'admin',
      'tenants',
      'version.ts',
    ],
    'hono',
    '@hono/zod-openapi',
  ),
  'contracts/kit': mayImport(['schema', 'engine', 'auth', 'hooks', 'http'], 'hono', '@hono/zod-openapi'),
  'contracts/*': mayImport(
    [
      ...(['schema', 'schema/json-values.ts', 'engine', 'secrets', 'auth', 'hooks', 'subscriptions'] as const),
      ...(['admin', 'tenants', 'http', 'contracts/kit'] as const),
    ],
    'hono',
    '@hono/zod-openapi',
    'papaparse',
    'uuid',
  ),
  'contracts/examples': mayImport(['engine', 'contracts/kit', 'contracts/*']),
  'contracts/index.ts': mayImport(['http', 'contracts/*']),
  'contracts/own.ts': mayImport(['engine', 'auth', 'http', 'contracts/kit', 'contracts/index.ts'], '@hono/zod-openapi'),
  'app.ts': mayImport(['hooks', 'http', 'contracts/index.ts'], 'hono', '@hono/zod-openapi'),
  'tenancy.ts': mayImport(['storage', 'storage/drivers', 'tenants']),
  'deps.ts': mayImport(['secrets', 'auth', 'hooks', 'subscriptions', 'storage', 'admin', 'http', 'tenants']),
  'env.ts': mayImport(['auth', 'storage/drivers', 'tenancy.ts']),
  'worker.ts': mayImport([...below, 'app.ts', 'deps.ts', 'env.ts', 'tenancy.ts']),
  node: mayImport(
    ['engine', 'secrets', 'auth', 'hooks', 'subscriptions', 'storage', 'storage/drivers', 'tenants', 'http', 'env.ts'],
    'node:',
    'hono',
    '@hono/node-server',
  ),
  site: mayImport([], 'node:', 'marked', 'vite'),
  // It runs wherever there is a fetch, browsers too, and is no bigger than it must be: nothing of the server, nothing of Node.
  client: mayImport(['schema/json-values.ts']),
  // What the import command and the console have in common: nothing of Node, and nothing of a command.
  import: mayImport(['schema', 'schema/json-values.ts', 'engine', 'client'], 'csv-parse'),
  // It runs in browsers, and can do nothing that the client cannot; files are read in a thread of its own.
  console: mayImport(['client', 'import'], 'preact', '@preact/signals'),
  // Loaded with the import command, and the only one that reads files of others.
  'cli/import': mayImport(
    ['schema', 'schema/json-values.ts', 'engine', 'client', 'import', 'cli'],
    'node:',
    'csv-parse',
    'zod',
    'libsql',
  ),
  cli: mayImport(
    [
      ...below,
      'client',
      'import',
      'cli/import',
      'contracts/kit',
      'contracts/index.ts',
      'node',
      'site',
      'version.ts',
      'app.ts',
      'deps.ts',
      'serve.ts',
    ],
    'node:',
    'commander',
    'open',
    'uuid',
    'wrangler',
    'zod',
  ),
  'serve.ts': mayImport([...below, 'node', 'cli', 'app.ts', 'deps.ts', 'env.ts'], 'node:', '@hono/node-server'),
  'server.ts': mayImport(['cli', 'site', 'serve.ts']),
}

const ROOT = 'src'

/** The room of a file; `own` tells the contracts apart, which share one rule. */
const roomOf = (file: string): { readonly rule: string; readonly own: string } => {
  const [first = '', second, ...deeper] = file.slice(`${ROOT}/`.length).split('/')
  const own = `${first}/${second}`
  if (second === undefined || (first !== 'contracts' && !(own in rules))) return { rule: first, own: first }
  if (deeper.at(-1) === 'examples.ts' && own !== 'contracts/kit')
    return { rule: 'contracts/examples', own: `${own}/examples` }
  return { rule: own in rules ? own : 'contracts/*', own }
}

const FROM = /(?:\bfrom |\bimport\(\s*|^import )'([^'\n]+)'/gm

const importsOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(FROM)].map(([, specifier = '']) =>
    specifier.startsWith('.') ? join(dirname(file), specifier) : specifier,
  )

const isPackageOf = (rule: Rule, specifier: string) =>
  rule.packages.some((name) => specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`))

/** What the assert program is built from: in the product runs what is built, and nothing of these. */
const FRAGMENTS = /^src\/storage\/program\/(builder|program|stages\/.*)\.ts$/
const isOfProgram = (file: string) => file.startsWith('src/storage/program/')

const isAllowed = (file: string, imported: string): boolean => {
  if (FRAGMENTS.test(imported) && !isOfProgram(file)) return false
  const from = roomOf(file)
  const rule = rules[from.rule]
  if (!rule) return false
  if (!imported.startsWith(`${ROOT}/`)) return isPackageOf(rule, imported)
  const to = roomOf(imported)
  if (to.own === from.own) return true
  if (!rule.rooms.includes(to.rule)) return false
  // The examples of a contract see that contract and no other.
  return from.rule !== 'contracts/examples' || to.rule !== 'contracts/*' || from.own === `${to.own}/examples`
}

/** The first way from a file back to itself. */
const circleFrom = (start: string, graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined => {
  const seen = new Set<string>()
  const walk = (file: string, way: readonly string[]): readonly string[] | undefined => {
    for (const next of graph.get(file) ?? []) {
      if (next === start) return [...way, file, next]
      if (seen.has(next)) continue
      seen.add(next)
      const circle = walk(next, [...way, file])
      if (circle) return circle
    }
    return undefined
  }
  return walk(start, [])
}

const graph = new Map(globSync(`${ROOT}/**/*.{ts,tsx}`).map((file) => [file, importsOf(file)]))

const unknown = [...new Set([...graph.keys()].map((file) => roomOf(file).rule))].filter((room) => !(room in rules))
const upwards = [...graph].flatMap(([file, imports]) =>
  imports.filter((one) => !isAllowed(file, one)).map((one) => `${file} must not import ${one}`),
)
/** One circle is told once, by the file of it that comes first. */
const circles = [...graph.keys()].flatMap((file) => {
  const circle = circleFrom(file, graph)
  return circle?.every((one) => one >= file) ? [`A circle of imports: ${circle.join(' -> ')}`] : []
})

const problems = [
  ...unknown.map((room) => `${ROOT}/${room} has no line in scripts/check-imports.ts`),
  ...upwards,
  ...circles,
]
for (const problem of problems) console.error(problem)
if (problems.length > 0 || graph.size === 0) process.exitCode = 1
