import { type ErrorCode, errorTable, problem, RefusedError } from '../../src/engine/errors.ts'
import type { Described } from './described.ts'

/** Of each status, the code that says most to a reader; the first of the table stands for what is not listed. */
const telling: readonly ErrorCode[] = [
  'unique_conflict',
  'wrong_type',
  'missing_credentials',
  'missing_scope',
  'not_found',
]

const details: Partial<Record<ErrorCode, readonly [string | undefined, string]>> = {
  unique_conflict: ['emails', 'ada@engine.example'],
  wrong_type: ['emails', 'a list, not number'],
  missing_scope: [undefined, 'crm:write'],
  malformed_json: [undefined, 'it cannot be parsed'],
  body_too_large: [undefined, '1048576 bytes'],
  unsupported_media_type: [undefined, 'application/json'],
  not_found: [undefined, 'key'],
}

const conflicts = [{ field: 'emails', value: 'ada@engine.example', recordId: '01900000-0000-7000-8000-000000000001' }]

const refusalOf = (code: ErrorCode): RefusedError => {
  const [field, detail] = details[code] ?? []
  const first = problem(code, field, detail)
  return new RefusedError({ problems: [first], ...(code === 'unique_conflict' && { conflicts }) })
}

const codes: readonly ErrorCode[] = [...new Set([...telling, ...(Object.keys(errorTable) as ErrorCode[])])]

/** What the contract of this path answers with this status. Undefined when no code of ours has it. */
export const refusalExample = (described: readonly Described[], path: string, status: number): unknown => {
  const contract = described.find(({ entry }) => entry.prefixes.some((prefix) => path.startsWith(prefix)))?.contract
  const code = codes.find((one) => contract?.statusOf(one) === status)
  if (!contract || !code) return undefined
  return contract.renderError(refusalOf(code), {
    requestId: '4b5d3f6e-93b1-4a6f-8a52-0d1b8a0f3c11',
    fieldName: (slug) => slug,
  }).body
}
