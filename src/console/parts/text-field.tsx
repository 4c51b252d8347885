import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { FieldProblems, type Trouble } from './field-problems.tsx'

export interface TextFieldProps {
  readonly label: string
  readonly text: Signal<string>
  readonly placeholder?: string
  readonly required?: boolean
  /** Whether the keyboard of a dialog begins here. */
  readonly isFirst?: boolean
  /** Several lines, so many of which are seen. */
  readonly rows?: number
  readonly troubles?: readonly Trouble[]
}

/** A text under its name, with what is wrong with it beneath. */
export const TextField = ({
  label,
  text,
  placeholder = '',
  required = false,
  isFirst,
  rows,
  troubles = [],
}: TextFieldProps) => {
  const field = useId()
  const wrong = `${field}-wrong`
  const common = {
    required,
    placeholder,
    'data-first': isFirst || undefined,
    autocomplete: 'off',
    spellcheck: false,
    value: text.value,
    ...(troubles.length > 0 && { 'aria-invalid': true, 'aria-describedby': wrong }),
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => {
      text.value = event.currentTarget.value
    },
  }
  return (
    <div class="field">
      <label for={field}>{label}</label>
      {rows === undefined ? <input id={field} {...common} /> : <textarea id={field} {...common} rows={rows} />}
      <FieldProblems id={wrong} troubles={troubles} />
    </div>
  )
}

/** A list as it is typed: one a line. */
export const linesIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
