import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { administration } from '../src/admin/administration.ts'
import { asOperator } from '../src/admin/authority.ts'
import { createOrganization } from '../src/admin/organizations.ts'
import { openDatabase } from '../src/node/database.ts'
import { migrate } from '../src/storage/migrations.ts'

/**
 * `npm run bench:stream`: streams NDJSON of more and more records into a Node server on a libSQL file, each into a
 * fresh process, and looks at the memory of that process meanwhile.
 */

const SIZES = [10_000, 100_000, 400_000]
/** What the server's JavaScript may hold: if anything were kept of each record, the longest stream would not fit. */
const HEAP_MB = 64
const SAMPLE_MS = 25
const LINES_AT_ONCE = 500

interface Run {
  readonly records: number
  readonly seconds: number
  readonly created: number
  readonly firstAnswerAfter: number
  readonly idleMb: number
  readonly peakMb: number
}

const seed = async (url: string): Promise<string> => {
  const { driver, close } = await openDatabase(url)
  await migrate(driver)
  const { value: organization } = await createOrganization(driver, { name: 'Stream' })
  const operator = administration(asOperator(driver, organization))
  const { secret } = await operator.issueCredential({ kind: 'key', name: 'b', scopes: ['crm:write'] })
  await close()
  return secret
}

const start = async (databaseUrl: string): Promise<{ server: ChildProcess; url: string }> => {
  const server = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, 'src/server.ts'], {
    env: { ...process.env, PORT: '0', DATABASE_URL: databaseUrl, LOG: 'off' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: server.stdout })) {
    server.stdout.resume()
    return { server, url: (JSON.parse(line) as { listening: string }).listening }
  }
  throw new Error('The server ended before it listened')
}

/** Resident memory of the process, as Linux tells it. */
const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1_024

const watch = (pid: number) => {
  let peak = residentMb(pid)
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMb(pid))
  }, SAMPLE_MS)
  return () => {
    clearInterval(timer)
    return peak
  }
}

const line = (name: string, i: number) => {
  const email = `${name}-${i}@stream.example`
  return `${JSON.stringify({ match: { emails: email }, values: { emails: [email], first_name: `Name ${i}`, job_title: 'Engineer' } })}\n`
}

/** Made as it is asked for, so that the client holds no more than the server does. */
const linesOf = (name: string, records: number, onLine: (sent: number) => void): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  let next = 0
  return new ReadableStream({
    pull(controller) {
      const end = Math.min(records, next + LINES_AT_ONCE)
      let text = ''
      for (; next < end; next++) text += line(name, next)
      controller.enqueue(encoder.encode(text))
      onLine(next)
      if (next >= records) controller.close()
    },
  })
}

const stream = async (url: string, token: string, name: string, records: number) => {
  let sent = 0
  let firstAnswerAfter = 0
  const started = performance.now()
  const response = await fetch(`${url}/v1/objects/people/records/batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    body: linesOf(name, records, (n) => {
      sent = n
    }),
    duplex: 'half',
  } as RequestInit)
  if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`)
  let created = 0
  let rest = ''
  for await (const text of response.body.pipeThrough(
    new TextDecoderStream() as never,
  ) as unknown as AsyncIterable<string>) {
    firstAnswerAfter ||= sent
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const outcome of lines) if ((JSON.parse(outcome) as { status: string }).status === 'created') created++
  }
  return { created, firstAnswerAfter, seconds: (performance.now() - started) / 1_000 }
}

const measure = async (records: number): Promise<Run> => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-stream-'))
  const databaseUrl = `file:${join(folder, 'stream.db')}`
  const token = await seed(databaseUrl)
  const { server, url } = await start(databaseUrl)
  try {
    const pid = server.pid as number
    await stream(url, token, 'warm', 1_000)
    const idleMb = residentMb(pid)
    const stop = watch(pid)
    const { seconds, created, firstAnswerAfter } = await stream(url, token, 'person', records)
    return { records, seconds, created, firstAnswerAfter, idleMb, peakMb: stop() }
  } finally {
    server.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
}

const row = ({ records, seconds, created, firstAnswerAfter, idleMb, peakMb }: Run) =>
  `| ${records} | ${created} | ${seconds.toFixed(2)} | ${Math.round(records / seconds)} | ${firstAnswerAfter} | ${idleMb.toFixed(0)} | ${peakMb.toFixed(0)} |`

console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'CPU'}\n`)
console.log(`The server may hold ${HEAP_MB} MB of objects\n`)
console.log('| records | created | seconds | records/s | sent before the first answer | MB before | MB at most |')
console.log('|---|---|---|---|---|---|---|')
for (const records of SIZES) console.log(row(await measure(records)))
