import { installOwnPackages } from '../../scripts/lib/own-packages.ts'
import { machine } from '../lib/report.ts'
import { startContenders } from './contenders.ts'
import { endEverythingWithThis } from './ending.ts'
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

endEverythingWithThis()
installOwnPackages(import.meta.dirname)
progress('starting')
const { contenders, about } = await startContenders()
const rounds = await runRounds(contenders, effort, progress)
const result = { machine: machine(), about, quick, figures: figuresOf(rounds), rounds }
console.log(json ? JSON.stringify(result, null, 2) : tablesOf(rounds, about))
process.exit()
