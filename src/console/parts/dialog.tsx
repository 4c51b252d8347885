import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

export interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
  readonly class?: string
}

/** The browser's own: it keeps the focus inside and closes on Escape. The keyboard begins where `data-first` says. */
export const Dialog = ({ title, onClose, children, class: name = '' }: DialogProps) => {
  const element = useRef<HTMLDialogElement>(null)
  const isLeft = useRef(false)
  const id = useId()
  useEffect(() => {
    const dialog = element.current
    const before = document.activeElement
    dialog?.showModal()
    dialog?.querySelector<HTMLElement>('[data-first]')?.focus()
    return () => {
      isLeft.current = true
      dialog?.close()
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [])
  return (
    <dialog
      ref={element}
      class={name}
      aria-labelledby={id}
      onClose={() => {
        // Told a moment after it was left, too, when nobody is to be told any more.
        if (!isLeft.current) onClose()
      }}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" class="bare" aria-label="Close" onClick={onClose}>
          ✕
        </button>
      </header>
      {children}
    </dialog>
  )
}
