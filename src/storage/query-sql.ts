import { type KeyFilter, type KeyQuery, WALKED_KEYS } from '../engine/read.ts'
import type { SqlValue, Statement } from './driver.ts'
import { pageSql } from './page-sql.ts'
import { KEYED } from './program/lookups.ts'

const comparisons = { eq: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/** Without further filters every row is taken, so there is no need to look further than the page. */
export const walkedRows = (query: KeyQuery): number =>
  query.filters.length > 0 ? WALKED_KEYS : query.limit.records + 1

/** Statements grow with the request, parameters are numbered as they come. */
export class Parameters {
  readonly values: SqlValue[] = []
  add(value: SqlValue): string {
    this.values.push(value)
    return `?${this.values.length}`
  }
}

const LAST_CHARACTER = 0x10ffff

/** The next character; the surrogates are none. */
const successor = (codePoint: number): string => String.fromCodePoint(codePoint === 0xd7ff ? 0xe000 : codePoint + 1)

/**
 * The first text behind all that begin with the prefix: makes "starts with" a range of the index. A last character has no
 * successor, so the one before it moves on; undefined where nothing lies behind.
 */
const afterPrefix = (prefix: string): string | undefined => {
  const codePoints = Array.from(prefix, (character) => character.codePointAt(0) ?? LAST_CHARACTER)
  const last = codePoints.findLastIndex((codePoint) => codePoint < LAST_CHARACTER)
  const moved = codePoints[last]
  return moved === undefined ? undefined : String.fromCodePoint(...codePoints.slice(0, last)) + successor(moved)
}

const condition = (column: string, filter: KeyFilter, parameters: Parameters): string => {
  const [first = ''] = filter.values
  if (filter.operator === 'in')
    return `${column} IN (SELECT v.value FROM json_each(${parameters.add(JSON.stringify(filter.values))}) v)`
  if (filter.operator === 'starts_with') {
    const end = afterPrefix(first)
    const begins = `${column} >= ${parameters.add(first)}`
    return end === undefined ? begins : `${begins} AND ${column} < ${parameters.add(end)}`
  }
  return `${column} ${comparisons[filter.operator]} ${parameters.add(first)}`
}

/** Whether the record has a key that meets the filter: a look-up in the record's own values, not in the index. */
const met = (filter: KeyFilter, parameters: Parameters): string => {
  const path = parameters.add(`$.${filter.name}${KEYED}`)
  const text = "iif(e.type = 'real', r.data -> e.fullkey, CAST(e.value AS TEXT))"
  return `EXISTS (SELECT 1 FROM json_each(r.data, ${path}) e WHERE ${condition(text, filter, parameters)})`
}

/**
 * Walks `record_keys` of one attribute from where the last page ended. Rows come back with `taken` 0 or 1, so that the
 * caller knows how far the walk went even where nothing matched.
 */
export const keyQueryStatement = (organizationId: string, query: KeyQuery): Statement => {
  const parameters = new Parameters()
  const { walk, after } = query
  const down = walk.direction === 'desc'
  const direction = down ? 'DESC' : 'ASC'
  const where = [
    `k.organization_id = ${parameters.add(organizationId)}`,
    `k.object = ${parameters.add(query.object)}`,
    `k.name = ${parameters.add(walk.name)}`,
    ...walk.filters.map((filter) => condition('k.value', filter, parameters)),
  ]
  if (after)
    where.push(`(k.value, k.record_id) ${down ? '<' : '>'} (${parameters.add(after[0])}, ${parameters.add(after[1])})`)
  const filters = query.filters.map((filter) => met(filter, parameters))
  const sql = `
SELECT k.value, k.slot, k.record_id AS id, ${filters.length > 0 ? `(${filters.join(' AND ')})` : '1'} AS taken, octet_length(r.data) AS bytes
FROM record_keys k
CROSS JOIN records r ON r.organization_id = k.organization_id AND r.object = k.object AND r.id = k.record_id
WHERE ${where.join(' AND ')}
ORDER BY k.value ${direction}, k.slot ${direction} LIMIT ${walkedRows(query)}`
  const order = `value ${direction}, slot ${direction}`
  const page = pageSql({ sql, order, organizationId, object: query.object }, query.limit, (v) => parameters.add(v))
  return { sql: page, params: parameters.values }
}
