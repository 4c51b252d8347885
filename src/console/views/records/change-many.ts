import type { components, Filter } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import type { Archived } from './place.ts'

/** One change of many records, by what the API has for it: a page at a time, first dry. */

type ChangeRequest = components['schemas']['ChangeManyRequest']
type ChangedRecord = components['schemas']['ChangedRecord']

export type What = Pick<ChangeRequest, 'change' | 'values'>

export type Target =
  | { readonly ids: readonly string[] }
  | { readonly filter: Filter | undefined; readonly q: string | undefined; readonly archived: Archived }

export interface ManyOptions {
  readonly dryRun?: boolean
  /** Names the change, so that all of it can be undone. */
  readonly importId?: string
}

/** Every record has it: the filter of a list without one. */
const EVERY: Filter = { attribute: 'createdAt', operator: 'exists' }

/** What a list shows: all of them where it asks for none. */
const found = ({ filter, q }: Extract<Target, { readonly archived: Archived }>) =>
  q === undefined ? { filter: filter ?? EVERY } : { ...(filter && { filter }), q }

/** Of a request. */
const KEYS = 1_000

/** The first request of it; the others differ in their keys or their cursor. */
export const changeQuestion = (object: string, what: What, target: Target, options: ManyOptions, cursor?: string) =>
  ask('post', '/v1/objects/{object}/records/change', {
    path: { object },
    query: options.dryRun ? { dryRun: 'true' } : {},
    headers: options.importId === undefined ? {} : { 'import-id': options.importId },
    body: {
      ...what,
      ...('ids' in target
        ? { keys: target.ids.slice(0, KEYS).map((id) => ({ id })) }
        : {
            ...found(target),
            limit: KEYS,
            ...(target.archived !== 'exclude' && what.change !== 'restore' && { archived: target.archived }),
            ...(cursor !== undefined && { cursor }),
          }),
    },
  })

async function* pagesOf(object: string, what: What, target: Target, options: ManyOptions) {
  if ('ids' in target) {
    for (let at = 0; at < target.ids.length; at += KEYS)
      yield (await changeQuestion(object, what, { ids: target.ids.slice(at, at + KEYS) }, options).send()).records
    return
  }
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: components['schemas']['ChangedPage'] = await changeQuestion(
      object,
      what,
      target,
      options,
      cursor,
    ).send()
    yield page.records
    cursor = page.nextCursor
  }
}

export interface Tally {
  readonly changed: number
  readonly unchanged: number
  readonly refused: number
  /** The first of them, with what was wrong. */
  readonly examples: readonly ChangedRecord[]
}

export const nothingYet: Tally = { changed: 0, unchanged: 0, refused: 0, examples: [] }

const EXAMPLES = 20

const added = (tally: Tally, records: readonly ChangedRecord[]): Tally => {
  const of = (...statuses: readonly ChangedRecord['status'][]) =>
    records.filter(({ status }) => statuses.includes(status)).length
  const refused = records.filter(({ status }) => status === 'refused')
  return {
    changed: tally.changed + of('updated', 'erased'),
    unchanged: tally.unchanged + of('unchanged'),
    refused: tally.refused + refused.length,
    examples: [...tally.examples, ...refused].slice(0, EXAMPLES),
  }
}

/** @returns what became of all. @throws EdgeUpsertError; pages before it are done */
export const changeMany = async (
  object: string,
  what: What,
  target: Target,
  options: ManyOptions,
  onProgress: (tally: Tally) => void,
): Promise<Tally> => {
  let tally = nothingYet
  for await (const records of pagesOf(object, what, target, options)) {
    tally = added(tally, records)
    onProgress(tally)
  }
  return tally
}
