import { Agent, request } from 'node:http'
import { issueCredential } from '../src/admin/credentials.ts'
import { addMember } from '../src/admin/members.ts'
import { createOrganization } from '../src/admin/organizations.ts'
import { cpuSeconds, startProbe } from './lib/probe.ts'
import { machine } from './lib/report.ts'
import { type Server, startServer } from './lib/servers.ts'
import { type Ask, type Case, type Place, type Sent, worstCases } from './lib/worst-cases.ts'

/**
 * `npm run bench:worst [node|worker] [operation]`: the dearest request of each operation, each to an organisation of its
 * own, on both servers. No request may cost more than a second of CPU or answer with more than 8 MB.
 */

const CPU_LIMIT = 1
const BYTES_LIMIT = 8_388_608
/** A request that takes longer is given up, and the server with it. */
const PATIENCE_MS = 60_000
/** Twice the size may cost twice, and a little more; below this there is nothing to compare. */
const RATIO_LIMIT = 3
const COMPARABLE_SECONDS = 0.1

interface Answer {
  readonly status: number
  readonly bytes: number
  readonly timing: string
  readonly text: string
}

interface Measured {
  readonly size: number
  readonly status: number | 'none'
  readonly cpu: number
  readonly seconds: number
  readonly bytes: number
  readonly rows: string
  readonly othersWait: number
}

const agent = new Agent({ keepAlive: true })

/** @param keep whether to keep the text of the answer, and not only its length */
const send = (origin: string, token: string, { method, path, body, headers }: Sent, keep: boolean): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const options = {
      agent,
      method,
      timeout: PATIENCE_MS,
      headers: {
        authorization: `Bearer ${token}`,
        ...headers,
        ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
      },
    }
    const call = request(origin + path, options, (response) => {
      let bytes = 0
      let text = ''
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength
        if (keep) text += chunk
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          bytes,
          text,
          timing: String(response.headers['server-timing'] ?? ''),
        }),
      )
    })
    call.on('timeout', () => call.destroy(new Error('timeout')))
    call.on('error', reject)
    call.end(body)
  })

const ADDRESSES = ['0.0.0.0/0', '::/0']

const placeOn = (server: Server): Promise<Place> =>
  server.withDatabase(async (driver) => {
    const organization = await createOrganization(driver, { name: 'Worst', changeFeed: true })
    const member = await addMember(driver, organization, { name: 'M', email: 'm@w.example' })
    const { secret } = await issueCredential(driver, organization, {
      kind: 'key',
      name: 'k',
      scopes: ['crm:write', 'admin'],
    })
    const developer = await issueCredential(driver, organization, {
      kind: 'developer_secret',
      name: 'd',
      scopes: [],
      allowlist: ADDRESSES,
    })
    const ask: Ask = async (method, path, body) => {
      const sent = {
        method,
        path,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }
      const { status, text } = await send(server.origin, secret, sent, true)
      if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text.slice(0, 300)}`)
      return JSON.parse(text || '{}') as { id?: string }
    }
    return { organization, member, secret, developerSecret: developer.secret, ask }
  })

const rowsIn = (timing: string): string => {
  const figure = (name: string) => new RegExp(`${name};desc="(\\d+)"`).exec(timing)?.[1]
  const [read, written] = [figure('db-rows-read'), figure('db-rows-written')]
  return read === undefined ? '-' : `${read} / ${written ?? '-'}`
}

const measure = async (server: Server, one: Case, size: number): Promise<Measured> => {
  const place = await placeOn(server)
  const other = await placeOn(server)
  const made = await one.prepare?.(place, size)
  // Warm, for the dear request and for the small one.
  await place.ask('GET', '/v1/objects/people/records?limit=1')
  await other.ask('GET', '/v1/objects/people/records?limit=1')
  const sent = one.request(place, size, made)
  const stop = startProbe(`${server.origin}/v1/objects/people/records?limit=1`, other.secret)
  const cpu = cpuSeconds(server.pid)
  const started = performance.now()
  let answer: Answer | undefined
  try {
    answer = await send(server.origin, place.secret, sent, false)
  } catch {
    // Given up: the figures tell how long it was waited for.
  }
  const seconds = (performance.now() - started) / 1_000
  const spent = cpuSeconds(server.pid) - cpu
  const othersWait = await stop()
  return {
    size,
    status: answer?.status ?? 'none',
    cpu: spent,
    seconds,
    bytes: answer?.bytes ?? 0,
    rows: rowsIn(answer?.timing ?? ''),
    othersWait,
  }
}

const ratioOf = ([small, large]: readonly Measured[]): number | undefined =>
  small && large && large.size === 2 * small.size && large.cpu >= COMPARABLE_SECONDS
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
    typeof measured.status === 'number' && measured.status >= 500 && 'status',
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
