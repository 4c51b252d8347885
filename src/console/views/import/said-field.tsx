import { useSignal } from '@preact/signals'

export interface SaidFieldProps {
  readonly label: string
  readonly text: string
  readonly onSaid: (text: string) => void
  readonly isWrong?: boolean
  readonly hint?: string
  /** Id of a list of suggestions. */
  readonly list?: string | undefined
}

/**
 * A field that tells what was typed when it is left, since half of it means nothing. What is typed meanwhile is its own, or whatever
 * is drawn anew around it would take it away.
 */
export const SaidField = ({ label, text, onSaid, isWrong = false, hint = '', list }: SaidFieldProps) => {
  const typed = useSignal(text)
  return (
    <input
      aria-label={label}
      aria-invalid={isWrong}
      title={label}
      placeholder={hint}
      list={list}
      value={typed.value}
      onInput={(event) => {
        typed.value = event.currentTarget.value
      }}
      onChange={(event) => onSaid(event.currentTarget.value)}
    />
  )
}
