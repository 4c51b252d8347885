import { useEffect } from 'preact/hooks'
import { changeQuery } from '../../frame/address.ts'
import { RequestBox } from '../../parts/request.tsx'
import { attributesOf } from '../../schema/objects.ts'
import { wholeNumber } from '../../values/locale.ts'
import type { Importing } from './importing.ts'

/** By what the record of a row is found, and what that would find now. */

type Key = readonly string[]

/** What has a column, and one spelling for each value; ids, if the file has them. */
const candidatesOf = (one: Importing) => {
  const { columns } = one.choices.value
  const mapped = new Set(Object.values(columns).map(({ target }) => target))
  const attributes = attributesOf(one.object).filter(({ slug, type }) => mapped.has(slug) && type !== 'currency')
  const hasIds = one.names.value.includes('id') && columns.id?.target === undefined
  return [
    ...attributes.map(({ slug, label, unique }) => ({ slug, title: unique ? `${label} (unique)` : label })),
    ...(hasIds ? [{ slug: 'id', title: 'the id of the record' }] : []),
  ]
}

interface KeyChoiceProps {
  readonly one: Importing
  /** Undefined: one more. */
  readonly at: number
  readonly onChange: (key: Key) => void
}

const KeyChoice = ({ one, at, onChange }: KeyChoiceProps) => {
  const key = one.choices.value.keys[at] ?? []
  const candidates = candidatesOf(one)
  const fields = key.includes('id') ? key : [...key, '']
  return (
    <div class="bar">
      <span>{at === 0 ? 'Found by' : 'or else by'}</span>
      {fields.map((slug, i) => (
        <select
          key={i}
          aria-label={`Key ${at + 1}, part ${i + 1}`}
          value={slug}
          onChange={({ currentTarget: { value } }) =>
            onChange([...key.slice(0, i), ...(value === '' ? [] : [value]), ...key.slice(i + 1)])
          }
        >
          <option value="">{i === 0 ? '…' : 'alone'}</option>
          {candidates
            .filter((candidate) => candidate.slug === slug || !key.includes(candidate.slug))
            .map((candidate) => (
              <option key={candidate.slug} value={candidate.slug}>
                {i > 0 && 'and '}
                {candidate.title}
              </option>
            ))}
        </select>
      ))}
    </div>
  )
}

const Found = ({ one }: { readonly one: Importing }) => {
  const found = one.found.value
  if (one.choices.value.keys.length === 0 || one.error.value !== undefined) return null
  if (!found) return <p role="status">Looking, without writing…</p>
  const { rows, unknown, known, ambiguous, refused } = found
  return (
    <p role="status">
      Of the first {wholeNumber(rows)} rows: <strong>{wholeNumber(unknown)}</strong> new,{' '}
      <strong>{wholeNumber(known)}</strong> known, <strong>{wholeNumber(ambiguous)}</strong> ambiguous
      {refused > 0 && `, ${wholeNumber(refused)} refused for something else`}.
    </p>
  )
}

export const MatchStep = ({ one }: { readonly one: Importing }) => {
  const { keys } = one.choices.value
  const isReady = one.canBeSent.value
  useEffect(() => {
    if (isReady) void one.find()
  }, [one, keys, isReady])
  const change = (at: number) => (key: Key) => {
    const changed = [...keys.slice(0, at), ...(key.length > 0 ? [key] : []), ...keys.slice(at + 1)]
    // An id finds one record, or none: nothing stands beside it.
    void one.choose({ keys: key.includes('id') ? [['id']] : changed })
  }
  return (
    <>
      <p>
        A row whose record is found updates it; any other makes one. Without it a row that is sent again would make its
        record twice.
      </p>
      {[...keys.keys(), ...(keys.flat().includes('id') ? [] : [keys.length])].map((at) => (
        <KeyChoice key={at} one={one} at={at} onChange={change(at)} />
      ))}
      <Found one={one} />
      <div class="bar">
        <button type="button" class="primary" disabled={!isReady} onClick={() => changeQuery({ step: 'try' })}>
          On to trying it
        </button>
        <RequestBox of="this look" question={one.question(true)} command={[...one.command.value, '--dry-run']} />
      </div>
    </>
  )
}
