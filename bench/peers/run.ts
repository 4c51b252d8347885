import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { machine } from '../lib/report.ts'
import { type Stop, startContenders } from './contenders.ts'
import { figuresOf, tablesOf } from './report.ts'
import { type Effort, runRounds } from './rounds.ts'

/**
 * `npm run bench:peers`: our servers beside what a user would write by hand, PostgreSQL included. `--quick` to try it,
 * `--json` for machines. Linux only. Installs what the peers need: their npm packages here, PostgreSQL from Debian's.
 */

const quick = process.argv.includes('--quick')
const json = process.argv.includes('--json')

const effort: Effort = quick
  ? { people: 3_000, rounds: 2, requests: 1_000, unchangedRequests: 500, aloneRequests: 100, batchRequests: 4 }
  : { people: 10_000, rounds: 7, requests: 4_000, unchangedRequests: 2_000, aloneRequests: 400, batchRequests: 16 }

/** Progress goes to stderr, so that stdout is the result and nothing else. */
const progress = (text: string) => process.stderr.write(`${text}\n`)

interface Manifest {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
}
const manifest = (...path: string[]) =>
  JSON.parse(readFileSync(join(import.meta.dirname, ...path, 'package.json'), 'utf8')) as Manifest

const isInstalled = ([name, version]: readonly [string, string]): boolean => {
  try {
    return manifest('node_modules', name).version === version
  } catch {
    return false
  }
}

const installPackages = () => {
  if (Object.entries(manifest().dependencies ?? {}).every(isInstalled)) return
  progress("installing the peers' npm packages in bench/peers")
  const options = ['--no-audit', '--no-fund']
  execFileSync('npm', ['ci', ...options], { cwd: import.meta.dirname, stdio: ['ignore', 'ignore', 'inherit'] })
}

const stops: Stop[] = []
let stopping: Promise<void> | undefined
/**
 * Ends all that was started, the last first; one that cannot be ended does not keep the others running. A signal and
 * the failure of the requests under way, which follows from it, wait for the same end.
 */
const stopAll = () => {
  stopping ??= (async () => {
    for (const stop of stops.toReversed()) await stop().catch((error: unknown) => console.error(error))
  })()
  return stopping
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => stopAll().finally(() => process.exit(1)))

try {
  installPackages()
  progress('starting')
  const { all, about } = await startContenders((stop) => stops.push(stop))
  const rounds = await runRounds(all, effort, progress)
  const result = { machine: machine(), about, quick, figures: figuresOf(rounds), rounds }
  console.log(json ? JSON.stringify(result, null, 2) : tablesOf(rounds, about))
} finally {
  await stopAll()
}
