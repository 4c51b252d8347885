import type { Bound, Range } from '../engine/query/condition.ts'
import type { KeyRows, SetOrder, Walk } from '../engine/query/walk.ts'
import type { Place } from '../engine/read.ts'
import { WORDS } from '../schema/words.ts'
import { CLOCKS_MS } from './moment-sql.ts'
import { KEYED } from './program/lookups.ts'
import type { Parameters } from './query-parameters.ts'
import { firstWordSql, wordsCost } from './words-sql.ts'

/** A walk as SQL: its rows, in its order, from a place on. */
export interface WalkSql {
  /** FROM, WHERE and ORDER BY; the record is `r`. */
  readonly rows: string
  /** The place of a row: what the walk is ordered by, and the record's id. */
  readonly value: string
  readonly id: string
  readonly direction: 'ASC' | 'DESC'
  /** Which of its rows count: a record counts once, and the feed has rows of other records too. */
  readonly counts?: string
  /** Whether it looks into the data of each record to tell that. */
  readonly looks?: true
  /** What that costs besides, in bytes. */
  readonly cost?: string
  /** Which of its rows it looks for a record for, where it only walks past the others. */
  readonly stops?: string
}

export interface WalkParts {
  readonly organizationId: string
  readonly object: string
  readonly parameters: Parameters
  readonly after?: Place | undefined
}

type Shape<Kind extends Walk['kind']> = Extract<Walk, { kind: Kind }>

const sql = (direction: 'asc' | 'desc') => (direction === 'desc' ? ('DESC' as const) : ('ASC' as const))
const beyond = (direction: 'asc' | 'desc') => (direction === 'desc' ? '<' : '>')

/** The least UUIDv7 of a millisecond. */
const leastId = (milliseconds: number): string => {
  const hex = Math.max(0, milliseconds).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}`
}

const ofRecords = ({ organizationId, object, parameters }: WalkParts, alias: string) =>
  `${alias}.organization_id = ${parameters.add(organizationId)} AND ${alias}.object = ${parameters.add(object)}`

const afterRecord = ({ after, parameters }: WalkParts, direction: 'asc' | 'desc') =>
  after ? [`r.id ${beyond(direction)} ${parameters.add(after[1])}`] : []

/** The id of a record is a little older than its time, by whatever clock: so much earlier and later is looked. */
const tableSql = ({ direction, range }: Shape<'table'>, parts: WalkParts): WalkSql => {
  const where = [
    ofRecords(parts, 'r'),
    ...(range.from ? [`r.id >= ${parts.parameters.add(leastId(Number(range.from.value) - CLOCKS_MS))}`] : []),
    ...(range.to ? [`r.id < ${parts.parameters.add(leastId(Number(range.to.value) + CLOCKS_MS))}`] : []),
    ...afterRecord(parts, direction),
  ]
  const rows = `FROM records r WHERE ${where.join(' AND ')} ORDER BY r.id ${sql(direction)}`
  return { rows, value: "''", id: 'r.id', direction: sql(direction) }
}

const idsSql = ({ direction, ids }: Shape<'ids'>, parts: WalkParts): WalkSql => {
  const list = `SELECT w.value FROM json_each(${parts.parameters.add(JSON.stringify(ids))}) w`
  const where = [ofRecords(parts, 'r'), `r.id IN (${list})`, ...afterRecord(parts, direction)]
  const rows = `FROM records r WHERE ${where.join(' AND ')} ORDER BY r.id ${sql(direction)}`
  return { rows, value: "''", id: 'r.id', direction: sql(direction) }
}

/** What a set is ordered by. */
const setPlace = (order: SetOrder, direction: 'asc' | 'desc', { parameters }: WalkParts): string => {
  if (order === 'createdAt') return "''"
  if (order === 'updatedAt') return '(r.last_write ->> 4)'
  // By its keys: nothing has to be folded for it.
  if ('lacked' in order)
    return `(SELECT printf('%02d', count(*)) FROM json_each(${parameters.add(JSON.stringify(order.lacked))}) p WHERE NOT EXISTS (
      SELECT 1 FROM record_keys x
      WHERE x.organization_id = r.organization_id AND x.object = r.object AND x.name = '${WORDS}' AND x.value = p.value AND x.slot = r.id))`
  const value = order.by === 'number' ? 'e.value' : 'CAST(e.value AS TEXT)'
  const path = parameters.add(`$.${order.name}${KEYED}`)
  // Of a currency there are its amount and its code.
  return `(SELECT ${direction === 'desc' ? 'max' : 'min'}(${value}) FROM json_each(r.data -> ${path}) e WHERE e.key IS NOT 'code')`
}

const placeOperand = (order: SetOrder, value: string, parts: WalkParts): string => {
  if (order === 'updatedAt') return `CAST(${parts.parameters.add(value)} AS INTEGER)`
  return order === 'createdAt' || 'lacked' in order ? parts.parameters.add(value) : operand(order, value, parts)
}

/** Ids of the records that a set is of. */
const namedSql = (walk: Shape<'set'>, parts: WalkParts): string => {
  const listed = (values: readonly unknown[]) => `json_each(${parts.parameters.add(JSON.stringify(values))}) w`
  if ('ids' in walk) return `SELECT w.value FROM ${listed(walk.ids)}`
  const { keys } = walk
  const where = ofKeys(keys, parts)
  if ('values' in walk)
    return `SELECT k.record_id FROM ${listed(walk.values)} CROSS JOIN record_keys k ON ${where.join(' AND ')} AND k.${keys.by} = w.value`
  where.push(...inRange(`k.${keys.by}`, walk.within, keys, parts))
  return `SELECT k.record_id FROM record_keys k WHERE ${where.join(' AND ')}`
}

/** Read and put in order whole, for each page anew: the filter bounds how many there are. */
const setSql = (walk: Shape<'set'>, parts: WalkParts): WalkSql => {
  const { direction, order } = walk
  const { parameters, after } = parts
  const place = setPlace(order, direction, parts)
  const where = [ofRecords(parts, 'r'), `r.id IN (${namedSql(walk, parts)})`, `${place} IS NOT NULL`]
  if (after)
    where.push(
      `(${place}, r.id) ${beyond(direction)} (${placeOperand(order, after[0], parts)}, ${parameters.add(after[1])})`,
    )
  return {
    rows: `FROM records r WHERE ${where.join(' AND ')} ORDER BY ${place} ${sql(direction)}, r.id ${sql(direction)}`,
    value: place,
    id: 'r.id',
    direction: sql(direction),
  }
}

/** Numbers bind as REAL, which is what the column holds; a cursor brings them as text. */
const operand = ({ by }: KeyRows, value: string | number, { parameters }: WalkParts) =>
  by === 'number' ? `CAST(${parameters.add(Number(value))} AS REAL)` : parameters.add(String(value))

/** The rows of one value are in the order of this column; of a unique one there is only one. */
const tieOf = ({ by }: KeyRows) => (by === 'number' ? 'k.record_id' : 'k.slot')

const ofKeys = (rows: KeyRows, parts: WalkParts): string[] => [
  ofRecords(parts, 'k'),
  `k.name = ${parts.parameters.add(rows.name)}`,
  ...(rows.by === 'number' ? ['k.number IS NOT NULL'] : []),
]

const itsRecord = `CROSS JOIN records r ON r.organization_id = k.organization_id AND r.object = k.object AND r.id = k.record_id`

/** Of a record that the walk meets several times, the first time counts. @param met which of its values the walk meets */
const firstTime = (
  rows: KeyRows,
  direction: 'asc' | 'desc',
  met: (value: string) => string,
  { parameters }: WalkParts,
) => {
  if (!rows.list) return {}
  if (rows.words)
    return {
      counts: `k.value = ${firstWordSql(rows.words, parameters, met)}`,
      looks: true as const,
      cost: wordsCost(rows.words, parameters),
    }
  const value = rows.by === 'number' ? 'e.value' : 'CAST(e.value AS TEXT)'
  const path = parameters.add(`$.${rows.name}${KEYED}`)
  const first = `SELECT ${direction === 'desc' ? 'max' : 'min'}(${value}) FROM json_each(r.data -> ${path}) e WHERE ${met(value)}`
  return { counts: `k.${rows.by} = (${first})`, looks: true as const }
}

const comparison = (value: string, bound: Bound, word: '<' | '>', rows: KeyRows, parts: WalkParts) =>
  `${value} ${word}${bound.inclusive ? '=' : ''} ${operand(rows, bound.value, parts)}`

const isPoint = ({ from, to }: Range) => from?.inclusive && to?.inclusive && from.value === to.value

const inRange = (value: string, { from, to }: Range, rows: KeyRows, parts: WalkParts): string[] => {
  if (from && isPoint({ from, ...(to && { to }) })) return [`${value} = ${operand(rows, from.value, parts)}`]
  return [
    ...(from ? [comparison(value, from, '>', rows, parts)] : []),
    ...(to ? [comparison(value, to, '<', rows, parts)] : []),
  ]
}

/**
 * Of a unique key, a value has one row, whose slot is no id. Of one value, the index is gone along by the tie alone: a
 * comparison of both would begin at the value every time.
 */
const beyondPlace = (walk: Shape<'range'>, [value, id]: Place, parts: WalkParts): string => {
  const [column, tie, word] = [`k.${walk.by}`, tieOf(walk), beyond(walk.direction)]
  if (walk.unique) return isPoint(walk.range) ? '0' : `${column} ${word} ${operand(walk, value, parts)}`
  if (isPoint(walk.range)) return `${tie} ${word} ${parts.parameters.add(id)}`
  return `(${column}, ${tie}) ${word} (${operand(walk, value, parts)}, ${parts.parameters.add(id)})`
}

const rangeSql = (walk: Shape<'range'>, parts: WalkParts): WalkSql => {
  const { direction, range, by } = walk
  const { after } = parts
  const [column, tie] = [`k.${by}`, tieOf(walk)]
  const where = [...ofKeys(walk, parts), ...inRange(column, range, walk, parts)]
  if (after) where.push(beyondPlace(walk, after, parts))
  return {
    rows: `FROM record_keys k ${itsRecord} WHERE ${where.join(' AND ')} ORDER BY ${column} ${sql(direction)}, ${tie} ${sql(direction)}`,
    value: column,
    id: 'k.record_id',
    direction: sql(direction),
    ...firstTime(walk, direction, (value) => inRange(value, range, walk, parts).join(' AND ') || '1', parts),
  }
}

/**
 * Places of an index, one after the other. There is no ORDER BY, which would have all of their rows read and sorted: the
 * places are in order, CROSS JOIN keeps the loops as they are written, and the rows of a place are in the index's order.
 */
const placesSql = (places: string, walk: KeyRows, parts: WalkParts): WalkSql => {
  const { after, parameters } = parts
  const [column, tie] = [`k.${walk.by}`, tieOf(walk)]
  const on = [...ofKeys(walk, parts), `${column} = w.value`]
  const where: string[] = []
  if (after) {
    const place = operand(walk, after[0], parts)
    where.push(`w.value ${walk.unique ? '>' : '>='} ${place}`)
    if (!walk.unique) on.push(`${tie} > iif(w.value = ${place}, ${parameters.add(after[1])}, '')`)
  }
  const rows = `FROM (${places}) w CROSS JOIN record_keys k ON ${on.join(' AND ')} ${itsRecord}`
  return {
    rows: where.length > 0 ? `${rows} WHERE ${where.join(' AND ')}` : rows,
    value: column,
    id: 'k.record_id',
    direction: 'ASC',
    ...firstTime(walk, 'asc', (value) => `${value} IN (${places})`, parts),
  }
}

const valuesSql = (walk: Shape<'values'>, parts: WalkParts): WalkSql =>
  placesSql(`SELECT p.value FROM json_each(${parts.parameters.add(JSON.stringify(walk.values))}) p`, walk, parts)

/** More than a filter may have values (filterLimits): each unique key has one record. The limit keeps the order of a subquery. */
const RELATED = 10_000

const relatedSql = (walk: Shape<'related'>, parts: WalkParts): WalkSql => {
  const { organizationId, parameters } = parts
  const places = `SELECT DISTINCT h.record_id AS value FROM json_each(${parameters.add(JSON.stringify(walk.values))}) p
    CROSS JOIN record_keys h ON h.organization_id = ${parameters.add(organizationId)} AND h.object = ${parameters.add(walk.object)}
      AND h.name = ${parameters.add(walk.key)} AND h.value = p.value ORDER BY 1 LIMIT ${RELATED}`
  return placesSql(places, walk, parts)
}

/** Sequence of the first change from a time on, found by halving: times have no index. */
const sequenceAt = (milliseconds: number, { organizationId, parameters }: WalkParts): string => {
  const of = `organization_id = ${parameters.add(organizationId)}`
  const end = (order: string) =>
    `coalesce((SELECT sequence FROM changes WHERE ${of} ORDER BY sequence ${order} LIMIT 1), 0)`
  const before = `(SELECT c.at FROM changes c WHERE c.${of} AND c.sequence >= (low + high) / 2 ORDER BY c.sequence LIMIT 1)
      < ${parameters.add(milliseconds)}`
  return `(WITH RECURSIVE halves (low, high) AS (
    SELECT ${end('ASC')}, ${end('DESC')} + 1
    UNION ALL
    SELECT iif(${before}, (low + high) / 2 + 1, low), iif(${before}, high, (low + high) / 2) FROM halves WHERE low < high)
  SELECT max(low) FROM halves)`
}

const feedSql = ({ direction, range: { from, to } }: Shape<'feed'>, parts: WalkParts): WalkSql => {
  const { organizationId, object, parameters, after } = parts
  const sequence = (value: string) => `CAST(${parameters.add(value)} AS INTEGER)`
  const where = [
    `c.organization_id = ${parameters.add(organizationId)}`,
    ...(from ? [`c.sequence >= ${sequenceAt(Number(from.value) - CLOCKS_MS, parts)}`] : []),
    ...(to ? [`c.sequence < ${sequenceAt(Number(to.value) + CLOCKS_MS, parts)}`] : []),
    ...(after ? [`c.sequence ${beyond(direction)} ${sequence(after[0])}`] : []),
  ]
  const stops = `c.object = ${parameters.add(object)}`
  const isLast = `${stops} AND r.organization_id = c.organization_id AND r.object = c.object
    AND r.id = c.record_id AND r.last_write ->> 4 = c.sequence`
  return {
    rows: `FROM changes c LEFT JOIN records r ON ${isLast} WHERE ${where.join(' AND ')} ORDER BY c.sequence ${sql(direction)}`,
    value: 'c.sequence',
    id: 'c.record_id',
    direction: sql(direction),
    counts: 'r.id IS NOT NULL',
    stops,
  }
}

export const walkSql = (walk: Walk, parts: WalkParts): WalkSql => {
  switch (walk.kind) {
    case 'table':
      return tableSql(walk, parts)
    case 'ids':
      return idsSql(walk, parts)
    case 'set':
      return setSql(walk, parts)
    case 'range':
      return rangeSql(walk, parts)
    case 'values':
      return valuesSql(walk, parts)
    case 'related':
      return relatedSql(walk, parts)
    case 'feed':
      return feedSql(walk, parts)
  }
}
