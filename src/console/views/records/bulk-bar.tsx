import { useSignal } from '@preact/signals'
import type { ObjectSchema } from '../../schema/objects.ts'
import { may } from '../../session/session.ts'
import { wholeNumber } from '../../values/locale.ts'
import { type Change, ChangeDialog } from './change-dialog.tsx'
import type { Target } from './change-many.ts'
import { Export } from './export.tsx'
import { archived, filter, q } from './place.ts'
import type { Rows } from './rows.ts'
import type { Selection } from './selection.ts'

export interface BulkBarProps {
  readonly object: ObjectSchema
  readonly rows: Rows
  readonly selection: Selection
  readonly onChanged: () => void
}

/** What can be done to the records that are selected. */
export const BulkBar = ({ object, rows, selection, onChanged }: BulkBarProps) => {
  const change = useSignal<Change | undefined>(undefined)
  const { size } = selection.ids.value
  const isAll = selection.isAll.value
  if (size === 0 && !isAll) return null
  const count = rows.count.value
  const target: Target = isAll
    ? { filter: filter.value, q: q.value, archived: archived.value }
    : { ids: [...selection.ids.value] }
  const begin = (one: Change) => () => {
    change.value = one
  }
  return (
    <section class="bar bulk" aria-label="Selected records">
      <strong>
        {isAll ? `All ${count ? wholeNumber(count.value) + (count.exact ? '' : '+') : ''}` : wholeNumber(size)} selected
      </strong>
      {!isAll && (
        <button type="button" class="bare" onClick={() => selection.pickAll()}>
          Select all that are found
        </button>
      )}
      {may('crm:write') && (
        <>
          <button type="button" onClick={begin('update')}>
            Change a value…
          </button>
          <button type="button" onClick={begin(archived.value === 'only' ? 'restore' : 'archive')}>
            {archived.value === 'only' ? 'Restore…' : 'Archive…'}
          </button>
        </>
      )}
      <Export object={object} target={target} />
      <button type="button" class="bare" onClick={() => selection.clear()}>
        Select none
      </button>
      {change.value && (
        <ChangeDialog
          object={object}
          change={change.value}
          target={target}
          onDone={(isChanged) => {
            change.value = undefined
            if (!isChanged) return
            selection.clear()
            onChanged()
          }}
        />
      )}
    </section>
  )
}
