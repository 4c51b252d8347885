import { useId } from 'preact/hooks'
import { type Attribute, attributesOf, type ObjectSchema } from '../../schema/objects.ts'
import { isNumber } from '../../values/kinds.ts'
import type { ColumnChoice } from './choices.ts'
import { SaidField } from './said-field.tsx'

/** How the cells of one column are read, as far as its type leaves that open, and what becomes of what is stored. */

export interface ColumnSettingsProps {
  readonly name: string
  readonly attribute: Attribute
  readonly choice: ColumnChoice
  /** Of a relation: where its records are. */
  readonly related: ObjectSchema | undefined
  /** What the cells have told. */
  readonly told: string | undefined
  readonly onChange: (changes: ColumnChoice) => void
}

const DATE_FORMS = ['day-first', 'month-first', 'DD.MM.YYYY', 'DD.MM.YY', 'MM/DD/YYYY', 'D MMM YYYY']

interface Said {
  readonly label: string
  readonly value: string | undefined
  readonly hint: string
  readonly suggestions?: readonly string[]
  readonly onSaid: (text: string) => void
}

const Text = ({ label, value = '', hint, suggestions = [], onSaid }: Said) => {
  const list = useId()
  return (
    <>
      <SaidField
        label={label}
        text={value}
        hint={hint}
        list={suggestions.length > 0 ? list : undefined}
        onSaid={(text) => onSaid(text.trim())}
      />
      {suggestions.length > 0 && (
        <datalist id={list}>
          {suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  )
}

const modesOf = ({ multiple }: Attribute): Readonly<Record<string, string>> => ({
  '': 'replaces',
  keep: 'only in new records',
  fill: 'only if nothing is stored',
  ...(multiple && { append: 'added behind', prepend: 'added before', remove: 'taken away' }),
})

export const ColumnSettings = ({ name, attribute, choice, related, told, onChange }: ColumnSettingsProps) => {
  const { type, multiple } = attribute
  const of = (what: string) => `${what} of ${name}`
  return (
    <div class="bar">
      {isNumber(attribute) && (
        <select
          aria-label={of('Decimal sign')}
          value={choice.decimal ?? ''}
          onChange={(event) => onChange({ decimal: event.currentTarget.value })}
        >
          <option value="">{told ? `Decimal ${told} as found` : 'Decimal sign as found'}</option>
          <option value=".">Decimal point .</option>
          <option value=",">Decimal comma ,</option>
        </select>
      )}
      {(type === 'date' || type === 'datetime') && (
        <Text
          label={of('Form of dates')}
          value={choice.dateFormat}
          hint={told ?? 'as found'}
          suggestions={DATE_FORMS}
          onSaid={(dateFormat) => onChange({ dateFormat })}
        />
      )}
      {type === 'datetime' && (
        <Text
          label={of('Time zone')}
          value={choice.timeZone}
          hint="zone of its times"
          suggestions={[Intl.DateTimeFormat().resolvedOptions().timeZone, 'UTC']}
          onSaid={(timeZone) => onChange({ timeZone })}
        />
      )}
      {type === 'currency' && (
        <Text
          label={of('Currency')}
          value={choice.currency}
          hint="EUR"
          onSaid={(currency) => onChange({ currency: currency.toUpperCase() })}
        />
      )}
      {type === 'phone_number' && (
        <Text
          label={of('Country')}
          value={choice.country}
          hint="country, DE"
          onSaid={(country) => onChange({ country: country.toUpperCase() })}
        />
      )}
      {multiple && (
        <Text
          label={of('Between the values')}
          value={choice.separator}
          hint="between values: ;"
          onSaid={(separator) => onChange({ separator })}
        />
      )}
      {related && (
        <select
          aria-label={of('What names the records')}
          value={choice.by ?? ''}
          onChange={(event) => onChange({ by: event.currentTarget.value })}
        >
          <option value="">Named by what is unique</option>
          {attributesOf(related).map(({ slug, label }) => (
            <option key={slug} value={slug}>
              Named by {label}
            </option>
          ))}
        </select>
      )}
      <select
        aria-label={of('What becomes of what is stored')}
        value={choice.write ?? ''}
        onChange={(event) => onChange({ write: event.currentTarget.value })}
      >
        {Object.entries(modesOf(attribute)).map(([mode, title]) => (
          <option key={mode} value={mode}>
            {title}
          </option>
        ))}
      </select>
    </div>
  )
}
