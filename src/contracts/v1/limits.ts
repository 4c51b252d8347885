import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { SCHEMA_BYTES, SESSION_BYTES } from '../../auth/access.ts'
import type { Quota } from '../../auth/rate-limit.ts'
import { UNDONE_CHANGES } from '../../engine/history.ts'
import { MERGED_BYTES, MERGED_RECORDS, MERGED_RELATIONS } from '../../engine/merge/index.ts'
import { MATCH_KEYS } from '../../engine/plan/keys.ts'
import { filterLimits } from '../../engine/query/condition.ts'
import { PART_CHARACTERS } from '../../engine/query/operators.ts'
import { SEARCHED_CHARACTERS, SEARCHED_WORDS } from '../../engine/query/search.ts'
import { COUNTED_CHANGES, COUNTED_ROWS, LOOKUP_BYTES, WALKED_BYTES, WALKED_ROWS } from '../../engine/query/walk.ts'
import { RECORD_BYTES, WORK_BYTES, WORK_REFERENCES } from '../../engine/record.ts'
import { REPLAY_MS } from '../../engine/store.ts'
import { hookLimits } from '../../hooks/definition.ts'
import type { AppEnv } from '../../http/context.ts'
import type { Services } from '../../http/contract.ts'
import { IDEMPOTENCY_KEY_CHARACTERS } from '../../http/idempotency.ts'
import { BODY_LIMIT } from '../../http/json-body.ts'
import { NESTING_LIMIT } from '../../schema/json-values.ts'
import { LIST_LIMIT } from '../../schema/parse.ts'
import { LONG_TEXT_LIMIT } from '../../schema/types/long-text.ts'
import { TEXT_LIMIT } from '../../schema/types/text.ts'
import { WORD_TEXT } from '../../schema/words.ts'
import { subscriptionLimits } from '../../subscriptions/definition.ts'
import { json, orNull } from '../kit/responses.ts'
import { ANSWER_BYTES, PAGE_RECORDS } from './answer-size.ts'
import { BATCH_BYTES } from './assert-many.ts'
import { STREAM_REFUSED_LINES } from './assert-stream.ts'
import { EXPANDED_RECORDS, IDS } from './find.ts'
import { BATCH_LIMIT, ITEM_MEMBERS } from './items.ts'
import { refused } from './responses.ts'
import { REFERENCE_CHARACTERS } from './schemas.ts'

/** Every limit, from the constant that holds it. */
const enforced = {
  bodyBytes: BODY_LIMIT,
  nesting: NESTING_LIMIT,
  batchItems: BATCH_LIMIT,
  batchBytes: BATCH_BYTES,
  itemMembers: ITEM_MEMBERS,
  streamLineCharacters: BODY_LIMIT,
  streamRefusedLines: STREAM_REFUSED_LINES,
  answerBytes: ANSWER_BYTES,
  pageRecords: PAGE_RECORDS,
  matchKeys: MATCH_KEYS,
  referenceCharacters: REFERENCE_CHARACTERS,
  valuesPerList: LIST_LIMIT,
  textCharacters: TEXT_LIMIT,
  longTextCharacters: LONG_TEXT_LIMIT,
  recordBytes: RECORD_BYTES,
  changedBytes: WORK_BYTES.batch,
  references: WORK_REFERENCES,
  filterConditions: filterLimits.conditions,
  filterDepth: filterLimits.depth,
  filterValues: filterLimits.values,
  filterPartCharacters: PART_CHARACTERS,
  searchedWords: SEARCHED_WORDS,
  searchedWordCharacters: SEARCHED_CHARACTERS,
  searchedCharacters: WORD_TEXT,
  rowsPerQuery: WALKED_ROWS,
  bytesPerQuery: WALKED_BYTES,
  bytesPerLookup: LOOKUP_BYTES,
  rowsPerCount: COUNTED_ROWS,
  changesPerCount: COUNTED_CHANGES,
  changesPerUndo: UNDONE_CHANGES,
  relationsPerMerge: MERGED_RELATIONS,
  bytesPerMerge: MERGED_BYTES,
  mergedRecords: MERGED_RECORDS,
  idsPerList: IDS,
  expandedRecords: EXPANDED_RECORDS,
  idempotencyKeyCharacters: IDEMPOTENCY_KEY_CHARACTERS,
  idempotencyHours: REPLAY_MS / 3_600_000,
  subscriptions: subscriptionLimits.subscriptions,
  deadLetters: subscriptionLimits.deadLetters,
  subscriptionAnswerMilliseconds: subscriptionLimits.answerMs,
  subscriptionFailingDays: subscriptionLimits.failingDays,
  sessionCacheBytes: SESSION_BYTES,
  schemaCacheBytes: SCHEMA_BYTES,
  hooks: hookLimits.hooks,
  hookSecrets: hookLimits.secrets,
  hookSecretCharacters: hookLimits.secretCharacters,
  hookExpressionCharacters: hookLimits.expressionCharacters,
  hookExpressionDepth: hookLimits.expressionDepth,
  hookMatches: hookLimits.matches,
  hookMappedAttributes: hookLimits.mappedAttributes,
  hookRedactedPaths: hookLimits.redactedPaths,
  hookMessageIdCharacters: hookLimits.messageIdCharacters,
  hookItems: hookLimits.items,
  hookSteps: hookLimits.steps,
  hookMappedCharacters: hookLimits.mappedCharacters,
  hookFormFields: hookLimits.formFields,
  hookPayloadDepth: hookLimits.payloadDepth,
  hookPayloadCharacters: hookLimits.payloadCharacters,
  hookFailures: hookLimits.failures,
  hookDays: hookLimits.days,
  hookReplayDays: hookLimits.replayDays,
}

const meanings: Partial<Record<keyof typeof enforced, string>> = {
  bodyBytes: 'Of a body as it is sent, and of what it inflates to.',
  answerBytes: 'Of one answer: a page ends there and gives a cursor.',
  changedBytes:
    'Of stored records that one request may change: twice their size, and once more for each list that is put together.',
  references: 'Records and members that the items of one request may refer to; an item counts for those behind it.',
  itemMembers: 'Of an item of a batch or stream, of its values, of each match and of write.',
  streamRefusedLines: 'In a row, for what they say and not for what the match found: the stream ends there.',
  matchKeys: 'Alternatives in the match of one item.',
  filterDepth: 'Of and, or, not inside each other.',
  filterValues: 'Of all conditions of a filter together.',
  filterPartCharacters: 'Of what starts_with and contains look for.',
  searchedWords: 'Of q, but for characters that are words.',
  searchedWordCharacters: 'Of q: characters of scripts without spaces, each of which is a word.',
  searchedCharacters: 'Of q, and of each value that is searchable: what is behind them is not found.',
  rowsPerQuery:
    'Rows that one page of a query looks at, whatever the filter lets through; of the history, ten changes of other objects count as one.',
  bytesPerQuery:
    'Bytes of records that one page of a query looks into, once for each condition; a count looks into a quarter of them.',
  bytesPerLookup:
    'That looking for a related record counts as in bytesPerQuery, and again each condition that is asked of it.',
  rowsPerCount: 'Rows that a count looks at; where something is judged on each record, rowsPerQuery.',
  changesPerCount: 'Changes that a count looks at which goes along the history.',
  relationsPerMerge: 'Relations that point at a record that is merged into another one.',
  bytesPerMerge: 'Data of the records whose relations a merge moves.',
  mergedRecords: 'Records that may be merged into one, those that were merged into them included.',
  changesPerUndo: 'Changes of all its records that one page of an undo looks at.',
  idsPerList: 'In the parameter ids.',
  expandedRecords: 'Related records that an answer brings along.',
  subscriptions: 'Of an organisation.',
  deadLetters: 'Of a subscription: with as many it is paused.',
  subscriptionAnswerMilliseconds: 'That a receiver has to answer.',
  subscriptionFailingDays: 'Without a single success, until a subscription is paused.',
  sessionCacheBytes: 'That one process keeps of who has asked lately.',
  schemaCacheBytes: 'That one process keeps of the schemas of organisations.',
  hooks: 'Of an organisation.',
  hookSecrets: 'Of a hook, each of which is valid.',
  hookExpressionDepth: 'Of an expression, one inside the other.',
  hookMatches: 'Alternatives that a mapping finds a record by.',
  hookMappedAttributes: 'That a mapping writes, constants included.',
  hookItems: 'Records of one delivery.',
  hookSteps: 'That the expressions of one delivery may take together.',
  hookMappedCharacters: 'Of what the expressions of one delivery come to.',
  hookFormFields: 'Of a payload that is a form.',
  hookPayloadDepth: 'Levels of a payload inside each other.',
  hookPayloadCharacters: 'Of a payload that is kept in the log; a longer one is not.',
  hookFailures: 'Deliveries in a row that fail until the hook is paused.',
  hookDays: 'That deliveries can be looked at, at most.',
  hookReplayDays: 'For which a message that comes again does nothing, at most.',
}

const count = (name: keyof typeof enforced) =>
  z
    .number()
    .int()
    .openapi(meanings[name] === undefined ? {} : { description: meanings[name] })

const counts = Object.fromEntries(
  (Object.keys(enforced) as (keyof typeof enforced)[]).map((name) => [name, count(name)]),
) as Record<keyof typeof enforced, z.ZodNumber>

const quota = z.strictObject({ limit: z.number().int(), periodSeconds: z.number().int() }).openapi('Quota')

const limits = z
  .strictObject({
    ...counts,
    requestsPerKey: orNull(quota).openapi({ description: 'Null where keys are not limited.' }),
    failedLoginsPerAddress: orNull(quota).openapi({ description: 'Null where they are not slowed down.' }),
  })
  .openapi('Limits')

const route = createRoute({
  method: 'get',
  path: '/v1/limits',
  operationId: 'getLimits',
  tags: ['Limits'],
  summary: 'The limits of this instance',
  description: 'Needs no key. Each is the number that the server itself compares with.',
  security: [],
  responses: {
    200: json(limits, 'The limits'),
    400: refused('The request is malformed'),
  },
})

const answered = (one: Quota | undefined) =>
  one === undefined ? null : { limit: one.limit, periodSeconds: one.periodSeconds }

export const mountLimits = (app: OpenAPIHono<AppEnv>, services: Services): void => {
  app.openapi(route, (c) =>
    c.json(
      {
        ...enforced,
        requestsPerKey: answered(services.quota),
        failedLoginsPerAddress: answered(services.failures),
      },
      200,
    ),
  )
}
