import type { AtOnce } from '../../engine/store.ts'
import type { SqlDriver, Statement } from '../driver.ts'
import type { IndexKind } from '../keys-sql.ts'
import { KEYED } from '../program/lookups.ts'

/** How much one transaction may do to records that were there before, all its changes together: others wait a fraction of a second. */
export const AT_ONCE: AtOnce = { records: 10_000, keys: 50_000, bytes: 16_000_000 }

export const AT_ONCE_TEXT = `${AT_ONCE.records} records, ${AT_ONCE.keys} keys or ${AT_ONCE.bytes} bytes`

/** What goes through all records of an object: an attribute or an index that becomes another one. */
export interface Pass {
  readonly object: string
  readonly kind?: IndexKind
  /** Whose keys it touches: those that are there, and those that an attribute of this name asks for. Absent: all of the object. */
  readonly name?: string
}

type Driver = Pick<SqlDriver, 'batch'>

const add = (a: AtOnce, b: Partial<AtOnce>): AtOnce => ({
  records: a.records + (b.records ?? 0),
  keys: a.keys + (b.keys ?? 0),
  bytes: a.bytes + (b.bytes ?? 0),
})

const fits = ({ records, keys, bytes }: AtOnce): boolean =>
  records <= AT_ONCE.records && keys <= AT_ONCE.keys && bytes <= AT_ONCE.bytes

/** Counted no further than one record more than may be; no data are read for it. */
const sizeOf = (organizationId: string, object: string): Statement => ({
  sql: `
SELECT count(*) AS records, coalesce(sum(bytes), 0) AS bytes FROM (
  SELECT octet_length(data) AS bytes FROM records WHERE organization_id = ?1 AND object = ?2 LIMIT ${AT_ONCE.records + 1})`,
  params: [organizationId, object],
})

/** Those of records, and those that only lead to one. */
const KEYS_THERE = (more: string) => `
SELECT count(*) FROM (
  SELECT 1 FROM record_keys WHERE organization_id = ?1 AND object = ?2${more}
  UNION ALL
  SELECT 1 FROM record_aliases WHERE organization_id = ?1 AND object = ?2${more}
  LIMIT ${AT_ONCE.keys + 1})`

/** Bytes of data that a word is counted for before it is looked for: folding a text takes as long as writing its keys. */
const BYTES_PER_WORD = 8

const ASKED_FOR = `
SELECT sum(max(1, json_array_length(r.data, '$.' || ?3 || '${KEYED}'))) FROM records r
WHERE r.organization_id = ?1 AND r.object = ?2 AND r.data -> ?3 IS NOT NULL`
const WORDS_ASKED_FOR = `
SELECT sum(octet_length(r.data)) / ${BYTES_PER_WORD} FROM records r WHERE r.organization_id = ?1 AND r.object = ?2`

const keysOf = (organizationId: string, { object, kind, name }: Pass): Statement =>
  name === undefined
    ? { sql: `SELECT (${KEYS_THERE('')}) AS keys`, params: [organizationId, object] }
    : {
        sql: `SELECT (${KEYS_THERE(' AND name = ?3')}) + coalesce((${kind === 'words' ? WORDS_ASKED_FOR : ASKED_FOR}), 0) AS keys`,
        params: [organizationId, object, name],
      }

const numbersOf = (row: Readonly<Record<string, unknown>> | undefined): Partial<AtOnce> =>
  Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]))

export interface Fitting {
  /** For each pass, in their order. */
  readonly fits: readonly boolean[]
  readonly spent: AtOnce
}

/**
 * Which of the passes have room in one transaction. The first ones go first; one that does not fit takes no room.
 * @param before what the same request has done already
 */
export const fitting = async (
  driver: Driver,
  organizationId: string,
  passes: readonly Pass[],
  before: AtOnce,
): Promise<Fitting> => {
  if (passes.length === 0) return { fits: [], spent: before }
  const objects = [...new Set(passes.map(({ object }) => object))]
  const sizes = await driver.batch(objects.map((object) => sizeOf(organizationId, object)))
  const sizeBy = new Map(objects.map((object, i) => [object, numbersOf(sizes.results[i]?.rows[0])]))
  // Only of those whose records fit are the keys counted, so that counting is bounded by the same.
  let room = before
  const asked = passes.map((pass) => {
    const next = add(room, sizeBy.get(pass.object) ?? {})
    if (fits(next)) room = next
    return fits(next)
  })
  const counted = passes.filter((_, i) => asked[i])
  if (counted.length === 0) return { fits: asked, spent: before }
  const { results } = await driver.batch(counted.map((pass) => keysOf(organizationId, pass)))
  const keysBy = new Map(counted.map((pass, i) => [pass, numbersOf(results[i]?.rows[0])]))
  let spent = before
  const done = passes.map((pass) => {
    const keys = keysBy.get(pass)
    if (!keys) return false
    const next = add(add(spent, sizeBy.get(pass.object) ?? {}), keys)
    if (fits(next)) spent = next
    return fits(next)
  })
  return { fits: done, spent }
}
