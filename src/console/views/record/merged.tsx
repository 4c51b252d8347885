import { useSignal } from '@preact/signals'
import type { MergedIn } from '../../../client/index.ts'
import { attributesOf, namingOf, type ObjectSchema } from '../../schema/objects.ts'
import { may } from '../../session/session.ts'
import { actorName } from '../../values/actor.ts'
import { time } from '../../values/locale.ts'
import { Undo } from '../changes/undo.tsx'

/** Records that were merged into this one, by the keys that lead here since: they themselves are no more. */

/** What names it first, then by what else it was found. */
const inOrder = (object: ObjectSchema, keys: MergedIn['keys']): readonly (readonly [string, readonly string[]])[] => {
  const naming = new Set(namingOf(object).map(({ slug }) => slug))
  return Object.entries(keys).sort(([one], [other]) => Number(naming.has(other)) - Number(naming.has(one)))
}

/** `Domains other.example`; one without keys is called by its id. */
export const nameOfMerged = (object: ObjectSchema, { id, keys }: MergedIn): string => {
  const labels = new Map(attributesOf(object).map(({ slug, label }) => [slug, label]))
  const told = inOrder(object, keys).map(([name, values]) => `${labels.get(name) ?? name} ${values.join(', ')}`)
  return told.join(' · ') || id
}

interface MergedProps {
  readonly object: ObjectSchema
  readonly merged: readonly MergedIn[]
  readonly onParted: () => void
}

export const MergedRecords = ({ object, merged, onParted }: MergedProps) => {
  const parted = useSignal<string | undefined>(undefined)
  if (merged.length === 0) return null
  return (
    <section>
      <h2 class="part">Merged into it</h2>
      <ul class="plain">
        {merged.map((one) => (
          <li key={one.id} class="bar">
            <span>{nameOfMerged(object, one)}</span>
            <span class="quiet">
              <time dateTime={one.at}>{time(one.at)}</time> by {actorName(one.actor)}
              {one.importId !== null && ` in ${one.importId}`}
            </span>
            {may('crm:write') && one.request !== null && (
              <button
                type="button"
                onClick={() => {
                  parted.value = one.request ?? undefined
                }}
              >
                Part them again…
              </button>
            )}
          </li>
        ))}
      </ul>
      {parted.value !== undefined && (
        <Undo
          what={{ request: parted.value }}
          onClose={() => {
            parted.value = undefined
            onParted()
          }}
        />
      )}
    </section>
  )
}
