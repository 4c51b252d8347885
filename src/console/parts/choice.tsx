import type { Signal } from '@preact/signals'

export interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly value: Signal<Value>
  readonly options: Readonly<Partial<Record<Value, string>>>
}

/** One of a few, under its name. */
export const Choice = <Value extends string>({ label, value, options }: ChoiceProps<Value>) => {
  const entries = Object.entries<string | undefined>(options)
  return (
    <label>
      {label}
      <select
        value={value.value}
        onChange={(event) => {
          const chosen = entries.find(([name]) => name === event.currentTarget.value)
          if (chosen) value.value = chosen[0] as Value
        }}
      >
        {entries.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Yes or no, before its name. */
export const Check = ({ label, value }: { readonly label: string; readonly value: Signal<boolean> }) => (
  <label class="choice">
    <input
      type="checkbox"
      checked={value.value}
      onChange={(event) => {
        value.value = event.currentTarget.checked
      }}
    />
    {label}
  </label>
)

export interface SeveralProps<Value extends string> {
  readonly label: string
  readonly values: Signal<readonly Value[]>
  readonly options: Readonly<Record<Value, string>>
}

/** Some of a few, under their name, in the order of the choice. */
export const Several = <Value extends string>({ label, values, options }: SeveralProps<Value>) => {
  const names = Object.keys(options) as Value[]
  return (
    <fieldset>
      <legend>{label}</legend>
      {names.map((name) => (
        <label key={name} class="choice">
          <input
            type="checkbox"
            checked={values.value.includes(name)}
            onChange={(event) => {
              const { checked } = event.currentTarget
              values.value = names.filter((one) => (one === name ? checked : values.peek().includes(one)))
            }}
          />
          {options[name]}
        </label>
      ))}
    </fieldset>
  )
}
