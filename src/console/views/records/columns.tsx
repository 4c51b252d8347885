import { useSignal } from '@preact/signals'
import { Dialog } from '../../parts/dialog.tsx'
import type { ObjectSchema } from '../../schema/objects.ts'
import { columnsOf, columnsToChoose, setColumns } from './place.ts'

/** Which columns the list has, and in which order: kept in the address, and in this browser for the next time. */
export const Columns = ({ object }: { readonly object: ObjectSchema }) => {
  const isOpen = useSignal(false)
  const chosen = columnsOf(object)
  const slugs = chosen.map(({ slug }) => slug)
  const others = columnsToChoose(object).filter(({ slug }) => !slugs.includes(slug))
  const move = (slug: string, by: number) => {
    const rest = slugs.filter((one) => one !== slug)
    rest.splice(slugs.indexOf(slug) + by, 0, slug)
    setColumns(object, rest)
  }
  const close = () => {
    isOpen.value = false
  }
  return (
    <>
      <button
        type="button"
        onClick={() => {
          isOpen.value = true
        }}
      >
        Columns
      </button>
      {isOpen.value && (
        <Dialog title="Columns" onClose={close}>
          <ol class="columns">
            {chosen.map(({ slug, label }, i) => (
              <li key={slug}>
                <label class="choice">
                  <input
                    type="checkbox"
                    checked
                    disabled={slugs.length === 1}
                    onChange={() =>
                      setColumns(
                        object,
                        slugs.filter((one) => one !== slug),
                      )
                    }
                  />
                  {label}
                </label>
                <span>
                  <button
                    type="button"
                    class="bare"
                    aria-label={`${label} further left`}
                    disabled={i === 0}
                    onClick={() => move(slug, -1)}
                  >
                    ↑
                  </button>
                  <button
                    type="button"
                    class="bare"
                    aria-label={`${label} further right`}
                    disabled={i === chosen.length - 1}
                    onClick={() => move(slug, 1)}
                  >
                    ↓
                  </button>
                </span>
              </li>
            ))}
          </ol>
          <ul class="columns">
            {others.map(({ slug, label }) => (
              <li key={slug}>
                <label class="choice">
                  <input type="checkbox" checked={false} onChange={() => setColumns(object, [...slugs, slug])} />
                  {label}
                </label>
              </li>
            ))}
          </ul>
          <div class="bar">
            <button type="button" class="primary" onClick={close}>
              Done
            </button>
            <button type="button" onClick={() => setColumns(object, [])}>
              The usual ones
            </button>
          </div>
        </Dialog>
      )}
    </>
  )
}
