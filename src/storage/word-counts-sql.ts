import { prefixRange } from '../engine/query/condition.ts'
import { FEW_WORDS } from '../engine/query/search.ts'
import { WORDS } from '../schema/words.ts'
import type { Statement, StatementResult } from './driver.ts'

/** Behind every text. */
const LAST = '\u{10ffff}\u{10ffff}'

/** `{size}` of each prefix, in their order: how many words begin so, none counted further than what is few. */
export const wordCountsStatement = (
  organizationId: string,
  object: string,
  prefixes: readonly string[],
): Statement => ({
  sql: `
SELECT (SELECT count(*) FROM (
    SELECT 1 FROM record_keys k WHERE k.organization_id = ?1 AND k.object = ?2 AND k.name = '${WORDS}'
      AND k.value >= p.value ->> 0 AND k.value < p.value ->> 1 LIMIT ${FEW_WORDS + 1})) AS size
FROM json_each(?3) p ORDER BY p.key`,
  params: [
    organizationId,
    object,
    JSON.stringify(prefixes.map((prefix) => [prefix, prefixRange(prefix).to?.value ?? LAST])),
  ],
})

export const wordCountsOf = (rows: StatementResult['rows']): readonly number[] => rows.map(({ size }) => Number(size))
