import { useSignal } from '@preact/signals'
import type { Attribute, ObjectSchema } from '../../schema/objects.ts'
import { conditionsOf, filterOf, subjectsOf, told } from './conditions.ts'
import { FilterForm } from './filter-form.tsx'
import { archived, filter, setArchived, setFilter } from './place.ts'

export interface FilterBarProps {
  readonly object: ObjectSchema
  /** A condition of this attribute is being made; absent: none. */
  readonly on: Attribute | undefined
  readonly setOn: (attribute: Attribute | undefined) => void
}

/** A tree that is no list of conditions stands as the API takes it. */
const Tree = () => {
  const now = JSON.stringify(filter.value)
  const text = useSignal(now)
  const isWrong = useSignal(false)
  const apply = (event: Event) => {
    event.preventDefault()
    try {
      setFilter(text.value.trim() === '' ? undefined : JSON.parse(text.value))
      isWrong.value = false
    } catch {
      isWrong.value = true
    }
  }
  return (
    <form class="bar tree" onSubmit={apply}>
      <input
        aria-label="Filter as JSON"
        aria-invalid={isWrong.value}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value
        }}
      />
      <button type="submit">Apply</button>
      {isWrong.value && <span role="alert">That is no JSON.</span>}
    </form>
  )
}

/** What the list is narrowed to, in words; each condition can be taken away. */
export const FilterBar = ({ object, on, setOn }: FilterBarProps) => {
  const conditions = conditionsOf(filter.value)
  const [first] = subjectsOf(object)
  const add = conditions && (
    <button type="button" onClick={() => setOn(first)}>
      + Filter
    </button>
  )
  return (
    <div class="bar">
      {conditions?.list.map((condition, i) => (
        <>
          {i > 0 && (
            <button
              type="button"
              class="bare"
              aria-label={`${conditions.join}: change to ${conditions.join === 'and' ? 'or' : 'and'}`}
              onClick={() => setFilter(filterOf({ ...conditions, join: conditions.join === 'and' ? 'or' : 'and' }))}
            >
              {conditions.join}
            </button>
          )}
          <span class="chip condition" key={told(object, condition)}>
            {told(object, condition)}
            <button
              type="button"
              class="bare narrow"
              aria-label={`Take away: ${told(object, condition)}`}
              onClick={() =>
                setFilter(filterOf({ ...conditions, list: conditions.list.filter((one) => one !== condition) }))
              }
            >
              ✕
            </button>
          </span>
        </>
      ))}
      {conditions ? add : <Tree key={JSON.stringify(filter.value)} />}
      <label class="choice">
        <select
          aria-label="Archived records"
          value={archived.value}
          onChange={(event) => {
            const { value } = event.currentTarget
            if (value === 'include' || value === 'only' || value === 'exclude') setArchived(value)
          }}
        >
          <option value="exclude">Not archived</option>
          <option value="include">Archived too</option>
          <option value="only">Archived only</option>
        </select>
      </label>
      {on && conditions && (
        <FilterForm
          object={object}
          attribute={on}
          onDone={(condition) => {
            setOn(undefined)
            if (condition) setFilter(filterOf({ ...conditions, list: [...conditions.list, condition] }))
          }}
        />
      )}
    </div>
  )
}
