import { useEffect, useMemo } from 'preact/hooks'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import type { ObjectSchema } from '../../schema/objects.ts'
import type { StoredRecord } from '../../values/known.ts'
import { Rows, rowsQuestion } from '../records/rows.ts'
import type { Evidence } from './duplicates.ts'

/** Records that are found by what they share with one. */

/** What one piece of evidence finds, page by page. */
export interface Found {
  readonly evidence: Evidence
  readonly rows: Rows
}

/** Found anew for another record, and by other evidence. */
export const useFound = (
  object: ObjectSchema,
  record: StoredRecord,
  evidence: readonly Evidence[],
): readonly Found[] => {
  const found = useMemo(
    () =>
      evidence.map((one) => ({
        evidence: one,
        rows: new Rows({
          object: object.slug,
          filter: one.filter,
          sort: undefined,
          archived: 'include',
          expand: [],
        }),
      })),
    [object.slug, record.id, record.version],
  )
  useEffect(() => {
    for (const { rows } of found) void rows.more()
    return () => {
      for (const { rows } of found) rows.leave()
    }
  }, [found])
  return found
}

export interface Suspect {
  readonly record: StoredRecord
  /** What they share, as people call it. */
  readonly shared: readonly string[]
}

/** Each once, by all that has found it; those that more has found first. */
export const suspectsIn = (found: readonly Found[], but: ReadonlySet<string>): readonly Suspect[] => {
  const suspects = new Map<string, Suspect>()
  for (const { evidence, rows } of found)
    for (const record of rows.records.value) {
      if (but.has(record.id)) continue
      const shared = suspects.get(record.id)?.shared ?? []
      suspects.set(record.id, { record, shared: [...shared, evidence.label] })
    }
  return [...suspects.values()].sort((one, other) => other.shared.length - one.shared.length)
}

/** Of each search: its request, what went wrong, and what of it has not been looked at. */
export const Searches = ({ found }: { readonly found: readonly Found[] }) => (
  <>
    {found.map(({ evidence: { label }, rows }) => (
      <div key={label} class="bar">
        <RequestBox of={`those with the same ${label}`} question={rowsQuestion(rows.asked)} />
        <Problem error={rows.error.value} onAgain={() => void rows.more()} />
        {rows.hasMore.value && !rows.isWaiting.value && rows.error.value === undefined && (
          <>
            <span class="quiet">
              {rows.isPaused.value
                ? `By ${label} not all records have been looked at: no index helps there.`
                : `By ${label} there are more.`}
            </span>
            <button type="button" onClick={() => void rows.more()}>
              Look further by {label}
            </button>
          </>
        )}
      </div>
    ))}
  </>
)

export const areFound = (found: readonly Found[]): boolean => found.every(({ rows }) => !rows.hasMore.value)
