import { machine } from './lib/report.ts'
import { type Server, startServer } from './lib/servers.ts'
import type { Case } from './lib/worst/case.ts'
import { worstCases } from './lib/worst/index.ts'
import { agent, type Measured, measure } from './lib/worst/measure.ts'

/**
 * `npm run bench:worst [node|worker] [operation]`: the dearest request of each operation, each to an organisation of its
 * own, on both servers. No request may cost more than a second of CPU or answer with more than 8 MB.
 */

const CPU_LIMIT = 1
const BYTES_LIMIT = 8_388_608
/** Twice the size may cost twice, and a little more; below this there is nothing to compare. */
const RATIO_LIMIT = 3
const COMPARABLE_SECONDS = 0.1

const ratioOf = ([small, large]: readonly Measured[]): number | undefined =>
  small && large && large.size === 2 * small.size && large.status !== 'none' && large.cpu >= COMPARABLE_SECONDS
    ? large.cpu / Math.max(small.cpu, 0.01)
    : undefined

const HEADINGS = [
  'operation',
  'what',
  'size',
  'status',
  'CPU s',
  'seconds',
  'MB',
  'rows read / written',
  'others wait ms',
  'x for twice',
  'over',
]

const rowOf = (one: Case, measured: Measured, ratio: number | undefined): string => {
  const over = [
    measured.cpu > CPU_LIMIT && 'CPU',
    measured.bytes > BYTES_LIMIT && 'bytes',
    measured.status === 'none' && 'given up',
    // Neither a fault of ours nor a request that was never let in says what the dear one costs.
    typeof measured.status === 'number' &&
      (measured.status >= 500 || [401, 403, 404].includes(measured.status)) &&
      'status',
    ratio !== undefined && ratio > RATIO_LIMIT && 'growth',
  ].filter((word) => word !== false)
  const cells = [
    one.operation,
    one.what,
    measured.size,
    measured.status,
    measured.cpu.toFixed(2),
    measured.seconds.toFixed(2),
    (measured.bytes / 1e6).toFixed(2),
    measured.rows,
    Math.round(measured.othersWait),
    ratio?.toFixed(1) ?? '',
    over.length > 0 ? `OVER: ${over.join(', ')}` : '',
  ]
  return `| ${cells.join(' | ')} |`
}

const run = async (kind: Server['kind'], cases: readonly Case[]): Promise<number> => {
  let over = 0
  let server = await startServer(kind)
  console.log(`\n${kind === 'node' ? 'Node server, libSQL file' : 'Worker, D1'}\n`)
  console.log(`| ${HEADINGS.join(' | ')} |\n|${'---|'.repeat(HEADINGS.length)}`)
  for (const one of cases) {
    const all: Measured[] = []
    for (const size of one.sizes) {
      process.stderr.write(`${kind} ${one.operation} ${one.what} ${size}\n`)
      const measured = await measure(server, one, size)
      all.push(measured)
      const row = rowOf(one, measured, all.length === 2 ? ratioOf(all) : undefined)
      if (row.includes('OVER')) over++
      console.log(row)
      if (measured.status === 'none') {
        await server.stop()
        server = await startServer(kind)
        break
      }
    }
  }
  await server.stop()
  return over
}

const [first, second] = process.argv.slice(2)
const kinds = (['node', 'worker'] as const).filter(
  (kind) => first === undefined || first === kind || !['node', 'worker'].includes(first),
)
const only = ['node', 'worker'].includes(first ?? '') ? second : first
const cases = worstCases.filter(({ operation }) => only === undefined || operation === only)
if (cases.length === 0) throw new Error(`There is no operation ${only}`)
console.log(`Limits: ${CPU_LIMIT} s of CPU, ${BYTES_LIMIT / 1_048_576} MiB. ${machine()}`)
let over = 0
for (const kind of kinds) over += await run(kind, cases)
console.log(over === 0 ? '\nNothing is over its limits' : `\n${over} over their limits`)
agent.destroy()
process.exitCode = over === 0 ? 0 : 1
