import { administration } from '../src/admin/administration.ts'
import { asOperator } from '../src/admin/authority.ts'
import { createOrganization } from '../src/admin/organizations.ts'
import { type HistoryMode, historyModes } from '../src/schema/schema.ts'
import { startNode } from './lib/servers.ts'
import { quantile } from './lib/statistics.ts'

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
  const times = new Map(historyModes.map((mode) => [mode, { single: [] as number[], batch: [] as number[] }]))
  for (const [, token] of tokens) await batch(token, 'begin')
  for (let round = 0; round < ROUNDS; round++)
    for (const [mode, token] of tokens) {
      const own = times.get(mode)
      own?.batch.push(await timed(() => batch(token, `batch ${round}`)))
      for (let i = 0; i < SINGLES; i++)
        own?.single.push(await timed(() => send(token, 'PUT', '', item(i, `single ${round}`))))
    }
  const median = (mode: HistoryMode, size: 'single' | 'batch') => quantile(times.get(mode)?.[size] ?? [], 0.5)
  for (const mode of historyModes)
    for (const size of ['single', 'batch'] as const) {
      const beside = median(mode, size) / median('off', size)
      console.log(`history ${mode}, ${size}: p50 ${median(mode, size).toFixed(2)} ms, ${beside.toFixed(2)} x without`)
    }
} finally {
  await server.stop()
}
