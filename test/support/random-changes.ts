import fc from 'fast-check'
import type { Answer } from './mirror.ts'

/** Changes of all kinds, drawn from a seed, to two objects that are so small that they meet all the time. */

export const OBJECTS = ['people', 'companies'] as const
type ObjectSlug = (typeof OBJECTS)[number]

/** Keys that records of an object are found by. */
const KEYS = 150
/** Requests of which one may be undone. */
const UNDOABLE = 20

const keyOf = {
  people: (n: number) => ({ emails: `p${n}@mirror.example` }),
  companies: (n: number) => ({ domains: `c${n}.example` }),
} as const

const object = fc.constantFrom(...OBJECTS)
const nth = fc.nat(9_999)
const word = fc.option(fc.constantFrom('a', 'b', 'ä "quoted"', 'long '.repeat(20).trim()), { freq: 4 })
const words = fc.option(fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 }), { freq: 4 })

const item = fc.record({
  key: fc.nat(KEYS - 1),
  values: fc.record({ city: word, status: word, tags: words }, { requiredKeys: [] }),
  /** Of the attribute that is renamed and converted all the time. */
  rest: fc.option(fc.nat(99), { freq: 3 }),
  company: fc.option(nth, { freq: 2 }),
  write: fc.constantFrom(undefined, undefined, { tags: 'append' }, { city: 'fill' }),
})

const operation = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      object,
      items: fc.array(item, { minLength: 1, maxLength: 60, size: 'max' }),
      atomic: fc.boolean(),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('lifecycle' as const),
      object,
      nth,
      verb: fc.constantFrom('archive', 'restore', 'erase'),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('merge' as const),
      object,
      nth,
      other: nth,
      rule: fc.constantFrom('keep', 'take', 'append'),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('revert' as const), object, nth, back: fc.nat(4) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('undo' as const),
      nth,
      created: fc.constantFrom('archive', 'erase'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('schema' as const),
      object,
      change: fc.constantFrom('label', 'rename', 'convert', 'erase'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('history' as const), mode: fc.constantFrom('names', 'off', 'values') }),
  },
)

export type Operation = typeof operation extends fc.Arbitrary<infer One> ? One : never

export const operations = (seed: number, count: number): readonly Operation[] =>
  fc.sample(operation, { seed, numRuns: count })

type Send = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>

/** Writes what is drawn; whatever it names is something that is there, or was. */
export class RandomWriter {
  readonly #send: Send
  readonly #ids: Record<ObjectSlug, string[]> = { people: [], companies: [] }
  readonly #requests: string[] = []
  /** The attribute as it is called and typed by now. */
  readonly #rest = { people: { slug: 'rest_0', type: 'text' }, companies: { slug: 'rest_0', type: 'text' } }
  #count = 0

  constructor(send: Send) {
    this.#send = send
  }

  async begin(): Promise<void> {
    for (const slug of OBJECTS) await this.#apply(slug, [{ slug: 'rest_0', label: 'Rest', type: 'text' }])
  }

  async write(one: Operation): Promise<void> {
    this.#count++
    switch (one.kind) {
      case 'batch':
        return this.#batch(one)
      case 'lifecycle':
        return this.#lifecycle(one)
      case 'merge':
        return this.#merge(one)
      case 'revert':
        return this.#revert(one)
      case 'undo':
        return this.#undo(one)
      case 'schema':
        return this.#change(one)
      case 'history':
        return this.#ask('PATCH', '/v1/organization', { history: one.mode }).then(() => undefined)
    }
  }

  /** The last word, so that there is something to compare: a history that is on. */
  async end(): Promise<void> {
    await this.#ask('PATCH', '/v1/organization', { history: 'values' })
  }

  /** @param expected statuses that what is drawn may meet */
  async #ask(method: string, path: string, body?: unknown, expected: readonly number[] = [], headers = {}) {
    const answer = await this.#send(method, path, body, headers)
    if (answer.status >= 300 && !expected.includes(answer.status))
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer
  }

  async #batch({ object: slug, items, atomic }: Extract<Operation, { kind: 'batch' }>): Promise<void> {
    const { slug: rest, type } = this.#rest[slug]
    const companies = this.#ids.companies
    const body = items.map(({ key, values, rest: number, company, write }) => ({
      match: keyOf[slug](key),
      values: {
        ...values,
        ...(number !== null && { [rest]: type === 'number' ? number : String(number) }),
        ...(slug === 'people' && company !== null && { company: companies[company % companies.length] ?? null }),
      },
      ...(write && { write: Object.fromEntries(Object.entries(write).filter(([name]) => name in values)) }),
    }))
    const request = `request-${this.#count}`
    const path = `/v1/objects/${slug}/records/batch${atomic ? '?atomic=true' : ''}`
    const { body: answer } = await this.#ask('POST', path, body, [409], { 'x-request-id': request })
    this.#requests.push(request)
    for (const outcome of answer.outcomes) if (outcome.status === 'created') this.#ids[slug].push(outcome.id)
  }

  #drawn(slug: ObjectSlug, n: number): string | undefined {
    const ids = this.#ids[slug]
    return ids[n % ids.length]
  }

  async #lifecycle({ object: slug, nth: n, verb }: Extract<Operation, { kind: 'lifecycle' }>): Promise<void> {
    const id = this.#drawn(slug, n)
    if (id === undefined) return
    const path = `/v1/objects/${slug}/records/${id}`
    // 409: of what has been merged the survivor is not erased by this id.
    if (verb === 'erase') await this.#ask('DELETE', path, undefined, [404, 409])
    else await this.#ask('POST', `${path}/${verb}`, undefined, [404])
  }

  async #merge({ object: slug, nth: n, other, rule }: Extract<Operation, { kind: 'merge' }>): Promise<void> {
    const [id, loser] = [this.#drawn(slug, n), this.#drawn(slug, other)]
    if (id === undefined || loser === undefined) return
    const request = `request-${this.#count}`
    const body = { loser: { id: loser }, values: { default: rule } }
    // 404, 409: what is drawn was erased, archived, or has been merged. 422: a list would be too long.
    const path = `/v1/objects/${slug}/records/${id}/merge`
    const { status } = await this.#ask('POST', path, body, [404, 409, 422], { 'x-request-id': request })
    if (status === 200) this.#requests.push(request)
  }

  async #revert({ object: slug, nth: n, back }: Extract<Operation, { kind: 'revert' }>): Promise<void> {
    const id = this.#drawn(slug, n)
    if (id === undefined) return
    const path = `/v1/objects/${slug}/records/${id}`
    const { status, body } = await this.#ask('GET', path, undefined, [404])
    if (status === 404) return
    const version = Math.max(1, body.version - back)
    // 410: the history was off, or values were not kept. 409, 422: what it had is another's by now, or of another type.
    await this.#ask('POST', `${path}/revert`, { version }, [409, 410, 422])
  }

  async #undo({ nth: n, created }: Extract<Operation, { kind: 'undo' }>): Promise<void> {
    const recent = this.#requests.slice(-UNDOABLE)
    const request = recent[n % recent.length]
    // 404: it changed nothing.
    if (request !== undefined) await this.#ask('POST', '/v1/changes/revert', { request, created }, [404, 409])
  }

  #apply(slug: string, attributes: readonly object[]) {
    return this.#ask('PUT', '/v1/schema', { objects: [{ slug, attributes }] })
  }

  async #change({ object: slug, change }: Extract<Operation, { kind: 'schema' }>): Promise<void> {
    const rest = this.#rest[slug]
    const next = `rest_${this.#count}`
    switch (change) {
      case 'label':
        await this.#apply(slug, [{ slug: rest.slug, label: `Rest ${this.#count}` }])
        return
      case 'rename':
        await this.#apply(slug, [{ slug: next, renamedFrom: rest.slug }])
        this.#rest[slug] = { ...rest, slug: next }
        return
      case 'convert':
        rest.type = rest.type === 'text' ? 'number' : 'text'
        await this.#apply(slug, [{ slug: rest.slug, type: rest.type, convert: true }])
        return
      case 'erase':
        await this.#apply(slug, [{ slug: rest.slug, archived: true }])
        await this.#ask('DELETE', `/v1/objects/${slug}/attributes/${rest.slug}`)
        this.#rest[slug] = { slug: next, type: 'text' }
        await this.#apply(slug, [{ slug: next, label: 'Rest', type: 'text' }])
    }
  }
}
