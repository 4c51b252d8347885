import { setTimeout as wait } from 'node:timers/promises'
import { preparedParts } from './lib/parts.ts'
import { startNode } from './lib/servers.ts'
import { quantile } from './lib/statistics.ts'

/**
 * `npm run bench:million` (`-- 100000` for fewer records): what is done with a large object on a Node server with a libSQL file, how
 * long it takes, and what a second client waits meanwhile that asserts one record after another.
 */

const RECORDS = Number(process.argv[2] ?? 1_000_000)
const PAGE = 1_000
const RECORDS_PATH = '/v1/objects/parts/records'
const OPERATOR_SECRET = 'the-operators-secret-for-one-run-only'

const server = await startNode({ operatorSecret: OPERATOR_SECRET })
try {
  console.error(`${RECORDS} records are made`)
  const { organizationId, token } = await server.withDatabase((driver) => preparedParts(driver, RECORDS))

  const request = async (method: string, path: string, body?: object, secret = token): Promise<Response> => {
    const response = await fetch(`${server.origin}${path}`, {
      method,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response
  }
  const send = async <T>(...of: Parameters<typeof request>): Promise<T> => (await (await request(...of)).json()) as T

  let asserted = 0
  /** Milliseconds of each request of the second client, until it is told to stop. */
  const waits = async (isOver: () => boolean): Promise<number[]> => {
    const all: number[] = []
    while (!isOver()) {
      const code = `c${(asserted++ * 7_919) % RECORDS}`
      const started = performance.now()
      await request('PUT', RECORDS_PATH, { match: { code }, values: { code, serial: `changed-${asserted}` } })
      all.push(performance.now() - started)
    }
    return all
  }
  console.log('| what | how much | seconds | longest single request, ms | the other client: median | 99 % | longest |')
  console.log('|---|---|---|---|---|---|---|')
  /** @param work is given a stopwatch for each of its requests, and says how much it has done */
  const measure = async (what: string, work: (timed: <T>(one: Promise<T>) => Promise<T>) => Promise<string>) => {
    let isOver = false
    const other = waits(() => isOver)
    const single: number[] = []
    const started = performance.now()
    const much = await work(async (one) => {
      const begun = performance.now()
      const result = await one
      single.push(performance.now() - begun)
      return result
    })
    const seconds = (performance.now() - started) / 1_000
    isOver = true
    const all = await other
    const longest = single.length > 0 ? Math.max(...single).toFixed(0) : ''
    const ms = (value: number) => `${value.toFixed(1)} ms`
    console.log(
      `| ${what} | ${much} | ${seconds.toFixed(1)} | ${longest} | ${ms(quantile(all, 0.5))} | ${ms(quantile(all, 0.99))} | ${ms(Math.max(...all))} |`,
    )
  }

  interface Page {
    readonly records: readonly unknown[]
    readonly nextCursor: string | null
    readonly count?: { readonly value: number; readonly exact: boolean }
  }
  type Timed = <T>(one: Promise<T>) => Promise<T>
  /** Page by page to the end, or as far as so many pages. */
  const paged = async (timed: Timed, load: (cursor: string | undefined) => Promise<Page>, most: number) => {
    let records = 0
    let pages = 0
    let cursor: string | undefined
    do {
      const page = await timed(load(cursor))
      records += page.records.length
      pages++
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined && pages < most)
    return `${records} records on ${pages} pages`
  }
  const query = (timed: Timed, body: object, most = Number.POSITIVE_INFINITY) =>
    paged(timed, (cursor) => send('POST', `${RECORDS_PATH}/query`, { ...body, cursor }), most)

  await measure('nothing else', async () => {
    await wait(5_000)
    return ''
  })
  await measure('assert, 1,000 new records a request', async (timed) => {
    for (let batch = 0; batch < 20; batch++) {
      const items = Array.from({ length: PAGE }, (_, i) => {
        const code = `new-${batch}-${i}`
        return { match: { code }, values: { code, serial: code, note_0: 'a note' } }
      })
      await timed(request('POST', `${RECORDS_PATH}/batch`, items))
    }
    return `${20 * PAGE} records`
  })
  await measure('list, a page of 100', (timed) =>
    paged(timed, (cursor) => send('GET', `${RECORDS_PATH}?limit=100${cursor ? `&cursor=${cursor}` : ''}`), 200),
  )
  await measure('query by the unique code', async (timed) => {
    for (let i = 0; i < 500; i++)
      await timed(
        send('POST', `${RECORDS_PATH}/query`, {
          filter: { attribute: 'code', operator: 'eq', value: `c${(i * 104_729) % RECORDS}` },
        }),
      )
    return '500 queries'
  })
  await measure('query with `starts_with` on the code, and a count', async (timed) => {
    const filter = { attribute: 'code', operator: 'starts_with', value: 'c77' }
    const { count } = await timed(send<Page>('POST', `${RECORDS_PATH}/query`, { filter, count: true, limit: 100 }))
    return `${count?.exact ? '' : 'at least '}${count?.value} counted`
  })
  await measure('newest first, a page of 100', (timed) =>
    query(timed, { sort: { attribute: 'updatedAt', direction: 'desc' }, limit: 100 }, 100),
  )
  await measure('query that no index helps, to its end', (timed) =>
    query(timed, { filter: { attribute: 'note_3', operator: 'contains', value: '99999' }, limit: 100 }),
  )
  const job = (what: string, body: object, attribute = 'serial') =>
    measure(what, async () => {
      const { jobId } = await send<{ jobId: string }>('PATCH', `/v1/objects/parts/attributes/${attribute}`, body)
      for (;;) {
        const { status } = await send<{ status: string }>('GET', `/v1/jobs/${jobId}`)
        if (status !== 'running') return status
        await wait(100)
      }
    })
  await job('index an attribute', { indexed: true })
  await job('make it unique', { unique: true })
  await measure('sort by it, a page of 100', (timed) =>
    query(timed, { sort: { attribute: 'serial', direction: 'asc' }, limit: 100 }, 100),
  )
  await job('make it no longer unique', { unique: false, indexed: true })
  await job('remove the index', { indexed: false })
  await job('make a text of six words searchable', { searchable: true }, 'note_0')
  const search = (what: string, body: (i: number) => object, times: number) =>
    measure(what, async (timed) => {
      for (let i = 0; i < times; i++)
        await timed(send('POST', `${RECORDS_PATH}/query`, { ...body((i * 104_729) % RECORDS), limit: 25 }))
      return `${times} searches`
    })
  await search('search for a word of one record, and two of all', (i) => ({ q: `note record ${i}` }), 200)
  await search('search for half a word of all', () => ({ q: 'rec' }), 200)
  await search(
    'the same newest first, and counted',
    () => ({ q: 'rec', sort: { attribute: 'createdAt', direction: 'desc' }, count: true }),
    50,
  )
  await search('search for two words that no record has together', () => ({ q: 'note 1 of 99' }), 20)
  await job('search by it no longer', { searchable: false }, 'note_0')
  await measure('verify', async (timed) => {
    let rows = 0
    let findings = 0
    let cursor: string | null | undefined
    do {
      const page = await timed(
        send<{ rows: number; findings: readonly unknown[]; nextCursor: string | null }>(
          'POST',
          `/v1/tenants/${organizationId}/verify`,
          { repair: false, ...(cursor && { cursor }) },
          OPERATOR_SECRET,
        ),
      )
      rows += page.rows
      findings += page.findings.length
      cursor = page.nextCursor
    } while (cursor)
    return `${rows} records and keys, ${findings} findings`
  })
  await measure('export as NDJSON', async () => {
    const response = await request('GET', `${RECORDS_PATH}/export`)
    let bytes = 0
    let end = ''
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length
      end = (end + decoder.decode(chunk, { stream: true })).slice(-500)
    }
    if (!end.includes('"complete":true')) throw new Error(`The export is not complete: ${end}`)
    return `${Math.round(bytes / 1e6)} MB`
  })
} finally {
  await server.stop()
}
