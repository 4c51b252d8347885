import type { PlannedItem } from '../engine/plan/index.ts'
import type { AssertBatch } from '../engine/store.ts'
import type { Statement } from './driver.ts'

/**
 * The statement that feeds the assert program (migrations/0002_assert.sql). Its text is constant, so that the
 * database keeps it prepared; the items come as one JSON parameter. The RETURNING clause is evaluated for each item
 * right after its triggers have run, so it sees exactly what that item has left behind.
 */

/** Column of the view `assert` and the member of the item that fills it; `->` keeps JSON, `->>` takes the value. */
const itemColumns = [
  ['op', '->>', 'op'],
  ['position', '->>', 'position'],
  ['write_id', '->>', 'writeId'],
  ['object', '->>', 'object'],
  ['name', '->>', 'name'],
  ['value', '->>', 'value'],
  ['attributes', '->', 'attributes'],
  ['on_create', '->', 'onCreate'],
  ['merges', '->', 'merges'],
  ['extras', '->', 'extras'],
  ['revision', '->>', 'revision'],
] as const

/** Members of an item that most items lack, or have at this value: they go into the one column `extras`. */
const usual = { mayCreate: 1, mayUpdate: 1, archived: 'revive' } as const
type Extras = Omit<PlannedItem, 'writeId' | 'object' | 'name' | 'value' | 'attributes' | 'onCreate' | 'merges'>

const extrasOf = (extras: Extras): Record<string, unknown> | undefined => {
  let some: Record<string, unknown> | undefined
  for (const name of Object.keys(extras) as (keyof Extras)[]) {
    const value = extras[name]
    if (value === undefined || value === usual[name as keyof typeof usual]) continue
    some ??= {}
    some[name] = value
  }
  return some
}

const batchColumns = [
  'organization_id',
  'now',
  'actor',
  'contract',
  'indexes',
  'combinations',
  'feed',
  'dry',
  'track',
  'idempotency_key',
] as const

/** D1 takes parameters of about 2 MB; more items than fit go into a further statement of the same batch. */
const PARAMETER_BYTES = 1_000_000

const keyHolder = (name: string, value: string) => `
  SELECT k.record_id FROM record_keys k
  WHERE k.organization_id = assert.organization_id AND k.object = assert.object AND k.name = ${name} AND k.value = ${value}
  ORDER BY k.slot LIMIT 1`

/** The record that the item's match keys find now; of an item without keys, the one that it created. */
const located = `coalesce(
  CASE assert.name WHEN 'id' THEN assert.value ELSE (${keyHolder('assert.name', 'assert.value')}) END,
  (SELECT hit FROM (
    SELECT f.key AS place, (${keyHolder('f.value ->> 0', 'f.value ->> 1')}) AS hit FROM json_each(assert.extras -> '$.fallbacks') f)
  WHERE hit IS NOT NULL ORDER BY place LIMIT 1),
  assert.write_id)`

/** The answer with one more element: the included record, or null. */
const answerWith = ({ attribute, object }: NonNullable<AssertBatch['include']>) => `
  substr(a.answer, 1, length(a.answer) - 1) || ',' || coalesce((
    SELECT related.answer FROM record_answers related
    WHERE related.organization_id = a.organization_id AND related.object = '${object}' AND related.id = a.data ->> '$.${attribute}[0]'
  ), 'null') || ']'`

const batchValues = [
  '?2',
  'CAST(?3 AS INTEGER)',
  '?4',
  '?5',
  '?6',
  '?7',
  'CAST(?8 AS INTEGER)',
  'CAST(?9 AS INTEGER)',
  'CAST(?10 AS INTEGER)',
  '?11',
]

type Shape = Pick<AssertBatch, 'include' | 'heads'>

const answerText = ({ include, heads }: Shape) => (include ? answerWith(include) : heads ? 'a.head' : 'a.answer')

const statementText = (shape: Shape): string => `
INSERT INTO assert (${[...itemColumns.map((c) => c[0]), ...batchColumns].join(', ')})
WITH items AS MATERIALIZED (SELECT value FROM json_each(?1))
SELECT ${[...itemColumns.map(([, arrow, member]) => `value ${arrow} '$.${member}'`), ...batchValues].join(', ')}
FROM items
RETURNING position,
  (SELECT f.reason FROM refusals f WHERE f.write_id = assert.write_id) AS refusal,
  (SELECT ${answerText(shape)} FROM record_answers a
    WHERE a.organization_id = assert.organization_id AND a.object = assert.object AND a.id = ${located}) AS record`

const texts = new Map<string, string>()

/** Slugs come from the contracts' own code, never from a request, so they may stand in the text. */
const textFor = (shape: Shape): string => {
  const { include, heads } = shape
  const name = include ? `${include.attribute}>${include.object}` : String(heads)
  let text = texts.get(name)
  if (text === undefined) {
    text = statementText(shape)
    texts.set(name, text)
  }
  return text
}

const closing = (batch: AssertBatch): string => {
  const ops: object[] = []
  if (batch.dryRun) ops.push({ op: 'undo' })
  else {
    if (batch.allOrNothing) ops.push({ op: 'all' })
    ops.push({ op: 'end', ...(batch.idempotency && { value: batch.idempotency.fingerprint }) })
  }
  return ops.map((op) => JSON.stringify(op)).join(',')
}

/** The items as JSON arrays of at most `PARAMETER_BYTES` characters; the first carries the guard, the last the closing rows. */
const chunks = (batch: AssertBatch): string[] => {
  const all: string[] = []
  let current = ''
  batch.items.forEach(({ position, item }, i) => {
    const { writeId, object, name, value, attributes, onCreate, merges, ...rest } = item
    const columns = { position, writeId, object, name, value, attributes, onCreate, merges, extras: extrasOf(rest) }
    const text = JSON.stringify(i === 0 ? { ...columns, revision: batch.revision } : columns)
    if (current.length > 0 && current.length + text.length > PARAMETER_BYTES) {
      all.push(`[${current}]`)
      current = ''
    }
    current += current ? `,${text}` : text
  })
  all.push(`[${current},${closing(batch)}]`)
  return all
}

/** The statements of one batch: one, unless the items exceed a parameter or the answers are to be kept. */
export const assertStatements = (batch: AssertBatch): Statement[] => {
  const sql = textFor(batch)
  const shared = [
    batch.organizationId,
    batch.now,
    batch.actor,
    batch.contract,
    batch.indexes.attributes,
    batch.indexes.combinations,
    batch.feed ? 1 : 0,
    batch.dryRun ? 1 : 0,
    batch.track ? 1 : 0,
    batch.idempotency?.key ?? null,
  ]
  return chunks(batch).map((items) => ({ sql, params: [items, ...shared] }))
}
