import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

export interface OpenerProps {
  /** On the button. */
  readonly title: string
  readonly class?: string
  /** @param close what ends it */
  readonly children: (close: () => void) => ComponentChildren
}

/** A button, and the dialog that it opens. */
export const Opener = ({ title, class: name = '', children }: OpenerProps) => {
  const isOpen = useSignal(false)
  return (
    <>
      <button
        type="button"
        class={name}
        onClick={() => {
          isOpen.value = true
        }}
      >
        {title}
      </button>
      {isOpen.value &&
        children(() => {
          isOpen.value = false
        })}
    </>
  )
}
