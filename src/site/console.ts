import { existsSync, globSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url).href)
const from = join(root, 'src/console')
const to = join(root, 'public/console')
const page = join(to, 'index.html')
const buffer = join(from, 'views/import/thread/buffer.ts')

/** What the built files come from: when one of these is newer, they are old. */
const sources = [
  ...['src/console/**/*', 'src/client/**/*.ts', 'src/import/**/*.ts', 'src/schema/**/*.ts', 'src/engine/errors.ts'],
  ...['src/site/console.ts', 'tools/package.json'],
]

const isUpToDate = (): boolean => {
  if (!existsSync(page)) return false
  const builtAt = statSync(page).mtimeMs
  return sources.flatMap((one) => globSync(join(root, one))).every((file) => statSync(file).mtimeMs <= builtAt)
}

/** The files of the console, by their names below public/console. */
const bundle = async (): Promise<ReadonlyMap<string, string | Uint8Array>> => {
  // Whoever finds the console built needs no bundler, and a container has none.
  const { build } = await import('vite')
  const result = await build({
    root: from,
    base: '/console/',
    configFile: false,
    // The other one goes on from the root's, which a container has not.
    tsconfig: 'tsconfig.bundle.json',
    publicDir: false,
    // What reads CSV is made for Node, of which it needs this alone.
    worker: { format: 'es', rolldownOptions: { transform: { inject: { Buffer: [buffer, 'Buffer'] } } } },
    // The same whoever builds it: a test's NODE_ENV would have each element tell its place in the sources.
    oxc: { jsx: { development: false } },
    logLevel: 'warn',
    build: { write: false, target: 'es2023', manifest: 'manifest.json', modulePreload: { polyfill: false } },
  })
  const outputs = [result].flat().flatMap((one) => ('output' in one ? one.output : []))
  return new Map(outputs.map((one) => [one.fileName, one.type === 'chunk' ? one.code : one.source]))
}

/**
 * Makes public/console/ from src/console/, unless nothing has changed since. Like the pages of the site it is not committed:
 * whatever starts the product or deploys it comes by here first. The page is written last, so that nobody is sent one whose
 * scripts are not there yet.
 */
export const buildConsole = async (): Promise<void> => {
  if (isUpToDate()) return
  const files = await bundle()
  const old = globSync(join(to, '**/*.{js,css}')).filter((file) => !files.has(file.slice(to.length + 1)))
  for (const [name, content] of [...files].sort(([a]) => (a === 'index.html' ? 1 : -1))) {
    const file = join(to, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  for (const file of old) rmSync(file)
}
