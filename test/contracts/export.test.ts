import Papa from 'papaparse'
import { beforeAll, describe, expect, it } from 'vitest'
import { createWorld, isolate, type Reply, type World } from '../support/world.ts'

/** Exports: everything once, in the form that was asked for, and a word at the end whether it is all. */

let world: World
let acme: string
let gone: string
const path = '/v1/objects/deals/records'
const COUNT = 2_300

type Line = Reply['body']
const linesOf = (body: string): Line[] =>
  body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
const exported = async (search = '', of = path) => {
  const reply = await world.send('GET', `${of}/export${search}`)
  expect(reply.status, JSON.stringify(reply.body)).toBe(200)
  const lines = linesOf(reply.body)
  return { reply, head: lines[0]?.export, end: lines.at(-1)?.end, records: lines.slice(1, -1) }
}
const cellsOf = async (search: string, of = path) => {
  const { status, body, headers } = await world.send('GET', `${of}/export?format=csv${search}`)
  expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
  const { data, errors } = Papa.parse<string[]>(body, { skipEmptyLines: true })
  expect(errors).toEqual([])
  return data
}

const make = async (of: string, items: readonly object[]): Promise<string[]> => {
  const { body } = await world.send('POST', `${of}/batch`, { body: items.map((values) => ({ values })) })
  expect(body.summary.refused, JSON.stringify(body).slice(0, 400)).toBe(0)
  return body.outcomes.map(({ id }: { id: string }) => id)
}

beforeAll(async () => {
  world = await createWorld()
  await world.addObject('deals')
  for (const attribute of [
    { label: 'Name', type: 'text', indexed: true },
    { label: 'Stage', type: 'select', options: ['Open', 'Won, at last'] },
    { label: 'Company', type: 'relation', related: 'companies' },
    { label: 'Others', type: 'relation', related: 'companies', multiple: true },
    { label: 'Keeper', type: 'user' },
    { label: 'Price', type: 'currency' },
    { label: 'Tags', type: 'text', multiple: true },
    { label: 'Sure', type: 'checkbox' },
    { label: 'Size', type: 'number' },
  ] as const)
    await world.addAttribute('deals', attribute as Parameters<World['addAttribute']>[1])
  const companies = '/v1/objects/companies/records'
  const made = await make(companies, [
    { name: 'Acme', domains: ['acme.example'] },
    { name: 'No domain' },
    { name: 'Gone' },
  ])
  acme = made[0] as string
  gone = made[2] as string
  await make(path, [
    {
      name: '=1+1 "quoted"\nand more',
      stage: 'Won, at last',
      company: acme,
      others: [made[1], acme, gone],
      keeper: world.memberId,
      price: { amount: 12.5, code: 'EUR' },
      tags: ['a', '@b', '-1'],
      sure: false,
      size: -7,
    },
    { name: '+49 (30) 123-456', company: gone, price: 3 },
  ])
  await world.send('DELETE', `${companies}/${gone}`)
})

describe('NDJSON', () => {
  it('is what a list shows, between a first line and a last one', async () => {
    const { head, end, records, reply } = await exported('')
    const { body } = await world.send('GET', `${path}?limit=1000&filter[size]=-7`)
    expect(records[0]).toEqual(body.records[0])
    expect(head).toEqual({
      object: 'deals',
      at: expect.any(String),
      after: null,
      changesCursor: reply.headers.get('changes-cursor'),
    })
    expect(end).toEqual({ complete: true, records: records.length, changesCursor: expect.any(String) })
    expect(reply.headers.get('content-disposition')).toBe('attachment; filename="deals.ndjson"')
  })

  it('is read by people, where they ask for it', async () => {
    const { records } = await exported('?values=readable')
    expect(records[0]?.values).toEqual({
      name: '=1+1 "quoted"\nand more',
      stage: 'Won, at last',
      company: 'acme.example',
      // The second one has no domain to be called by, and the last one is gone.
      others: [expect.stringMatching(/^[0-9a-f-]{36}$/), 'acme.example'],
      keeper: 'Test Member',
      price: '12.5 EUR',
      tags: ['a', '@b', '-1'],
      sure: false,
      size: -7,
    })
    expect(records[1]?.values).toEqual({ name: '+49 (30) 123-456', price: 3 })
  })

  it('has the records and fields that are asked for', async () => {
    const { records } = await exported('?filter[size]=-7&fields=size,tags')
    expect(records.map(({ values }) => values)).toEqual([{ size: -7, tags: ['a', '@b', '-1'] }])
    const [id] = (await exported()).records.map((one) => one.id)
    expect((await exported(`?ids=${id}`)).records).toHaveLength(1)
    expect((await exported(`?archived=only&ids=${id}`)).records).toEqual([])
  })

  it('are held against a whole filter, besides the others', async () => {
    const search = (where: object) => `?fields=name&where=${encodeURIComponent(JSON.stringify(where))}`
    const either = { or: [-7, 3].map((size) => ({ attribute: 'size', operator: 'eq', value: size })) }
    const { records } = await exported(search(either))
    expect(records.map(({ values }) => values.name)).toEqual(['=1+1 "quoted"\nand more'])
    expect((await exported(`${search({ not: either })}&filter[size]=-7`)).records).toEqual([])
  })
})

describe('CSV', () => {
  it('is one row for each record, with nothing in it that a spreadsheet would calculate', async () => {
    const [head, first, second] = await cellsOf('')
    expect(head).toEqual('id name stage company others keeper price tags sure size createdAt updatedAt'.split(' '))
    expect(first?.slice(1, 10)).toEqual([
      '\'=1+1 "quoted"\nand more',
      'Won, at last',
      'acme.example',
      expect.stringMatching(/^[0-9a-f-]{36}; acme\.example$/),
      'Test Member',
      '12.5 EUR',
      'a; @b; -1',
      'false',
      '-7',
    ])
    expect(second?.slice(1, 7)).toEqual(['+49 (30) 123-456', '', '', '', '', '3'])
  })

  it.each(['=cmd', '@sum(1)', '+1+cmd|x', '-2+3+cmd', '\tx', '＝1'])('takes the sting out of %s', async (name) => {
    const [id] = await make(path, [{ name }])
    const [, row] = await cellsOf(`&ids=${id}`)
    expect(row?.[1]).toBe(`'${name}`)
  })

  it('has a list that its separator would tear as JSON, and guards what looks guarded', async () => {
    const [id] = await make(path, [{ name: "'=1", tags: ['a; b', '[c'] }])
    const [, row] = await cellsOf(`&ids=${id}&fields=name,tags`)
    expect(row?.slice(1, 3)).toEqual(["''=1", '["a; b","[c"]'])
  })

  it('of stored values has their JSON, and archived records only if they are asked for', async () => {
    const [id] = await make(path, [{ name: 'Old', price: { amount: 1, code: 'USD' } }])
    await world.send('POST', `${path}/${id}/archive`)
    expect(await cellsOf(`&ids=${id}`)).toHaveLength(1)
    const [head, row] = await cellsOf(`&ids=${id}&archived=include&values=stored&fields=name,price`)
    expect(head).toEqual(['id', 'name', 'price', 'createdAt', 'updatedAt', 'archivedAt'])
    expect(row?.slice(1, 3)).toEqual(['Old', '{"amount":1,"code":"USD"}'])
    expect(Date.parse(row?.[5] ?? '')).toBeGreaterThan(0)
  })
})

it.each([
  ['fields=nothing', 422, 'unknown_attribute'],
  ['filter[nothing]=x', 422, 'unknown_attribute'],
  ['where=x', 422, 'invalid_value'],
  ['where={"attribute":"nothing","operator":"exists"}', 422, 'unknown_attribute'],
  ['where={"attribute":"size","oprator":"exists"}', 422, 'unknown_field'],
  ['format=xls', 422, 'invalid_value'],
  ['after=7', 422, 'invalid_value'],
  ['limit=7', 400, 'unknown_parameter'],
])('refuses %s before it begins', async (search, status, code) => {
  const reply = await world.send('GET', `${path}/export?${search}`)
  expect([reply.status, reply.body.code]).toEqual([status, code])
})

describe('of many', () => {
  const many = '/v1/objects/notes/records'
  beforeAll(async () => {
    await world.addObject('notes')
    await world.addAttribute('notes', { label: 'Text', type: 'text', unique: true })
    for (let from = 0; from < COUNT; from += 1_000)
      await make(
        many,
        Array.from({ length: Math.min(1_000, COUNT - from) }, (_, i) => ({ text: `n${from + i}` })),
      )
  })

  it('comes in as many calls as there are pages, and a few', async () => {
    const log: Line[] = []
    const { send } = isolate(world.driver, { log: (line) => log.push(JSON.parse(line)) })
    const { body } = await send('GET', `${many}/export`, { token: world.token })
    expect(linesOf(body)).toHaveLength(COUNT + 2)
    await expect.poll(() => log).toHaveLength(1)
    expect(log[0]).toMatchObject({ stream: { ended: 'complete', records: COUNT } })
    expect(log[0]?.db.calls).toBeLessThanOrEqual(Math.ceil(COUNT / 1_000) + 4)
  })

  it('that may not be all says where to go on, and the parts are the whole', async () => {
    const limited = isolate(world.driver, { streams: { calls: 4 } })
    const seen: string[] = []
    let after: string | undefined
    let parts = 0
    for (let complete = false; !complete; parts++) {
      const { body } = await limited.send('GET', `${many}/export${after ? `?after=${after}` : ''}`, {
        token: world.token,
      })
      const lines = linesOf(body)
      const { end } = lines.at(-1) as { end: Line }
      seen.push(...lines.slice(1, -1).map((line) => line.values.text))
      expect(end.records).toBe(lines.length - 2)
      if (!end.complete) expect(end.error).toMatchObject({ code: 'calls_used_up', status: 503 })
      complete = end.complete
      after = end.after
      expect(parts).toBeLessThan(4)
    }
    expect(parts).toBeGreaterThan(1)
    expect(seen).toEqual(Array.from({ length: COUNT }, (_, i) => `n${i}`))
  })

  it('as CSV breaks off where it is not all, and goes on without its first line', async () => {
    const { app } = isolate(world.driver, { streams: { calls: 3 } })
    const headers = { authorization: `Bearer ${world.token}` }
    const response = await app.fetch(new Request(`http://edge.test${many}/export?format=csv`, { headers }))
    expect(response.status).toBe(200)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    let text = ''
    const all = async () => {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        text += new TextDecoder().decode(value)
      }
    }
    await expect(all()).rejects.toThrow()
    const last = text.trimEnd().split('\r\n').at(-1)?.slice(0, 36)
    const { body } = await world.send('GET', `${many}/export?format=csv&after=${last}`)
    const { data } = Papa.parse<string[]>(text + body, { skipEmptyLines: true })
    expect(data.map((row) => row[1])).toEqual(['text', ...Array.from({ length: COUNT }, (_, i) => `n${i}`)])
  })

  it('and the changes behind it are an exact copy, whatever is written meanwhile', async () => {
    await world.addObject('drafts')
    await world.addAttribute('drafts', { label: 'Text', type: 'text', unique: true })
    const copies = '/v1/objects/drafts/records'
    for (let from = 0; from < COUNT; from += 1_000)
      await make(
        copies,
        Array.from({ length: Math.min(1_000, COUNT - from) }, (_, i) => ({ text: `n${from + i}` })),
      )
    let isOver = false
    let written = 0
    const write = async (writer: number) => {
      for (let n = 0; !isOver; n++) {
        const text = `n${(writer * 700 + n * 37) % COUNT}`
        const items = [
          { match: { text }, values: { text: n % 3 === 0 ? `${text}x${n}` : text } },
          { values: { text: `new ${writer} ${n}` } },
        ]
        const { body } = await world.send('POST', `${copies}/batch`, { body: items })
        const [first] = body.outcomes
        if (n % 4 === 0) await world.send('DELETE', `${copies}/${first.id}`)
        written++
      }
    }
    const writers = [0, 1, 2].map(write)
    const { app } = isolate(world.driver)
    const headers = { authorization: `Bearer ${world.token}` }
    const response = await app.fetch(new Request(`http://edge.test${copies}/export`, { headers }))
    const lines = linesOf(await response.text())
    isOver = true
    await Promise.all(writers)
    expect(written).toBeGreaterThan(0)
    const copy = new Map(lines.slice(1, -1).map((one) => [one.id, one]))
    expect(copy.size).toBe(lines.length - 2)

    let cursor = lines[0]?.export.changesCursor
    for (let more = true; more; ) {
      const { body } = await world.send('GET', `/v1/changes?object=drafts&limit=1000&cursor=${cursor}`)
      for (const { action, recordId, version, values } of body.changes) {
        const one = copy.get(recordId)
        if (action === 'erased') copy.delete(recordId)
        else if (!one || one.version < version)
          copy.set(recordId, {
            id: recordId,
            version,
            values: { ...one?.values, text: values?.text?.after ?? one?.values.text },
          })
      }
      ;({ more, nextCursor: cursor } = body)
    }
    const now = linesOf((await world.send('GET', `${copies}/export`)).body).slice(1, -1)
    const flat = (records: Iterable<Line>) =>
      [...records].map(({ id, version, values }) => `${id} ${version} ${values.text}`).sort()
    expect(flat(copy.values())).toEqual(flat(now))
  })
})
