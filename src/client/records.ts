import { type JsonFault, jsonFaults } from '../schema/json-values.ts'
import { type ManyOptions, assertMany as many, manyRules } from './assert-many.ts'
import { requireIterable } from './batches.ts'
import { ForeignAnswerError, NotFoundError } from './errors.ts'
import { type Answer, type LooseOptions, type Method, type PathWith, send } from './operations.ts'
import { anything, flag, type Rules, requireOptions, text } from './options.ts'
import { Pages } from './pages.ts'
import type {
  AssertResult,
  BatchResult,
  Change,
  ChangedRecord,
  Filter,
  Item,
  ManyChange,
  Match,
  Merged,
  MergedIn,
  MergeRule,
  ObjectTypes,
  Outcome,
  Problem,
  Reverted,
  StoredRecord,
  Typed,
} from './schema.ts'
import { type CallSettings, settingsRules, type Transport } from './transport.ts'

export interface WriteOptions extends CallSettings {
  /** Tell what would be, and write nothing. */
  readonly dryRun?: boolean
  /** Whether the record comes back. Default: of one yes, of many no. */
  readonly record?: boolean
  /** Names the import that this is a part of, so that all of it can be undone. */
  readonly importId?: string
  /** Of a request that another process may repeat. Default: one for each call. */
  readonly idempotencyKey?: string
}

export interface BatchOptions extends WriteOptions {
  /** Write all items or none. */
  readonly atomic?: boolean
}

export interface ChangeOptions extends CallSettings, Pick<WriteOptions, 'dryRun' | 'importId'> {
  /** Records of a page, up to 1,000. Default: 200. */
  readonly limit?: number
}

export interface MergeOptions extends CallSettings, Pick<WriteOptions, 'dryRun' | 'importId'> {
  /** Which value the record has where both have one: for all attributes (default: append), and for some. */
  readonly values?: { readonly default?: MergeRule; readonly attributes?: Readonly<Record<string, MergeRule>> }
  /** Versions that the two must have. */
  readonly ifVersion?: number
  readonly loserIfVersion?: number
}

export interface AssertManyOptions extends ManyOptions, Omit<WriteOptions, 'idempotencyKey'> {}

export interface Query {
  readonly filter?: Filter
  /** Words, of which each begins a word of a searchable attribute: `'garcia acme'`. */
  readonly q?: string
  readonly sort?: { readonly attribute: string; readonly direction?: 'asc' | 'desc' }
  readonly archived?: 'include' | 'exclude' | 'only'
  readonly fields?: readonly string[]
  /** Records of a page. Default: 100. */
  readonly limit?: number
}

export interface ReadOptions extends CallSettings, Pick<Query, 'fields'> {}

const writeRules: Rules<WriteOptions> = {
  ...settingsRules,
  dryRun: flag,
  record: flag,
  importId: text,
  idempotencyKey: text,
}
const batchRules: Rules<BatchOptions> = { ...writeRules, atomic: flag }
const { idempotencyKey: _, ...someRules } = writeRules
const assertManyRules: Rules<AssertManyOptions> = { ...someRules, ...manyRules }
const readRules: Rules<ReadOptions> = { ...settingsRules, fields: anything }
const revertRules: Rules<Omit<ChangeOptions, 'limit'>> = { ...settingsRules, dryRun: flag, importId: text }
const changeRules: Rules<ChangeOptions> = { ...revertRules, limit: anything }
const mergeRules: Rules<MergeOptions> = {
  ...revertRules,
  values: anything,
  ifVersion: anything,
  loserIfVersion: anything,
}

/** The records of one object. */
export class Records<T extends ObjectTypes> {
  readonly #transport: Transport
  readonly #object: string

  constructor(transport: Transport, object: string) {
    this.#transport = transport
    this.#object = object
  }

  /** Creates a record, or updates the one that the match finds. @throws EdgeUpsertError */
  async assert(item: Item<T>, options: WriteOptions = {}): Promise<AssertResult<T>> {
    requireOptions(options, writeRules)
    const { record = true } = options
    return this.#send('put', '/v1/objects/{object}/records', {
      ...written(options, record || 'return=minimal'),
      body: item,
    })
  }

  /** Up to 1,000 of them in one request; a refused one is an outcome. @throws EdgeUpsertError when none was tried */
  async assertBatch(items: readonly Item<T>[], options: BatchOptions = {}): Promise<BatchResult<T>> {
    requireOptions(options, batchRules)
    return this.#batch({ body: items }, options)
  }

  /**
   * Any number of them, from whatever can be iterated, in several requests at a time. Outcomes come in the order of the
   * items, each with its item, and items are taken as fast as outcomes are. Items with the same match are written in
   * their order; where the order of others matters too, or one record is spelt in several ways, set `inFlight` to 1.
   * @throws EdgeUpsertError after the outcomes of what was answered before
   */
  assertMany<I extends Item<T>>(
    items: Iterable<I> | AsyncIterable<I>,
    options: AssertManyOptions = {},
  ): AsyncGenerator<Outcome<T> & { readonly item: I }, void> {
    requireOptions(options, assertManyRules)
    requireIterable(items)
    return many<I, Outcome<T>>(
      items,
      async (request, settings) =>
        (await this.#batch({ ...request, ...settings }, { ...options, ...settings })).outcomes,
      refused,
      options,
    )
  }

  /** @throws NotFoundError */
  async get(id: string, options: ReadOptions = {}): Promise<StoredRecord<T>> {
    requireOptions(options, readRules)
    const { fields, ...settings } = options
    return this.#send('get', '/v1/objects/{object}/records/{id}', {
      ...settings,
      path: { id },
      query: { fields: fields?.join() },
    })
  }

  /** @throws NotFoundError; ConflictError where several records have the value */
  async getBy<A extends keyof T['match'] & string>(
    attribute: A,
    value: NonNullable<T['match'][A]>,
    options: ReadOptions = {},
  ): Promise<StoredRecord<T>> {
    requireOptions(options, readRules)
    const { fields, ...settings } = options
    const path = { attribute, value }
    return this.#send('get', '/v1/objects/{object}/records/by/{attribute}/{value}', {
      ...settings,
      path,
      query: { fields: fields?.join() },
    })
  }

  /** Those that a filter lets through, and that have the words of `q`; all of them without either. */
  query(query: Query = {}, settings: CallSettings = {}): Pages<StoredRecord<T>> {
    requireOptions(settings, settingsRules)
    return new Pages(async (cursor) => {
      const options = { ...settings, body: { ...query, cursor } }
      const { records, nextCursor } = await this.#send('post', '/v1/objects/{object}/records/query', options)
      return { items: records, nextCursor }
    })
  }

  /** Who changed what of a record, newest first; each page tells who was merged into it. */
  history(
    id: string,
    settings: CallSettings = {},
  ): Pages<Change, { readonly cutOff: boolean; readonly merged: readonly MergedIn[] }> {
    requireOptions(settings, settingsRules)
    return new Pages(async (cursor) => {
      const options = { ...settings, path: { id }, query: { cursor } }
      const answer = await this.#send('get', '/v1/objects/{object}/records/{id}/history', options)
      const { changes, ...page } = answer
      return { items: changes, ...page }
    })
  }

  /**
   * Takes a record back to a version, whoever has changed it since: a change like any other.
   * @throws NotFoundError; ConflictError (410) where it is not known what it was; InvalidRequestError for a version that it has not had
   */
  async revert(id: string, version: number, options: Omit<ChangeOptions, 'limit'> = {}): Promise<Reverted<T>> {
    requireOptions(options, revertRules)
    const { query, headers, ...settings } = written(options, false)
    const sent = { ...settings, path: { id }, query, headers, body: { version } }
    return this.#send('post', '/v1/objects/{object}/records/{id}/revert', sent)
  }

  /**
   * Merges another record into this one: it goes, and its id and its keys lead here from then on. The same again changes
   * nothing; `client.undo({ request })` of the answer parts them again.
   * @param loser `{ id }`, or a match key that the other record has
   * @throws NotFoundError; ConflictError where something is in the way, and for a version that one of the two has not
   */
  async merge(id: string, loser: Match<T> | { readonly id: string }, merging: MergeOptions = {}): Promise<Merged<T>> {
    requireOptions(merging, mergeRules)
    const { values, ifVersion, loserIfVersion, ...options } = merging
    const sent = { ...written(options, false), path: { id }, body: { loser, values, ifVersion, loserIfVersion } }
    return this.#send('post', '/v1/objects/{object}/records/{id}/merge', sent)
  }

  /**
   * Changes, archives, restores or erases many records, a page of them at a time, as they are taken. One that somebody else has
   * changed since it was found is refused, and stays.
   */
  change(what: ManyChange<T>, changing: ChangeOptions = {}): Pages<ChangedRecord> {
    requireOptions(changing, changeRules)
    const { limit, ...options } = changing
    return new Pages(async (cursor) => {
      const sent = { ...written(options, false), body: { ...what, limit, cursor } }
      const { records, nextCursor } = await this.#send('post', '/v1/objects/{object}/records/change', sent)
      return { items: records, nextCursor }
    })
  }

  async archive(id: string, settings: CallSettings = {}): Promise<StoredRecord<T>> {
    requireOptions(settings, settingsRules)
    return this.#send('post', '/v1/objects/{object}/records/{id}/archive', { ...settings, path: { id } })
  }

  async restore(id: string, settings: CallSettings = {}): Promise<StoredRecord<T>> {
    requireOptions(settings, settingsRules)
    return this.#send('post', '/v1/objects/{object}/records/{id}/restore', { ...settings, path: { id } })
  }

  /** For good. @throws NotFoundError when there was none */
  async erase(id: string, settings: CallSettings = {}): Promise<void> {
    requireOptions(settings, settingsRules)
    try {
      await this.#send('delete', '/v1/objects/{object}/records/{id}', { ...settings, path: { id } })
    } catch (error) {
      // An attempt whose answer was lost may have erased it.
      if (!(error instanceof NotFoundError && error.attempts > 1)) throw error
    }
  }

  async #send<M extends Method, P extends PathWith<M>>(
    method: M,
    path: P,
    options: LooseOptions,
  ): Promise<Typed<T, Answer<M, P>>> {
    const values = { object: this.#object, ...options.path }
    return (await send(this.#transport, method, path, { ...options, path: values })) as Typed<T, Answer<M, P>>
  }

  async #batch(
    request: Omit<LooseOptions, 'body'> & { readonly body: readonly unknown[] },
    options: BatchOptions,
  ): Promise<BatchResult<T>> {
    const { record = false, atomic } = options
    const { query, ...settings } = written(options, record && 'return=representation')
    const result = await this.#send('post', '/v1/objects/{object}/records/batch', {
      ...settings,
      ...request,
      query: { ...query, ...(atomic && { atomic }) },
      // An atomic batch of which an item was refused: the outcomes say which.
      taken: [409],
    })
    requireOutcomes(result.outcomes, request.body.length)
    return result
  }
}

const STATUSES: ReadonlySet<string> = new Set(['created', 'updated', 'unchanged', 'refused'])

/** Whose outcome is missing nobody could tell. @throws ForeignAnswerError */
const requireOutcomes = (outcomes: readonly Pick<Outcome<ObjectTypes>, 'index' | 'status'>[], items: number): void => {
  const isWhole =
    outcomes.length === items && outcomes.every(({ index, status }, i) => index === i && STATUSES.has(status))
  if (!isWhole)
    throw new ForeignAnswerError({ status: 200, problem: undefined, requestId: undefined, retryAfterMs: undefined })
}

const problemOf = ({ code, path, detail }: JsonFault): Problem => {
  const { text, fix } = jsonFaults[code]
  const field = path.join('.') || null
  const sentence = text.replace('{detail}', detail)
  const told = code === 'too_deep' && field !== null ? `${field}: ${sentence}` : `${field ?? 'The item'} ${sentence}`
  return {
    ...{ type: `/docs/errors#${code}`, title: fix, status: 422, detail: told, code },
    errors: [{ code, field, detail: told, fix }],
  }
}

/** As far as it can be read: that it cannot may be why it is refused. */
const referenceOf = (item: unknown): string | undefined => {
  try {
    const { reference } = (item ?? {}) as { readonly reference?: unknown }
    return typeof reference === 'string' ? reference : undefined
  } catch {
    return undefined
  }
}

/** As the server refuses an item that it can tell from the others. */
const refused = (item: unknown, index: number, why: JsonFault | Problem) => {
  const reference = referenceOf(item)
  return {
    ...{ index, status: 'refused' as const, id: null, version: null, matchedOn: null, changed: [], transition: null },
    ...(reference !== undefined && { reference }),
    error: 'errors' in why ? why : problemOf(why),
  }
}

/** @param prefer what to ask for; a boolean is nothing */
const written = ({ dryRun, importId, idempotencyKey, signal, timeoutMs }: WriteOptions, prefer: string | boolean) => ({
  ...(signal && { signal }),
  ...(timeoutMs !== undefined && { timeoutMs }),
  query: dryRun ? { dryRun } : {},
  headers: {
    ...(typeof prefer === 'string' && { prefer }),
    ...(importId !== undefined && { 'import-id': importId }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  },
})
