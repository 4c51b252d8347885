import { useSignal } from '@preact/signals'
import { attributesOf, type ObjectSchema } from '../../schema/objects.ts'
import { q, setWords } from './place.ts'

/** Words to search for, where the object has attributes that are searched by. */
export const SearchField = ({ object }: { readonly object: ObjectSchema }) => {
  const text = useSignal(q.value ?? '')
  const searched = attributesOf(object).filter(({ searchable }) => searchable)
  if (searched.length === 0 && q.value === undefined) return null
  return (
    <search>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setWords(text.value)
        }}
      >
        <input
          type="search"
          aria-label={`Search ${object.pluralName.toLowerCase()}`}
          placeholder={searched.map(({ label }) => label).join(', ')}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value
          }}
        />
      </form>
    </search>
  )
}
