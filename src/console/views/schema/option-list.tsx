import type { Signal } from '@preact/signals'
import type { Attribute } from '../../schema/objects.ts'

export type Option = Attribute['options'][number]

/** The options that are there, to be renamed and archived: records go on showing what they hold. */
export const OptionList = ({ options }: { readonly options: Signal<readonly Option[]> }) => {
  const change = (id: string, what: Partial<Option>) => {
    options.value = options.value.map((option) => (option.id === id ? { ...option, ...what } : option))
  }
  return (
    <fieldset>
      <legend>Options</legend>
      {options.value.map(({ id, value, archived = false }, i) => (
        <div key={id} class="field">
          <input
            aria-label={`Option ${i + 1}`}
            required
            autocomplete="off"
            value={value}
            onInput={(event) => change(id, { value: event.currentTarget.value })}
          />
          <label class="choice">
            <input
              type="checkbox"
              checked={archived}
              onChange={(event) => change(id, { archived: event.currentTarget.checked })}
            />
            {`${value}: can no longer be chosen`}
          </label>
        </div>
      ))}
    </fieldset>
  )
}
