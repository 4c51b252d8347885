import { useSignal } from '@preact/signals'
import { wholeNumber } from '../../values/locale.ts'
import type { Importing } from './importing.ts'
import { StatusRows } from './row-list.tsx'
import { type Sending, type Status, statuses } from './sending.ts'

/** How far it is, and four numbers that open their rows. */

export const Progress = ({ sending }: { readonly sending: Sending }) => {
  const { rows } = sending.counts.value
  const { rowCount } = sending.options
  const state = sending.state.value
  if (state === 'done') return null
  return (
    <div class="bar">
      <progress aria-label="Rows" max={rowCount} value={rows} />
      <span class="quiet">
        {wholeNumber(rows)} of {wholeNumber(rowCount)} rows
        {state === 'running' && `, ${wholeNumber(sending.rate.value)} a second`}
        {state === 'paused' && ', paused'}
        {state === 'stopped' && ', stopped'}
      </span>
      {state === 'running' && (
        <button type="button" onClick={() => sending.pause()}>
          Pause
        </button>
      )}
      {state === 'paused' && (
        <button type="button" onClick={() => sending.goOn()}>
          Resume
        </button>
      )}
      {state !== 'stopped' && (
        <button type="button" onClick={() => sending.stop()}>
          Cancel
        </button>
      )}
      {state === 'stopped' && (
        <button type="button" class="primary" onClick={() => void sending.send()}>
          Go on
        </button>
      )}
    </div>
  )
}

/** @param verb `Would be` or `Done` */
export const Tally = ({
  one,
  sending,
  verb,
}: {
  readonly one: Importing
  readonly sending: Sending
  readonly verb: string
}) => {
  const counts = sending.counts.value
  // What is refused is what there is to do.
  const opened = useSignal<Status | undefined>(undefined)
  const isOver = sending.state.value === 'done' || sending.state.value === 'stopped'
  const status = opened.value ?? (isOver && counts.refused > 0 ? 'refused' : undefined)
  const shown = status && isOver && counts[status] > 0 ? status : undefined
  return (
    <>
      <fieldset class="tally">
        <legend>{verb}</legend>
        {statuses.map((name) => (
          <button
            key={name}
            type="button"
            aria-expanded={shown === name}
            disabled={counts[name] === 0}
            onClick={() => {
              opened.value = name
            }}
          >
            <strong>{wholeNumber(counts[name])}</strong> {name}
          </button>
        ))}
      </fieldset>
      {shown && <StatusRows key={`${shown} ${sending.rounds.value}`} one={one} sending={sending} status={shown} />}
    </>
  )
}
