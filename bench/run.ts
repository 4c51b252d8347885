import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle, bundleContenders, gzipKilobytes, startupMilliseconds } from './lib/bundle.ts'
import { measureCosts } from './lib/costs.ts'
import { startFleet } from './lib/fleet.ts'
import { figuresOf, type Measured, machine, tableOf } from './lib/report.ts'
import { type Effort, runRounds } from './lib/rounds.ts'
import { median } from './lib/statistics.ts'

/** `npm run bench`: measures the targets of docs/benchmarks.md side by side. `--quick` to try it, `--json` for machines. */

const quick = process.argv.includes('--quick')
const json = process.argv.includes('--json')

const effort: Effort = quick
  ? { people: 2_000, rounds: 2, requests: 500, distantRequests: 10, bulkRequests: 4 }
  : { people: 10_000, rounds: 7, requests: 2_500, distantRequests: 25, bulkRequests: 16 }
const sizes = quick ? [1_000, 20_000] : [1_000, 200_000]
const STARTUP_RUNS = quick ? 1 : 5

/** Progress goes to stderr, so that stdout is the result and nothing else. */
const progress = (text: string) => process.stderr.write(`${text}\n`)

const measure = async (directory: string): Promise<Measured> => {
  progress('bundling')
  const [product, workers] = await Promise.all([
    bundle('src/worker.ts', 'wrangler.toml', join(directory, 'product')),
    bundleContenders(directory),
  ])
  progress('start-up')
  const startups: number[] = []
  for (let i = 0; i < STARTUP_RUNS; i++) startups.push(await startupMilliseconds(directory))
  const fleet = await startFleet(workers)
  try {
    progress('seeding')
    const rounds = await runRounds(fleet, effort, progress)
    progress(`costs at ${sizes.join(' and ')} records`)
    const costs = await measureCosts(fleet, 'ours-growing', sizes)
    const noted = await measureCosts(fleet, 'ours-noted', sizes.slice(0, 1))
    return { costs, noted, rounds, bundleKilobytes: gzipKilobytes(product), startupMilliseconds: median(startups) }
  } finally {
    await fleet.dispose()
  }
}

const directory = mkdtempSync(join(tmpdir(), 'edge-upsert-bench-'))
try {
  const measured = await measure(directory)
  console.log(
    json
      ? JSON.stringify({ machine: machine(), quick, figures: figuresOf(measured), ...measured }, null, 2)
      : tableOf(measured),
  )
} finally {
  rmSync(directory, { recursive: true, force: true })
}
