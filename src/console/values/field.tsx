import type { Attribute } from '../schema/objects.ts'
import { hasOptions } from './kinds.ts'

export interface FieldProps {
  readonly attribute: Attribute
  /** For whoever hears it; where a label stands beside the field there is none. */
  readonly label?: string
  readonly text: string
  readonly onText: (text: string) => void
  /** Whether the keyboard of a dialog begins here. */
  readonly isFirst?: boolean
  /** One value, also where the attribute holds a list. */
  readonly single?: boolean
}

const hints: Readonly<Record<string, string>> = {
  currency: '12.50 EUR',
  datetime: '2025-06-01T09:30:00Z',
  relation: 'Its id, or its unique value',
  user: 'The e-mail of a member',
}

/** Where a value is typed or chosen, by its type: src/console/values/typed.ts says how it is understood. */
export const Field = ({ attribute, label, text, onText, isFirst = false, single = false }: FieldProps) => {
  const { type, multiple, options } = attribute
  const common = {
    value: text,
    'data-first': isFirst || undefined,
    ...(label !== undefined && { 'aria-label': label }),
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => onText(event.currentTarget.value),
  }
  if (hasOptions(attribute) && (single || !multiple))
    return (
      <select {...common}>
        <option value="" />
        {options
          .filter(({ archived, id }) => !archived || id === text)
          .map(({ id, value }) => (
            <option key={id} value={id}>
              {value}
            </option>
          ))}
      </select>
    )
  if (type === 'checkbox')
    return (
      <select {...common}>
        <option value="" />
        <option value="true">Yes</option>
        <option value="false">No</option>
      </select>
    )
  if ((multiple && !single) || type === 'long_text')
    return <textarea {...common} rows={3} placeholder={multiple ? 'One value a line' : ''} />
  if (type === 'date') return <input {...common} type="date" />
  // What is typed is judged by the server alone, so none of the types that a browser judges.
  return <input {...common} type="text" placeholder={hints[type] ?? ''} autocomplete="off" />
}
