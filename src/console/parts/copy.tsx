import { useSignal } from '@preact/signals'

export interface CopyProps {
  readonly text: string
  /** For whoever hears it, where several stand in one view. */
  readonly label?: string
  readonly class?: string
}

/** Puts a text on the clipboard, and says that it has. */
export const Copy = ({ text, label, class: name = '' }: CopyProps) => {
  const copied = useSignal<string | undefined>(undefined)
  return (
    <button
      type="button"
      class={name}
      {...(label !== undefined && { 'aria-label': label })}
      onClick={async () => {
        await navigator.clipboard.writeText(text)
        copied.value = text
      }}
    >
      {copied.value === text ? 'Copied' : 'Copy'}
    </button>
  )
}
