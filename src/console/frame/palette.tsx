import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import { objects } from '../schema/objects.ts'
import { may } from '../session/session.ts'
import { go, hrefOf } from './address.ts'
import { views } from './views.ts'

/** Ctrl-K: where to go, by a few letters of its name. */

interface Place {
  readonly name: string
  readonly kind: string
  readonly href: string
}

export const isPaletteKey = ({ key, ctrlKey, metaKey }: KeyboardEvent): boolean =>
  key.toLowerCase() === 'k' && (ctrlKey || metaKey)

const places = (): readonly Place[] => [
  ...objects.value.map(({ slug, pluralName }) => ({
    name: pluralName,
    kind: 'records',
    href: hrefOf(['objects', slug]),
  })),
  ...views
    .filter(({ path, scope }) => !path.includes(':') && may(scope))
    .map(({ path, title }) => ({ name: title, kind: 'view', href: hrefOf(path.split('/').filter(Boolean)) })),
]

/** Its letters stand in the name in this order. */
const fits = (name: string, letters: string): boolean => {
  let at = 0
  for (const letter of letters) {
    at = name.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}

export const Palette = ({ onClose }: { readonly onClose: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const list = useId()
  const typed = useSignal('')
  const chosen = useSignal(0)
  const found = useComputed(() =>
    places().filter(({ name }) => fits(name.toLowerCase(), typed.value.trim().toLowerCase())),
  )
  useEffect(() => dialog.current?.showModal(), [])
  const take = (place: Place | undefined) => {
    if (!place) return
    onClose()
    go(place.href)
  }
  const move = (by: number) => {
    const { length } = found.value
    if (length > 0) chosen.value = (chosen.value + by + length) % length
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Enter') take(found.value[chosen.value])
    else return
    event.preventDefault()
  }
  return (
    <dialog ref={dialog} class="palette" aria-label="Go to" onClose={onClose}>
      <input
        role="combobox"
        aria-label="Go to"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found.value.length > 0 ? `${list}-${chosen.value}` : undefined}
        autocomplete="off"
        placeholder="An object or a view"
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value
          chosen.value = 0
        }}
        onKeyDown={onKeyDown}
      />
      <div role="listbox" id={list} aria-label="Places" tabIndex={-1}>
        {found.value.map((place, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard
          <div
            key={place.href}
            id={`${list}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === chosen.value}
            onClick={() => take(place)}
          >
            {place.name} <span class="quiet">{place.kind}</span>
          </div>
        ))}
      </div>
      {found.value.length === 0 && <p class="quiet">Nothing is called that.</p>}
    </dialog>
  )
}
