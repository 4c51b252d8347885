import { cpus, tmpdir } from 'node:os'
import { administration } from '../src/admin/administration.ts'
import { asOperator } from '../src/admin/authority.ts'
import { createOrganization } from '../src/admin/organizations.ts'
import { type HistoryMode, historyModes } from '../src/schema/schema.ts'
import { medium } from './lib/medium.ts'
import { startNode } from './lib/servers.ts'
import { median } from './lib/statistics.ts'

/**
 * `npm run bench:history` (`-- 40` for more rounds): what the history adds to a write, on a Node server with a libSQL file. The modes take
 * turns in each round, so that what else the machine does meets all of them; each has an organisation of its own.
 */

const ROUNDS = Number(process.argv[2] ?? 15)
const SINGLES = 100
const RECORDS = 1_000

const server = await startNode()
try {
  const tokens = await server.withDatabase(async (driver) => {
    const issued: [HistoryMode, string][] = []
    for (const history of historyModes) {
      const { value: id } = await createOrganization(driver, { name: history, history })
      const operator = administration(asOperator(driver, id))
      const { secret } = await operator.issueCredential({ kind: 'key', name: 'b', scopes: ['crm:write'] })
      issued.push([history, secret])
    }
    return issued
  })
  const send = async (token: string, method: string, path: string, body: object) => {
    const response = await fetch(`${server.origin}/v1/objects/people/records${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', prefer: 'return=minimal' },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as { status?: string; summary?: { updated: number } }
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
  const item = (i: number, city: string) => ({
    match: { emails: `p${i}@history.example` },
    values: { first_name: 'Ada', last_name: 'Lovelace', job_title: 'Analyst', city, note: 'x'.repeat(200) },
  })
  const batch = (token: string, city: string) =>
    send(
      token,
      'POST',
      '/batch',
      Array.from({ length: RECORDS }, (_, i) => item(i, city)),
    )
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const started = performance.now()
    await work()
    return performance.now() - started
  }
  for (const [, token] of tokens) await batch(token, 'begin')
  const times = new Map(historyModes.map((mode) => [mode, { single: [] as number[], batch: [] as number[] }]))
  for (let round = 0; round < ROUNDS; round++)
    for (const [mode, token] of tokens) {
      const own = times.get(mode)
      own?.batch.push(await timed(() => batch(token, `batch ${round}`)))
      const singles: number[] = []
      for (let i = 0; i < SINGLES; i++)
        singles.push(await timed(() => send(token, 'PUT', '', item(i, `single ${round}`))))
      own?.single.push(median(singles))
    }
  console.log(`${ROUNDS} rounds, ${cpus().length} cores, Node ${process.version}, ${medium(tmpdir())}`)
  for (const mode of historyModes)
    for (const size of ['single', 'batch'] as const) {
      const own = times.get(mode)?.[size] ?? []
      const without = times.get('off')?.[size] ?? []
      // Of the same round, so that what else the machine did meets both.
      const beside = median(own.map((time, round) => time / (without[round] ?? Number.NaN)))
      console.log(`history ${mode}, ${size}: median ${median(own).toFixed(2)} ms, ${beside.toFixed(2)} x without`)
    }
} finally {
  await server.stop()
}
