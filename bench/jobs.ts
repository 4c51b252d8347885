import { setTimeout as wait } from 'node:timers/promises'
import { administration } from '../src/admin/administration.ts'
import { asOperator } from '../src/admin/authority.ts'
import { createOrganization } from '../src/admin/organizations.ts'
import type { SqlDriver } from '../src/storage/driver.ts'
import { type Server, startNode } from './lib/servers.ts'
import { quantile } from './lib/statistics.ts'

/**
 * `npm run bench:jobs` (`-- 100000` for fewer records): how long the jobs of a large object take on a Node server with a libSQL
 * file, and what a second client waits meanwhile that asserts one record after another.
 */

const RECORDS = Number(process.argv[2] ?? 1_000_000)
const SEEDED_AT_ONCE = 50_000
const OTHERS = Array.from({ length: 13 }, (_, i) => `note_${i}`)

/** Records as the program writes them, in chunks of one statement each: 15 attributes, about 500 bytes. */
const seed = async (driver: SqlDriver, organizationId: string): Promise<void> => {
  const others = OTHERS.map((slug) => `, '${slug}', json_array('a note of the record ' || i)`).join('')
  for (let from = 0; from < RECORDS; from += SEEDED_AT_ONCE) {
    const id = `'01900000-' || printf('%04x', i / 65536) || '-7000-8000-' || printf('%012d', i)`
    await driver.batch([
      {
        sql: `
WITH RECURSIVE n (i) AS (SELECT CAST(?2 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < CAST(?3 AS INTEGER))
INSERT INTO records (organization_id, object, id, data, version, created_at, updated_at, archived_at, created_by, updated_by, last_write)
SELECT ?1, 'parts', ${id}, json_object('code', json_array('c' || i), 'serial', json_array(printf('%08x', (i * 2654435761) % 4294967296) || i)${others}),
  1, 1, 1, NULL, 'operator', 'operator', '[]' FROM n`,
        params: [organizationId, from, Math.min(from + SEEDED_AT_ONCE, RECORDS)],
      },
      {
        sql: `
INSERT INTO record_keys (organization_id, object, name, value, slot, record_id, number)
SELECT organization_id, object, 'code', data ->> '$.code[0]', '', id, NULL FROM records
WHERE organization_id = ?1 AND object = 'parts' AND id >= ${id.replaceAll(/\bi\b/g, 'CAST(?2 AS INTEGER)')}`,
        params: [organizationId, from],
      },
    ])
  }
}

const prepare = (server: Server): Promise<string> =>
  server.withDatabase(async (driver) => {
    const { value: id } = await createOrganization(driver, { name: 'Jobs' })
    const operator = administration(asOperator(driver, id))
    await operator.createObject({ slug: 'parts', singularName: 'Part', pluralName: 'Parts' })
    await operator.addAttribute('parts', { label: 'Code', type: 'text', unique: true })
    for (const label of ['Serial', ...OTHERS.map((slug) => slug.replace('_', ' '))])
      await operator.addAttribute('parts', { label, type: 'text' })
    await seed(driver, id)
    const { secret } = await operator.issueCredential({
      kind: 'key',
      name: 'b',
      scopes: ['crm:read', 'crm:write', 'admin'],
    })
    return secret
  })

const server = await startNode()
try {
  console.log(`${RECORDS} records are made`)
  const token = await prepare(server)
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${server.origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Record<string, unknown>
  }
  let asserted = 0
  /** What the second client waits until it is told to stop: milliseconds of each of its requests. */
  const waits = async (over: () => boolean): Promise<number[]> => {
    const all: number[] = []
    while (!over()) {
      const i = (asserted++ * 7_919) % RECORDS
      const started = performance.now()
      await send('PUT', '/v1/objects/parts/records', {
        match: { code: `c${i}` },
        values: { code: `c${i}`, serial: `changed-${asserted}` },
      })
      all.push(performance.now() - started)
    }
    return all
  }
  const tell = (what: string, seconds: number, all: readonly number[]) =>
    console.log(
      `${what}: ${seconds.toFixed(1)} s; the other client: ${all.length} requests, p50 ${quantile(all, 0.5).toFixed(1)} ms, p99 ${quantile(all, 0.99).toFixed(1)} ms, longest ${Math.max(...all).toFixed(0)} ms`,
    )
  let isOver = false
  setTimeout(() => {
    isOver = true
  }, 5_000)
  tell('nothing else', 5, await waits(() => isOver))
  const change = async (what: string, body: object) => {
    const started = performance.now()
    const { jobId } = await send('PATCH', '/v1/objects/parts/attributes/serial', body)
    isOver = false
    const other = waits(() => isOver)
    for (;;) {
      const { status } = await send('GET', `/v1/jobs/${jobId}`)
      if (status !== 'running') break
      await wait(100)
    }
    isOver = true
    tell(what, (performance.now() - started) / 1_000, await other)
  }
  await change('index', { indexed: true })
  await change('make it unique', { unique: true })
  await change('make it no longer unique', { unique: false, indexed: true })
  await change('remove it', { indexed: false })
} finally {
  await server.stop()
}
