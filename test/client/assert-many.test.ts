import { describe, expect, it } from 'vitest'
import { ForeignAnswerError, InvalidRequestError, RateLimitError } from '../../src/client/index.ts'
import { useClientWorld } from '../support/client-world.ts'
import { answers, cutAfter, type Fault, faults, holding } from '../support/fault-proxy.ts'

/** assertMany over the real server. What is under way is seen at the proxy, which can hold it. */

const world = useClientWorld()
const people = () => world.client().records('people')

let groups = 0
/** Somebody new each time. */
const group = (count: number) => {
  const name = `g${++groups}`
  return Array.from({ length: count }, (_, n) => ({
    match: { emails: `${name}-${n}@many.example` },
    values: { first_name: `n${n}`, emails: [`${name}-${n}@many.example`] },
  }))
}

/** Tells how many of its items have been taken, and whether it was told that no more will be. */
const watched = <T>(items: readonly T[]) => {
  const state = { taken: 0, isReturned: false }
  const source: AsyncIterable<T> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const value = items[state.taken]
        return value === undefined ? { done: true, value: undefined } : { done: !(++state.taken > 0), value }
      },
      return: async () => {
        state.isReturned = true
        return { done: true, value: undefined }
      },
    }),
  }
  return { state, source }
}

const collect = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const one of source) all.push(one)
  return all
}
const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise((done) => setTimeout(done, 5))
}
/** Long enough for what should not happen to happen. */
const aWhile = () => new Promise((done) => setTimeout(done, 150))
const isBatch = ({ path }: { readonly path: string }) => path.includes('/batch')
const batches = () => world.proxy.seen.filter(isBatch)

describe('outcomes', () => {
  it('come in the order of the items, each with its item, whichever request is answered first', async () => {
    const first = holding()
    world.proxy.next([first.fault])
    const items = group(50)
    const collected = collect(people().assertMany(items, { batchItems: 10, inFlight: 3 }))
    await until(() => batches().length === 3)
    await aWhile()
    first.letGo()
    const outcomes = await collected
    expect(outcomes.map(({ item }) => item)).toEqual(items)
    expect(outcomes.map(({ index, status }) => [index, status])).toEqual(items.map((_, i) => [i, 'created']))
    expect(batches()).toHaveLength(5)
  })

  it('of refused items are among the others, and name places in the whole', async () => {
    const items = [...group(3), { values: { emails: ['nobody'] } }, ...group(3)]
    const outcomes = await collect(people().assertMany(items, { batchItems: 2 }))
    expect(outcomes.map(({ index, status }) => [index, status])).toEqual(
      items.map((_, i) => [i, i === 3 ? 'refused' : 'created']),
    )
    expect(outcomes[3]?.error).toMatchObject({ code: 'invalid_value', errors: [{ field: 'emails' }] })
    // In a dry run the record in the way is an item of the same request.
    const [one] = group(1)
    const twice = [...group(2), one, { values: one?.values ?? {} }].filter((item) => item !== undefined)
    const dry = await collect(people().assertMany(twice, { dryRun: true, batchItems: 2 }))
    expect(dry[3]?.error?.conflicts).toMatchObject([{ index: 2 }])
  })

  it('of items that the server would refuse the whole request for are refusals like any other', async () => {
    const good = group(4)
    const bad = [
      { values: { first_name: 'nul\0' }, reference: 'mine' },
      { match: { emails: 'half\ud800' }, values: {} },
      { values: { first_name: 'x', tags: ['a', 'b\0'] } },
      { values: { first_name: Number.NaN } },
      { values: { first_name: JSON.parse('['.repeat(500) + ']'.repeat(500)) } },
    ]
    const items = [...good.slice(0, 2), ...bad, ...good.slice(2), ...bad]
    const outcomes = await collect(people().assertMany(items, { batchItems: 4 }))
    expect(outcomes.map(({ item }) => item)).toEqual(items)
    expect(outcomes.map(({ index, status }) => [index, status])).toEqual(
      items.map((item, i) => [i, bad.some((one) => one === item) ? 'refused' : 'created']),
    )
    expect(outcomes.slice(2, 7).map(({ error }) => [error?.code, error?.errors[0]?.field])).toEqual([
      ['unsafe_value', 'values.first_name'],
      ['unsafe_value', 'match.emails'],
      ['unsafe_value', 'values.tags'],
      ['unsafe_value', 'values.first_name'],
      ['too_deep', 'values.first_name'],
    ])
    expect(outcomes[2]).toMatchObject({ reference: 'mine', id: null, changed: [] })
    // What the server says of one of them, sent as a line of its own.
    const reply = await fetch(`${world.serverUrl}/v1/objects/people/records/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.token}`, 'content-type': 'application/x-ndjson' },
      body: `${JSON.stringify(bad[0])}\n${JSON.stringify(bad[1])}\n`,
    })
    const said = (await reply.text()).split('\n').filter((line) => line.includes('refused'))
    for (const [i, line] of said.slice(0, 2).entries()) {
      const { error } = JSON.parse(line)
      expect(outcomes[2 + i]?.error).toMatchObject({ title: error.title, detail: error.detail, errors: error.errors })
    }
    expect(said.length).toBeGreaterThanOrEqual(2)
  })

  it('of items that are no JSON, or too large for any request, are refusals too, and the others are sent', async () => {
    const unreadable = {
      get match(): never {
        throw new Error('Gone')
      },
    }
    const large = { values: { first_name: 'x'.repeat(9_000_000) } }
    const bad = [null, undefined, { values: { n: 1n } }, unreadable, () => 1, { match: [null], values: {} }, large]
    const items = bad.flatMap((one) => [one, ...group(1)])
    const outcomes = await collect(people().assertMany(items as ReturnType<typeof group>))
    expect(outcomes.map(({ index, status }) => [index, status])).toEqual(
      items.map((_, i) => [i, i % 2 === 0 ? 'refused' : 'created']),
    )
    const refusals = outcomes.filter((_, i) => i % 2 === 0).map(({ error }) => [error?.code, error?.detail])
    expect(refusals[1]).toEqual(['unsafe_value', 'The item cannot be taken: it is nothing that JSON has.'])
    expect(refusals[3]).toEqual(['unsafe_value', 'The item cannot be taken: it is nothing that JSON has (Gone).'])
    expect(refusals[6]).toEqual(['body_too_large', expect.stringMatching(/larger than/)])
  })

  it.each([
    ['too few', (outcomes: object[]) => outcomes.slice(1)],
    ['none', () => []],
    ['in another order', (outcomes: object[]) => outcomes.toReversed()],
    ['of a kind that is not known', (outcomes: object[]) => outcomes.map((one) => ({ ...one, status: 'fabulous' }))],
  ])('that are %s are no answer, and nothing is asked for ever', async (_, changed) => {
    const fault: Fault = async (response, forward) => {
      const { body } = await forward()
      const { outcomes, summary } = JSON.parse(body.toString())
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ outcomes: changed(outcomes), summary }))
    }
    world.proxy.next([], fault)
    await expect(collect(people().assertMany(group(10)))).rejects.toBeInstanceOf(ForeignAnswerError)
    await expect(people().assertBatch(group(3))).rejects.toBeInstanceOf(ForeignAnswerError)
    expect(batches()).toHaveLength(2)
  })

  it('are there while the source is waited for', async () => {
    const [one, other] = group(2)
    const more = Promise.withResolvers<void>()
    async function* slowly() {
      yield one
      await more.promise
      yield other
    }
    const outcomes = people().assertMany(slowly() as AsyncIterable<NonNullable<typeof one>>, { lingerMs: 10 })
    expect((await outcomes.next()).value).toMatchObject({ index: 0, status: 'created' })
    more.resolve()
    expect((await collect(outcomes)).map(({ index }) => index)).toEqual([1])
  })

  it('are none for no items, and no request is sent', async () => {
    expect(await collect(people().assertMany([]))).toEqual([])
    expect(batches()).toHaveLength(0)
  })
})

describe('what is under way', () => {
  it('is no more than was said, and items are taken only as outcomes are', async () => {
    const held = holding()
    world.proxy.next([], held.fault)
    const { state, source } = watched(group(1_000))
    const outcomes = people().assertMany(source, { batchItems: 10, inFlight: 3 })
    const first = outcomes.next()
    await until(() => batches().length === 3)
    await aWhile()
    expect(batches()).toHaveLength(3)
    // Those under way, and one that shows that a batch is full.
    expect(state.taken).toBeLessThanOrEqual(31)
    held.letGo()
    await first
    await aWhile()
    expect(state.taken).toBeLessThanOrEqual(41)
    await outcomes.return(undefined)
    expect(state.isReturned).toBe(true)
  })

  it('never has one match in two requests, however it is spelt: the last item wins', async () => {
    const first = holding()
    world.proxy.next([first.fault])
    const address = `same-${++groups}@many.example`
    const items = [address, address.toUpperCase(), address].map((emails, n) => ({
      match: { emails },
      values: { first_name: `n${n}`, emails: [emails] },
    }))
    const collected = collect(people().assertMany([...items, ...group(1)], { batchItems: 1, inFlight: 4 }))
    // The one that has nothing to do with them does not wait.
    await until(() => batches().length === 2)
    await aWhile()
    expect(batches()).toHaveLength(2)
    first.letGo()
    expect((await collected).map(({ status }) => status)).toEqual(['created', 'updated', 'updated', 'created'])
    expect((await people().getBy('emails', address)).values.first_name).toBe('n2')
  })

  it('becomes less when the server is busy, which is no failure however long it lasts, and more again', async () => {
    const busy = answers(429, { 'retry-after': '0' })
    let underWay = 0
    let most = 0
    const counted: Fault = async (response, forward, request) => {
      most = Math.max(most, ++underWay)
      await faults.none(response, forward)
      underWay--
      void request
    }
    world.proxy.next([...Array(8).fill(busy), counted, counted], counted)
    // Without a match, so that they have keys.
    const items = group(40).map(({ values }) => ({ values }))
    const outcomes = await collect(people().assertMany(items, { batchItems: 2, inFlight: 4 }))
    expect(outcomes.map(({ status }) => status)).toEqual(items.map(() => 'created'))
    expect(most).toBeLessThanOrEqual(4)
    // Each request has the same key however often it is sent.
    const keys = batches().map(({ headers, body }) => `${headers['idempotency-key']} ${body}`)
    expect(new Set(keys).size).toBe(20)
    expect(keys).toHaveLength(28)
  })

  it('is given up when it has been busy for longer than anybody waits', async () => {
    world.proxy.next([], answers(429, { 'retry-after': '0' }))
    const outcomes = collect(people().assertMany(group(2), { patienceMs: 0 }))
    await expect(outcomes).rejects.toBeInstanceOf(RateLimitError)
  })

  it('is waited for from its first refusal on: who had nothing to send has not been waiting', async () => {
    async function* late() {
      yield* group(1)
      await new Promise((done) => setTimeout(done, 400))
      yield* group(1)
    }
    const busy = answers(429, { 'retry-after': '0' })
    world.proxy.next([faults.none, busy, busy, busy])
    const options = { patienceMs: 300, lingerMs: 10 }
    const impatient = world.client({ retries: 0 }).records('people')
    const outcomes = await collect(impatient.assertMany(late(), { ...options, patienceMs: 300 }))
    expect(outcomes.map(({ status }) => status)).toEqual(['created', 'created'])
  })

  it('is given up at once where the server asks for more than is left of the patience', async () => {
    world.proxy.next([], answers(429, { 'retry-after': '90' }))
    await expect(collect(people().assertMany(group(1), { patienceMs: 3_000 }))).rejects.toBeInstanceOf(RateLimitError)
    expect(batches()).toHaveLength(1)
  })

  it('is sent again after lost answers, and done once', async () => {
    world.proxy.next([faults.loses, cutAfter(30)])
    const items = group(6).map(({ values }) => ({
      values: { first_name: values.first_name, last_name: `lost-${groups}` },
    }))
    const outcomes = await collect(people().assertMany(items, { batchItems: 3 }))
    expect(outcomes.map(({ status }) => status)).toEqual(items.map(() => 'created'))
    const filter = { attribute: 'last_name', operator: 'eq', value: `lost-${groups}` } as const
    expect(await collect(people().query({ filter }))).toHaveLength(6)
  })
})

describe('an end', () => {
  it('of the source by a failure comes after the outcomes of all that it brought', async () => {
    const items = group(5)
    async function* failing() {
      yield* items
      throw new Error('The file ends here')
    }
    const seen: number[] = []
    const all = async () => {
      for await (const { index } of people().assertMany(failing(), { batchItems: 2 })) seen.push(index)
    }
    await expect(all()).rejects.toThrow('The file ends here')
    expect(seen).toEqual([0, 1, 2, 3, 4])
  })

  it('by a refused request comes after the outcomes of those before it', async () => {
    world.proxy.next([faults.none, answers(400)])
    const { state, source } = watched(group(100))
    const seen: number[] = []
    const all = async () => {
      for await (const { index } of people().assertMany(source, { batchItems: 10, inFlight: 1 })) seen.push(index)
    }
    await expect(all()).rejects.toBeInstanceOf(InvalidRequestError)
    expect(seen).toHaveLength(10)
    expect(state.isReturned).toBe(true)
  })

  it('by the signal comes at once, though the source is waited for', async () => {
    const stopping = new AbortController()
    const never: AsyncIterable<{ values: { first_name: string } }> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
    }
    const all = collect(people().assertMany(never, { signal: stopping.signal }))
    stopping.abort(new Error('Enough'))
    await expect(all).rejects.toThrow('Enough')
  })

  it('by whoever takes the outcomes gives up what is under way', async () => {
    const gone = Promise.withResolvers<void>()
    const watchedFault: Fault = (response) => response.once('close', () => gone.resolve())
    world.proxy.next([faults.none, watchedFault])
    for await (const { index } of people().assertMany(group(20), { batchItems: 10, inFlight: 2 })) {
      await until(() => batches().length === 2)
      expect(index).toBe(0)
      break
    }
    await gone.promise
  })
})

/** Of the longest that there are, each another one: of equal ones a list keeps one. */
const texts = (count: number) => Array.from({ length: count }, (_, n) => `${n}`.padEnd(20_000, 'x'))

describe('what is too much for one request', () => {
  it('in bytes is several requests', async () => {
    const long = texts(5)
    const items = group(30).map((item) => ({ ...item, values: { ...item.values, email_labels: long } }))
    const outcomes = await collect(people().assertMany(items))
    expect(outcomes.map(({ status }) => status)).toEqual(items.map(() => 'created'))
    expect(batches()).toHaveLength(2)
  })

  it('in stored data that it would change goes into the next', async () => {
    const long = texts(12)
    const items = group(150).map((item) => ({ ...item, values: { ...item.values, email_labels: long } }))
    await collect(people().assertMany(items, { inFlight: 2 }))
    world.proxy.next([])
    const write = { email_labels: 'append' } as const
    const touches = items.map(({ match }) => ({ match, values: { email_labels: ['one more'] }, write }))
    // The last one makes the request one that must not be done twice, so that it has a key: of each request its own.
    const outcomes = await collect(people().assertMany([...touches, { values: { first_name: 'New' } }]))
    expect(outcomes.map(({ index, status }) => [index, status])).toEqual([
      ...touches.map((_, i) => [i, 'updated']),
      [touches.length, 'created'],
    ])
    expect(batches()).toHaveLength(2)
  }, 60_000)
})
