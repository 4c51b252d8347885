import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { toldOtherwise } from './lib/told-by-documents.ts'

/**
 * Holds the documents to the repository: every path, link and npm script that they mention must exist, and the lists and
 * limits that they tell must be those of the code.
 */

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md')].filter((path) =>
  existsSync(path),
)
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
/** Made by running the product or a script. */
const generated = [
  /^\.demo\//,
  /^\.wrangler\//,
  /^coverage\//,
  /^dist\//,
  /^instances\//,
  /^public\/docs\//,
  /^public\/console\//,
]

const PATH = /`((?:\.?[A-Za-z0-9_-]+\/)+[A-Za-z0-9_.*-]*)`/g
const BARE_PATH = /(?<![\w./:`-])((?:src|test|bench|docs|scripts|migrations|public)\/[A-Za-z0-9_/.*-]*[A-Za-z0-9_*/])/g
const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g
const NPM_RUN = /npm run ([a-z][a-z0-9:-]*)/g
const NPM_SHORT = /npm (start|test)\b/g

const roots = new Set(globSync('*', { exclude: ['node_modules'] }).concat('.github', '.ci', '.demo'))

/** Code in backquotes is a path of ours only if it begins with a folder of ours. */
const isOurs = (path: string) => roots.has(path.split('/')[0] ?? '')
const exists = (path: string) =>
  path.includes('*') ? globSync(path).length > 0 : existsSync(path) || generated.some((made) => made.test(path))

const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '')

const missingIn = (document: string): string[] => {
  const text = readFileSync(document, 'utf8')
  const paths = new Set([...matches(text, PATH).filter(isOurs), ...matches(text, BARE_PATH)])
  const npmScripts = new Set([...matches(text, NPM_RUN), ...matches(text, NPM_SHORT)])
  return [
    ...[...paths].filter((path) => !exists(path)),
    ...matches(text, LINK).filter((link) => !exists(join(dirname(document), link)) && !link.startsWith('/')),
    ...[...npmScripts].filter((name) => !(name in scripts)).map((name) => `npm run ${name}`),
  ].map((missing) => `${document}: ${missing} does not exist`)
}

const problems = [...documents.flatMap(missingIn), ...toldOtherwise((document) => readFileSync(document, 'utf8'))]
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
