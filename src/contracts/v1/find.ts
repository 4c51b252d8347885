import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { refuse } from '../../engine/errors.ts'
import { type Find, type FoundPage, findRecords } from '../../engine/find.ts'
import { objectOf } from '../../engine/names.ts'
import type { Condition } from '../../engine/query/condition.ts'
import type { Sort } from '../../engine/query/plan.ts'
import { readSearch, SEARCHED_CHARACTERS, SEARCHED_WORDS } from '../../engine/query/search.ts'
import { type Archived, type ReadScope, readScopeOf } from '../../engine/read.ts'
import { attributeList, type StoredRecord } from '../../engine/record.ts'
import { withCurrent } from '../../engine/session.ts'
import type { AppEnv } from '../../http/context.ts'
import type { ObjectSchema, Organization } from '../../schema/schema.ts'
import { ANSWER_BYTES, PAGE_RECORDS, pageLimit } from './answer-size.ts'
import { decodeQueryCursor, encodeQueryCursor } from './cursor.ts'
import { checkNames } from './records.ts'
import { renderRecord } from './render.ts'
import { record } from './schemas.ts'

/** Ids of one list: as many as an address has room for. */
export const IDS = 100

/** Related records of one answer. */
export const EXPANDED_RECORDS = PAGE_RECORDS

export const archived = z
  .enum(['include', 'exclude', 'only'])
  .default('exclude')
  .openapi({ description: 'Whether archived records are among them, or they alone.' })

export const q = z
  .string()
  .optional()
  .openapi({
    description: `Words, ${SEARCHED_WORDS} at most, of which each begins a word of a searchable attribute: without regard to case, accents and punctuation. In a script without spaces each character is a word: ${SEARCHED_CHARACTERS} besides.`,
    example: 'garcia acme',
  })

export const page = z
  .strictObject({
    records: z.array(record),
    nextCursor: z.string().nullable().openapi({ description: 'Null at the end.' }),
    workLimitReached: z.literal(true).optional().openapi({
      description: 'The page is not full, and more may follow: enough has been looked at for one request.',
    }),
    cutOff: z.literal(true).optional().openapi({
      description:
        'Sorted by `updatedAt`: records that were last changed before the history begins, or while it was off, are not on any page.',
    }),
    count: z
      .strictObject({
        value: z.number().int(),
        exact: z.boolean().openapi({ description: 'False: there are at least so many.' }),
      })
      .optional()
      .openapi({ description: 'If it was asked for: how many there are on all pages.' }),
    expanded: z
      .array(record)
      .optional()
      .openapi({ description: 'The records that those of the page refer to, each once.' }),
    expandedOmitted: z.literal(true).optional().openapi({
      description: 'Not all of them fit into the answer: get the others by their ids.',
    }),
  })
  .openapi('RecordPage')

/** What a list and a query ask for alike. */
export interface Asked {
  readonly object: string
  /** @throws RefusedError */
  readonly condition: (organization: Organization, object: ObjectSchema) => Condition | undefined
  readonly q?: string | undefined
  readonly sort?: Sort | undefined
  readonly sortAt?: Find['sortAt']
  readonly archived: Archived
  readonly fields?: readonly string[] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
  readonly expand?: readonly string[] | undefined
  readonly count?: boolean | undefined
}

/** Related records take half of the answer, if they are asked for. */
const shareOf = ({ expand, limit, fields }: Asked) => {
  const whole = pageLimit(limit, fields ?? [])
  return expand?.length ? { ...whole, bytes: Math.floor(whole.bytes / 2) } : whole
}

const checkExpand = (object: ObjectSchema, expand: readonly string[] = []): void => {
  checkNames(object, 'expand', expand)
  for (const [i, slug] of expand.entries())
    if (object.attributes.get(slug)?.type !== 'relation')
      throw refuse('invalid_value', ['expand', i], 'a relation, to be expanded')
}

const findOf = (organization: Organization, object: ObjectSchema, asked: Asked): Find => {
  const condition = asked.condition(organization, object)
  const after = decodeQueryCursor(asked.cursor)
  return {
    ...(condition && { condition }),
    ...(asked.q !== undefined && { search: readSearch(object, asked.q) }),
    ...(asked.sort && { sort: asked.sort }),
    ...(asked.sortAt && { sortAt: asked.sortAt }),
    archived: asked.archived,
    limit: shareOf(asked),
    ...(after && { after }),
    counted: asked.count === true,
  }
}

type Reader = AppEnv['Variables']['reader']

/** By object: attributes of two objects may point at one and the same. */
const idsPointedAt = (object: ObjectSchema, records: readonly StoredRecord[], expand: readonly string[]) => {
  const byObject = new Map<string, Set<string>>()
  for (const slug of expand) {
    const related = object.attributes.get(slug)?.related ?? ''
    const ids = byObject.get(related) ?? new Set()
    byObject.set(related, ids)
    for (const one of records) for (const id of attributeList(one, slug)) ids.add(String(id))
  }
  return byObject
}

/** The records that those of a page refer to, each once. */
const expandedOf = async (
  reader: Reader,
  scope: ReadScope,
  object: ObjectSchema,
  records: readonly StoredRecord[],
  expand: readonly string[],
) => {
  const found: StoredRecord[] = []
  let omitted = false
  let bytes = ANSWER_BYTES / 2
  for (const [related, ids] of idsPointedAt(object, records, expand)) {
    const room = Math.max(1, EXPANDED_RECORDS - found.length)
    const asked = [...ids].sort().slice(0, room)
    const { records: some, next } = await reader.query(scope, {
      object: related,
      plan: { walk: { kind: 'ids', direction: 'asc', ids: asked } },
      archived: 'include',
      limit: { ...pageLimit(room), bytes },
    })
    found.push(...some)
    bytes = Math.max(1, bytes - some.reduce((sum, one) => sum + JSON.stringify(one).length, 0))
    omitted ||= asked.length < ids.size || next !== undefined
  }
  return { expanded: found.map((one) => renderRecord(one)), ...(omitted && { expandedOmitted: true as const }) }
}

const answerOf = (
  { records, next, workLimitReached, reaches, count }: FoundPage,
  fields: readonly string[] | undefined,
) => ({
  records: records.map((one) => renderRecord(one, fields)),
  nextCursor: next ? encodeQueryCursor(next) : null,
  ...(workLimitReached && { workLimitReached: true as const }),
  ...(!reaches && { cutOff: true as const }),
  ...(count && { count }),
})

/** A page of what is asked for. @throws RefusedError */
export const find = async (c: Context<AppEnv>, asked: Asked) =>
  withCurrent(c.get('session'), async (session) => {
    const object = objectOf(session.organization, asked.object)
    checkNames(object, 'fields', asked.fields)
    checkExpand(object, asked.expand)
    const reader = c.get('reader')
    const found = await findRecords(reader, session, object, findOf(session.organization, object, asked))
    const answer = answerOf(found, asked.fields)
    if (!asked.expand?.length) return answer
    return { ...answer, ...(await expandedOf(reader, readScopeOf(session), object, found.records, asked.expand)) }
  })
