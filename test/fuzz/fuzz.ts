import fc from 'fast-check'
import { asOperator } from '../../src/admin/authority.ts'
import { verifyOrganization } from '../../src/admin/verify.ts'
import { everythingOf } from '../support/everything.ts'
import { NoAnswerError } from './client.ts'
import { type Fault, faultsOf } from './oracle.ts'
import { type Story, tell } from './replay.ts'
import { type FuzzRequest, requests } from './requests.ts'
import { runScenario, scenarios } from './scenarios.ts'
import { shrunk } from './shrink.ts'
import { type Started, start } from './start.ts'

export interface FuzzOptions {
  readonly target: 'node' | 'worker'
  readonly seed: number
  readonly requests: number
  /** Milliseconds after which an answer counts as slow. */
  readonly patience: number
  /** Milliseconds after which no more requests are sent. */
  readonly time?: number
  readonly progress?: (line: string) => void
}

export interface Found extends Fault {
  readonly operation: string
  /** How often it was seen. */
  count: number
  readonly story: Story
}

export interface FuzzResult {
  readonly sent: number
  readonly scenarios: number
  readonly statuses: Readonly<Record<string, number>>
  /** Operations of which a request was carried out. */
  readonly carriedOut: ReadonlySet<string>
  readonly faults: readonly Found[]
  readonly slowest: { readonly milliseconds: number; readonly operation: string }
  readonly largest: { readonly bytes: number; readonly operation: string }
}

const LANES = 8
const CHUNK = 200
/** Between two pieces of administration, so that most requests meet a warm session. */
const PAUSE_MS = 15
const SECRET = /(?:eu|zdk)_[0-9a-f]{32}_[A-Za-z0-9_-]{43}/

/** The same requests for the same seed, however many are asked for. */
function* requestsOf(seed: number, count: number, quiet: number): Generator<FuzzRequest> {
  for (let made = 0; made < count; ) {
    for (const request of fc.sample(requests, { seed: seed + made, numRuns: Math.min(CHUNK, count - made) })) {
      const theirs = request.role === 'other' || request.role === 'other-read'
      yield made++ < quiet && theirs ? { ...request, role: 'write' } : request
    }
  }
}

const isClean = async ({ server, world }: Started): Promise<Fault[]> => {
  const faults: Fault[] = []
  await server.withDatabase(async (driver) => {
    for (const organization of [world.a, world.b])
      for await (const finding of verifyOrganization(asOperator(driver, organization), { repair: false }))
        faults.push({ kind: `verify finds ${finding.kind}`, detail: JSON.stringify(finding) })
    const { results } = await driver.batch([
      { sql: 'SELECT count(*) AS n FROM refusals', params: [] },
      { sql: 'SELECT count(*) AS n FROM undo_log', params: [] },
    ])
    if (results.some(({ rows }) => rows[0]?.n !== 0)) faults.push({ kind: 'scratch rows are left', detail: '' })
  })
  return faults
}

/** Sends requests over several lanes while others administer, and holds every answer to what must be true of it. */
export const fuzz = async ({
  target,
  seed,
  requests: count,
  patience,
  time = Number.POSITIVE_INFINITY,
  progress,
}: FuzzOptions): Promise<FuzzResult> => {
  const started = await start(target)
  const { client, world, server } = started
  const faults = new Map<string, Found>()
  const statuses: Record<string, number> = {}
  const carriedOut = new Set<string>()
  let slowest = { milliseconds: 0, operation: '' }
  let largest = { bytes: 0, operation: '' }
  let sent = 0
  let administered = 0
  const until = performance.now() + time

  const note = (fault: Fault, operation: string, story: Story) => {
    // What no operation looks at is one fault, not one for each.
    const key = fault.kind.endsWith('is ignored') ? fault.kind : `${operation} ${fault.kind}`
    const known = faults.get(key)
    if (known) known.count++
    else faults.set(key, { ...fault, operation, count: 1, story })
  }
  const sendOne = async (request: FuzzRequest) => {
    sent++
    try {
      const answer = await client.send(request)
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      if (answer.status < 300 && request.method !== 'HEAD') carriedOut.add(request.operation)
      if (answer.milliseconds > slowest.milliseconds)
        slowest = { milliseconds: answer.milliseconds, operation: request.operation }
      if (answer.text.length > largest.bytes) largest = { bytes: answer.text.length, operation: request.operation }
      for (const fault of faultsOf(request, answer, world, { patience })) note(fault, request.operation, [request])
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error
      note({ kind: 'no answer', detail: error.message }, request.operation, [request])
    }
  }
  const lane = async (source: Iterator<FuzzRequest>) => {
    for (let next = source.next(); !next.done && performance.now() < until; next = source.next()) {
      await sendOne(next.value)
      if (sent % 5_000 === 0) progress?.(`${sent} requests, ${faults.size} faults`)
    }
  }
  let fuzzing = true
  const administer = async () => {
    for (; fuzzing; administered++) {
      const steps = scenarios[administered % scenarios.length]?.(Math.floor(administered / scenarios.length)) ?? []
      const fault = await runScenario(client, world, steps)
      if (fault) note(fault, 'administration', steps)
      await new Promise((done) => setTimeout(done, PAUSE_MS))
    }
  }
  const send = async (source: Iterator<FuzzRequest>) => {
    fuzzing = true
    const administration = administer()
    await Promise.all(Array.from({ length: LANES }, () => lane(source)))
    fuzzing = false
    await administration
  }

  try {
    const theirs = () => server.withDatabase((driver) => everythingOf(driver, world.b))
    const quiet = Math.ceil(count / 2)
    const all = requestsOf(seed, count, quiet)
    const before = await theirs()
    const first = (function* () {
      for (let i = 0; i < quiet; i++) {
        const { value, done } = all.next()
        if (done) return
        yield value
      }
    })()
    await send(first)
    if ((await theirs()) !== before)
      note({ kind: 'the second organisation was touched', detail: 'while none of its keys was used' }, 'all', [])
    await send(all)
    for (const fault of await isClean(started)) note(fault, 'all', [])
    const secretLine = server.log.find((line) => SECRET.test(line))
    if (secretLine) note({ kind: 'a secret in the log', detail: secretLine.slice(0, 300) }, 'all', [])
    for (const [key, found] of faults) {
      const [request] = found.story
      if (faults.size > 60 || !request || 'expect' in request || found.kind === 'slow' || found.kind === 'no answer')
        continue
      const fails = async (candidate: FuzzRequest) => (await tell(started, [candidate])).includes(found.kind)
      if (await fails(request)) faults.set(key, { ...found, story: [await shrunk(request, fails)] })
    }
    return { sent, scenarios: administered, statuses, carriedOut, faults: [...faults.values()], slowest, largest }
  } finally {
    fuzzing = false
    await started.stop()
  }
}
