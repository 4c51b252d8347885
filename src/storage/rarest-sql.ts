import { prefixRange } from '../engine/query/condition.ts'
import { type Along, FEW_WORDS } from '../engine/query/search.ts'
import { WORDS } from '../schema/words.ts'
import type { Statement, StatementResult } from './driver.ts'

/** Behind every text. */
const LAST = '\u{10ffff}\u{10ffff}'

/** `(place, size)` of the prefix that the fewest words begin with. None is counted further than what is few. */
export const rarestStatement = (organizationId: string, object: string, prefixes: readonly string[]): Statement => ({
  sql: `
SELECT p.key AS place, (SELECT count(*) FROM (
    SELECT 1 FROM record_keys k WHERE k.organization_id = ?1 AND k.object = ?2 AND k.name = '${WORDS}'
      AND k.value >= p.value ->> 0 AND k.value < p.value ->> 1 LIMIT ${FEW_WORDS + 1})) AS size
FROM json_each(?3) p ORDER BY size, place LIMIT 1`,
  params: [
    organizationId,
    object,
    JSON.stringify(prefixes.map((prefix) => [prefix, prefixRange(prefix).to?.value ?? LAST])),
  ],
})

export const alongOf = ([row]: StatementResult['rows'], prefixes: readonly string[]): Along => ({
  prefix: prefixes[Number(row?.place)] ?? '',
  few: Number(row?.size) <= FEW_WORDS,
})
