import { useSignal } from '@preact/signals'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import type { Attribute } from '../../schema/objects.ts'
import { Field } from '../../values/field.tsx'
import { nameOf, type StoredRecord } from '../../values/known.ts'
import { textOf } from '../../values/shown.tsx'
import { readTyped, typedOf } from '../../values/typed.ts'
import { cellQuestion, changeCell } from './cell-change.ts'

export interface CellEditorProps {
  readonly record: StoredRecord
  readonly attribute: Attribute
  readonly onDone: (record: StoredRecord | undefined) => void
}

interface ConflictProps {
  readonly attribute: Attribute
  readonly theirs: StoredRecord
  readonly mine: unknown
  readonly onKeep: () => void
  readonly onWrite: () => void
}

/** Both values, and a choice. Nothing was written. */
const Conflict = ({ attribute, theirs, mine, onKeep, onWrite }: ConflictProps) => (
  <div class="conflict" role="alert">
    <p>
      <strong>Somebody has changed this record meanwhile.</strong> Nothing of yours is written yet.
    </p>
    <dl>
      <dt>Now stored</dt>
      <dd>{textOf(attribute, theirs.values[attribute.slug]) || 'not set'}</dd>
      <dt>Yours</dt>
      <dd>{textOf(attribute, mine) || 'not set'}</dd>
    </dl>
    <div class="bar">
      <button type="button" onClick={onKeep}>
        Keep what is stored
      </button>
      <button type="button" class="primary" onClick={onWrite}>
        Write mine
      </button>
    </div>
  </div>
)

/** Changes one value. What was refused stays as it was typed, with what is wrong beside it. */
export const CellEditor = ({ record, attribute, onDone }: CellEditorProps) => {
  const before = typedOf(record.values[attribute.slug])
  const seen = useSignal(record)
  const text = useSignal(before)
  const theirs = useSignal<StoredRecord | undefined>(undefined)
  const error = useSignal<unknown>(undefined)
  const isWaiting = useSignal(false)
  const value = readTyped(attribute, text.value)
  const write = async () => {
    if (text.value === before && !theirs.value) return onDone(undefined)
    isWaiting.value = true
    error.value = undefined
    try {
      const outcome = await changeCell(seen.value, attribute, value)
      if (outcome.kind === 'written') return onDone(outcome.record)
      theirs.value = outcome.theirs
      seen.value = outcome.theirs
    } catch (failure) {
      error.value = failure
    }
    isWaiting.value = false
  }
  return (
    <Dialog title={`${attribute.label} of ${nameOf(record)}`} onClose={() => onDone(theirs.value)}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void write()
        }}
      >
        <Field
          attribute={attribute}
          label={attribute.label}
          text={text.value}
          isFirst
          onText={(typed) => {
            text.value = typed
          }}
        />
        <Problem error={error.value} />
        {theirs.value ? (
          <Conflict
            attribute={attribute}
            theirs={theirs.value}
            mine={value}
            onKeep={() => onDone(theirs.value)}
            onWrite={() => void write()}
          />
        ) : (
          <div class="bar">
            <button type="submit" class="primary" disabled={isWaiting.value}>
              Save
            </button>
            <button type="button" onClick={() => onDone(undefined)}>
              Cancel
            </button>
            <RequestBox of="this change" question={cellQuestion(seen.value, attribute, value)} />
          </div>
        )}
      </form>
    </Dialog>
  )
}
