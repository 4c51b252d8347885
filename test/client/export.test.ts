import { chmodSync, globSync, readFileSync, statSync } from 'node:fs'
import Papa from 'papaparse'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { writeLines } from '../../src/cli/files.ts'
import { answers, type Fault, faults } from '../support/fault-proxy.ts'
import { useImportWorld } from '../support/import-world.ts'

/** `edge-upsert export` from the real server: what it takes, in which order, and that it comes back as it was. */

const world = useImportWorld()
const direct = () => world.client({ url: world.serverUrl })

const create = async (object: string, attributes: readonly object[]) => {
  await direct().call('post', '/v1/objects', { body: { slug: object, singularName: object, pluralName: `${object}s` } })
  for (const body of attributes)
    await direct().call('post', '/v1/objects/{object}/attributes', { path: { object }, body: body as never })
}

/** Texts that a spreadsheet, or a reader of lists, would make something else of. */
const texts = [
  ...['=1+1', '-x', "'quoted'", "'=1", "''@x", '+49 (30) 1', ' spaces ', 'a; b', '"q"', 'two\nlines', 'two\r\nlines'],
  ...['\ttab', '1.234', 'null', '[1]', '["x"]', 'true', '2025-06-01', 'Zürich, ’old’', "'", '\u200b'],
]

beforeAll(async () => {
  await create('makers', [{ label: 'Number', type: 'number', unique: true }])
  await create('things', [
    { label: 'Code', type: 'text', unique: true },
    { label: 'Note', type: 'text', indexed: true },
    { label: 'Size', type: 'number', indexed: true },
    { label: 'Born', type: 'date' },
    { label: 'Seen', type: 'datetime' },
    { label: 'Price', type: 'currency' },
    { label: 'Sure', type: 'checkbox' },
    { label: 'Stars', type: 'rating' },
    { label: 'Phones', type: 'phone_number', multiple: true },
    { label: 'Words', type: 'text', multiple: true },
    { label: 'Sizes', type: 'number', multiple: true },
    { label: 'Kinds', type: 'multiselect', options: ['A; b', 'c', ' d'] },
    { label: 'Maker', type: 'relation', related: 'makers' },
    { label: 'Others', type: 'relation', related: 'makers', multiple: true },
    { label: 'Keeper', type: 'user' },
    { label: 'Site', type: 'url' },
  ])
  const keeper = await direct().call('post', '/v1/members', { body: { name: 'Mary', email: 'mary@engine.example' } })
  const makers = await direct()
    .records('makers')
    .assertBatch([7, 8.5].map((number) => ({ match: { number }, values: { number } })))
  const [first, second] = makers.outcomes.map(({ id }) => id)
  const items = texts.map((note, n) => ({
    match: { code: `c${n}` },
    values: {
      code: `c${n}`,
      note,
      words: [note, 'x'],
      sizes: [1.234, -5],
      kinds: [['A; b', 'c'], ['c'], [' d', 'A; b']][n % 3],
      ...(n % 2 === 0 && {
        size: [1.234, 1e-7, -5, 0, 1e15][n % 5],
        born: '2001-02-03',
        seen: '2025-06-01T09:30:00.123Z',
        price: [{ amount: 12.5, code: 'EUR' }, { amount: 1.234 }][n % 4 === 0 ? 0 : 1],
        sure: n % 4 === 0,
        stars: 3,
        phones: ['+4930901820', '+442079460958;ext=12'],
        maker: first,
        others: [second, first],
        keeper: keeper.id,
        site: 'https://x.example/a;b?c=[1]',
      }),
    },
  }))
  const { summary } = await direct().records('things').assertBatch(items)
  expect(summary.refused).toBe(0)
})

const exported = async (name: string, ...args: readonly string[]) => {
  const to = `${world.folder}/${name}`
  const { code, err } = await world.run('export', 'things', '--to', to, ...args)
  expect([code, err]).toEqual([0, expect.stringContaining(` in ${to}.`)])
  return to
}
const rowsOf = (path: string) => Papa.parse<string[]>(readFileSync(path, 'utf8'), { skipEmptyLines: true }).data

describe('what is exported', () => {
  it.each([
    ['csv', 'readable'],
    ['csv', 'stored'],
    ['ndjson', 'readable'],
    ['ndjson', 'stored'],
  ])('as %s with %s values is imported again, and nothing is written', async (format, values) => {
    const file = await exported(`all-${values}.${format}`, '--values', values)
    for (const match of ['code', 'id']) {
      const { out, err } = await world.run('import', file, '--object', 'things', '--match', match)
      expect(out, err).toBe(`0 created, 0 updated, ${texts.length} unchanged, 0 refused, of ${texts.length} rows.\n`)
    }
  })

  it('makes the same records where there are none', async () => {
    const file = await exported('again.csv')
    const values = async () => {
      const all = new Map<unknown, unknown>()
      for await (const one of direct().records('things').query()) all.set(one.values.code, one.values)
      return all
    }
    const before = await values()
    for await (const { status } of direct()
      .records('things')
      .change({ change: 'erase', filter: { attribute: 'code', operator: 'exists' } }))
      expect(status).toBe('erased')
    const { out } = await world.run('import', file, '--object', 'things', '--match', 'code')
    expect(out).toContain(`${texts.length} created`)
    expect(await values()).toEqual(before)
  })
})

it('a list of related records is read by their names, each of which must be that of one record', async () => {
  const rows = ['code,others', 'l1,7; 8.5', 'l2,7; 99', 'l3,seven']
  const file = world.write('lists.csv', rows.join('\n'))
  const { code, out } = await world.run('import', file, '--object', 'things', '--match', 'code')
  expect([code, out]).toEqual([3, '1 created, 0 updated, 0 unchanged, 2 refused, of 3 rows.\n'])
  const { id, values } = await direct().records('things').getBy('code', 'l1')
  // Other tests count what they have made themselves.
  await direct().records('things').erase(id)
  expect(values.others).toHaveLength(2)
  expect(world.read(`${file}.refused.csv`)).toMatch(/^3,others,"""99"" names no record, or several\.",l2/m)
})

describe('an export', () => {
  it('has the columns, the records and the order that are asked for', async () => {
    const where = { or: [{ attribute: 'code', operator: 'in', value: ['c2', 'c4', 'c6'] }] }
    const args = ['--columns', 'size,code', '--filter', JSON.stringify(where), '--filter', 'stars=3']
    for (const [sort, order] of [
      ['size', ['c2', 'c6', 'c4']],
      ['-size', ['c4', 'c6', 'c2']],
      ['-createdAt', ['c6', 'c4', 'c2']],
    ] as const) {
      const rows = rowsOf(await exported(`sorted${sort}.csv`, ...args, '--sort', sort))
      expect(rows[0]).toEqual(['id', 'size', 'code', 'createdAt', 'updatedAt'])
      expect(rows.slice(1).map((row) => row[2])).toEqual(order)
    }
    expect(rowsOf(await exported('unsorted.csv', ...args))).toHaveLength(4)
  })

  it('in an order has the records that have no value for it, too, and none twice', async () => {
    const rows = rowsOf(await exported('all.csv', '--columns', 'code', '--sort', 'size'))
    expect(
      rows
        .slice(1)
        .map((row) => row[1])
        .sort(),
    ).toEqual(texts.map((_, n) => `c${n}`).sort())
    const lines = readFileSync(await exported('all.ndjson', '--sort', 'size'), 'utf8')
      .trimEnd()
      .split('\n')
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ end: { complete: true, records: texts.length } })
    const { out } = await world.run('import', `${world.folder}/all.ndjson`, '--object', 'things', '--match', 'code')
    expect(out).toContain(`${texts.length} unchanged`)
  })

  it.each([
    ['a page', answers(200, { 'content-type': 'text/html' }, '<html>Sign in</html>')],
    ['{}', answers(200, { 'content-type': 'application/json' }, '{}')],
    ['nothing', answers(200, { 'content-type': 'text/csv' })],
    ['a CSV of something else', answers(200, { 'content-type': 'text/csv' }, 'a,b\r\n1,2\r\n')],
    ['lines of something else', answers(200, { 'content-type': 'application/x-ndjson' }, 'null\n')],
  ])('is none where %s is answered, and what was there before stays', async (_, fault) => {
    for (const ending of ['csv', 'ndjson']) {
      const to = world.write(`yesterday.${ending}`, 'yesterday')
      for (const args of [[], ['--sort', 'size']]) {
        world.proxy.next([], fault)
        const { code, err } = await world.run('export', 'things', '--to', to, '--force', ...args)
        expect([code, err]).toEqual([1, expect.stringMatching(/what answered is no edge-upsert/)])
      }
      expect(world.read(to)).toBe('yesterday')
    }
    expect(globSync('yesterday*.part', { cwd: world.folder })).toEqual([])
  })

  it('is one export, though another one is written to the same file at once', async () => {
    const path = `${world.folder}/at-once.csv`
    const rows = (count: number) => {
      async function* lines() {
        for (let n = 0; n < count; n++) {
          yield `${count}`
          await new Promise((done) => setImmediate(done))
        }
      }
      return writeLines(path, lines())
    }
    await Promise.all([rows(300), rows(20), rows(100)])
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(new Set(lines)).toEqual(new Set([`${lines.length}`]))
    expect(globSync('at-once.csv*', { cwd: world.folder })).toEqual(['at-once.csv'])
  })

  it.each<readonly [string, readonly Fault[]]>([
    ['408', [answers(408)]],
    ['429 that says when', [answers(429, { 'retry-after': '0' })]],
    ['500, and a connection that is dropped', [answers(500), faults.drops]],
    ['502 and 503 and 504', [answers(502), answers(503), answers(504)]],
  ])('goes on after %s, as every request of the client does', async (_, sequence) => {
    world.proxy.next(sequence)
    expect(rowsOf(await exported('passing.csv', '--force'))).toHaveLength(texts.length + 1)
    expect(world.proxy.seen).toHaveLength(sequence.length + 1)
  })

  it('waits as long as it is asked to, and for nobody who asks for more than a minute', async () => {
    world.proxy.next([answers(429, { 'retry-after': '1' })])
    await exported('waited.csv')
    const [first, second] = world.proxy.seen
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000)
    world.proxy.next([answers(429, { 'retry-after': '61' })])
    expect((await world.run('export', 'things', '--to', `${world.folder}/never.csv`)).code).toBe(1)
    expect(world.proxy.seen).toHaveLength(1)
  })

  it('is for those who might read what it replaces', async () => {
    const to = world.write('private.csv', 'yesterday')
    chmodSync(to, 0o600)
    await exported('private.csv', '--force')
    expect(statSync(to).mode & 0o777).toBe(0o600)
  })

  it('goes to stdout, with nothing else there', async () => {
    let printed = ''
    const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((chunk, ...more: unknown[]) => {
      printed += chunk
      const done = more.at(-1)
      if (typeof done === 'function') done()
      return true
    })
    const { code, err } = await world
      .run('export', 'things', '--columns', 'code', '--filter', 'code=c1')
      .finally(() => stdout.mockRestore())
    expect([code, err]).toEqual([0, expect.stringMatching(/^1 record\.\n/)])
    expect(printed).toMatch(/^id,code,createdAt,updatedAt\r\n[^\n]+,c1,[^\n]+\r\n$/)
  })

  it.each([
    ['a filter that is no JSON', ['--filter', '{"attribute'], /^--filter: \{"attribute is no JSON/],
    ['a filter of the API that is none', ['--filter', '{"attribute":"nothing"}'], /where is missing|where/],
    ['a filter that is no pair', ['--filter', 'city'], /^--filter: "city" must be an attribute and a value/],
    ['an order that does not hold', ['--sort', 'updatedAt'], /^--sort: by updatedAt/],
    ['an order of no attribute', ['--sort', 'sise'], /size/],
    ['columns said twice', ['--columns', 'code', '--fields', 'code'], /^--columns and --fields say the same/],
    ['archived records of no kind', ['--archived', 'some'], /^--archived: "some" must be/],
  ])('says what is wrong with %s', async (_, args, message) => {
    const { code, err } = await world.run('export', 'things', '--to', `${world.folder}/none.csv`, ...args)
    expect([code, err]).toEqual([1, expect.stringMatching(message)])
    expect(world.has(`${world.folder}/none.csv`)).toBe(false)
  })
})

describe('records', () => {
  it('are shown and found as they are asked for', async () => {
    const one = await world.run('records', 'get', 'things', 'code=c2', '--columns', 'code,size')
    const { id, values } = JSON.parse(one.out)
    expect(values).toEqual({ code: 'c2', size: -5 })
    expect(JSON.parse((await world.run('records', 'get', 'things', id)).out)).toMatchObject({ id, values })
    const none = await world.run('records', 'get', 'things', 'code=nothing')
    expect([none.code, none.out]).toEqual([1, ''])
    const args = ['--filter', 'stars=3', '--sort', '-size', '--columns', 'code,kinds', '--limit', '2']
    const { out, err } = await world.run('records', 'find', 'things', ...args)
    expect(out).toMatch(/^[0-9a-f-]{36}\tc14\topt_d; opt_a_b\n[0-9a-f-]{36}\tc4\topt_c\n$/)
    expect(out.trimEnd().split('\n')).toHaveLength(2)
    expect(err).toBe('There are more than 2: --limit takes more, and "export" all.\n')
    const { err: refused } = await world.run('records', 'find', 'things', '--q', 'c2')
    expect(refused).toMatch(/no attribute of things is searchable/)
    const json = await world.run('records', 'find', 'things', '--filter', 'code=c2', '--json')
    expect(JSON.parse(json.out)).toMatchObject({ id })
  })
})

it('no command takes another server for this one, whatever it answers', async () => {
  const id = '00000000-0000-7000-8000-000000000000'
  const file = world.write('foreign.csv', 'code\nx')
  const schema = world.write('foreign.json', '{"objects":[]}')
  for (const body of ['{}', 'null', '[]', '{"status":"ok"}', '{"objects":null,"records":null}'])
    for (const args of [
      ['import', file, '--object', 'things', '--match', 'code'],
      ['records', 'find', 'things'],
      ['records', 'get', 'things', id],
      ['records', 'history', 'things', id],
      ['types'],
      ['changes'],
      ['undo', 'nothing'],
      ['schema', 'plan', schema],
      ['keys', 'list'],
      ['usage'],
    ]) {
      world.proxy.next([], answers(200, { 'content-type': 'application/json' }, body))
      const { code, out, err } = await world.run(...args)
      expect([args[0], body, code, out, err]).toEqual([
        args[0],
        body,
        1,
        '',
        'Status 200, and what answered is no edge-upsert: see that the url is right.\n',
      ])
    }
})

describe('changes', () => {
  it('are told from where an earlier run has ended', async () => {
    const all = await world.run('changes', '--object', 'things', '--json')
    expect(
      all.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).action),
    ).toContain('created')
    const [, cursor = ''] = /changes --cursor (\S+) --object things --api /.exec(all.err) ?? []
    await direct()
      .records('makers')
      .assert({ match: { number: 77 }, values: { number: 77 } })
    const { code, out } = await world.run('changes', '--cursor', cursor)
    expect([code, out]).toEqual([0, expect.stringMatching(/^\S+\tcreated\tmakers\t\S+\t1\tkey:\S+\tv1\tnumber\n$/)])
    expect((await world.run('changes', '--cursor', cursor, '--since', 'now')).err).toMatch(/^Say either/)
  })

  it('are followed until somebody ends it', async () => {
    const following = world.run('changes', '--follow', '--since', 'now', '--json')
    await vi.waitFor(() => expect(world.proxy.seen.at(-1)?.path).toMatch(/wait=25/), { timeout: 20_000 })
    await direct()
      .records('makers')
      .assert({ match: { number: 78 }, values: { number: 78 } })
    await vi.waitFor(
      () => expect(world.proxy.seen.filter(({ path }) => /wait=25/.test(path)).length).toBeGreaterThan(1),
      { timeout: 20_000 },
    )
    process.emit('SIGINT', 'SIGINT')
    const { code, out, err } = await following
    expect([code, JSON.parse(out)]).toMatchObject([130, { object: 'makers', action: 'created' }])
    expect(err).toContain('To go on from here: ')
  })
})

describe('keys', () => {
  it('are issued, listed, rotated and revoked', async () => {
    const issued = await world.run('keys', 'issue', '--name', 'nightly', '--scopes', 'crm:read', '--json')
    const { id, secret } = JSON.parse(issued.out)
    expect(issued.err).toBe('The secret is shown this once.\n')
    await world.client({ key: secret }).call('get', '/v1/objects', {})
    const rotated = JSON.parse((await world.run('keys', 'rotate', id, '--overlap', '0', '--json')).out)
    expect((await world.run('keys', 'revoke', rotated.id)).code).toBe(0)
    const { out } = await world.run('keys', 'list')
    const states = out.split('\n').map((line) => line.split('\t'))
    expect(states.find(([one]) => one === rotated.id)).toEqual([
      rotated.id,
      'key',
      'revoked',
      'crm:read',
      'not used',
      'nightly',
    ])
    expect((await world.run('keys', 'issue', '--name', 'x', '--scopes', 'crm')).err).toMatch(/^There is no scope "crm"/)
    expect((await world.run('keys', 'issue', '--name', 'x', '--expires', 'soon')).err).toMatch(/^--expires/)
  })
})
