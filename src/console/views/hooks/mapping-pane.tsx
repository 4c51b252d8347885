import { useId } from 'preact/hooks'
import { FieldProblems, type Trouble } from '../../parts/field-problems.tsx'
import { attributesOf, type ObjectSchema } from '../../schema/objects.ts'
import { type Draft, finishedMatches, type MatchRow, type ValueRow } from './draft.ts'
import { ofLists, type WriteMode, writeModes } from './kinds.ts'

export interface MappingPaneProps {
  readonly object: ObjectSchema
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
  /** What can be named in the payload. */
  readonly paths: readonly string[]
  readonly troubles: readonly Trouble[]
}

interface ExpressionProps {
  readonly label: string
  readonly text: string
  readonly onText: (text: string) => void
  /** Of the list with what can be named; absent where it is no expression. */
  readonly list?: string | undefined
  readonly troubles: readonly Trouble[]
  readonly placeholder?: string
}

const Expression = ({ label, text, onText, list, troubles, placeholder = '' }: ExpressionProps) => {
  const id = useId()
  return (
    <>
      <input
        class="expression"
        aria-label={label}
        value={text}
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
        {...(list === undefined ? {} : ({ type: 'text', list } as const))}
        {...(troubles.length > 0 && { 'aria-invalid': true, 'aria-describedby': id })}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      <FieldProblems id={id} troubles={troubles} />
    </>
  )
}

interface AttributeChoiceProps {
  readonly object: ObjectSchema
  readonly label: string
  readonly value: string
  readonly onValue: (slug: string) => void
}

const AttributeChoice = ({ object, label, value, onValue }: AttributeChoiceProps) => (
  <select aria-label={label} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
    <option value="">Attribute…</option>
    {attributesOf(object).map((one) => (
      <option key={one.slug} value={one.slug}>
        {one.label}
      </option>
    ))}
    {value !== '' && !attributesOf(object).some(({ slug }) => slug === value) && <option value={value}>{value}</option>}
  </select>
)

/** One of the list is another one, or none any more. */
const replaced = <T,>(list: readonly T[], at: number, by: T | undefined): readonly T[] =>
  list.flatMap((one, i) => (i === at ? (by === undefined ? [] : [by]) : [one]))

const PARTS = [
  { name: 'when', title: 'Only when', hint: "body.form == 'signup'" },
  { name: 'items', title: 'A record for each of', hint: 'body.attendees' },
  { name: 'messageId', title: 'The message is known by', hint: 'body.id' },
] as const

/** What becomes of a payload: each expression with what is wrong with it beneath. */
export const MappingPane = ({ object, draft, onDraft, paths, troubles }: MappingPaneProps) => {
  const list = useId()
  const labelOf = (slug: string) => object.attributes.find((one) => one.slug === slug)?.label ?? slug
  const at = (...path: readonly (string | number)[]) =>
    troubles.filter(({ field }) => field === ['mapping', ...path].join('.'))
  const setMatch = (i: number, rows: readonly MatchRow[] | undefined) =>
    onDraft({ ...draft, match: replaced(draft.match, i, rows?.length === 0 ? undefined : rows) })
  const setValue = (i: number, row: ValueRow | undefined) =>
    onDraft({ ...draft, values: replaced(draft.values, i, row) })
  const finished = finishedMatches(draft)
  return (
    <>
      <datalist id={list}>
        {paths.map((path) => (
          <option key={path} value={path} />
        ))}
      </datalist>
      <fieldset>
        <legend>Finds a record by</legend>
        {draft.match.length === 0 && <p class="quiet">Nothing: one is created each time.</p>}
        {draft.match.map((rows, i) => (
          <div key={i} class="rule">
            {rows.map((row, k) => (
              <div key={k} class="field">
                <div class="bar">
                  {k > 0 ? 'and' : i > 0 ? 'or' : ''}
                  <AttributeChoice
                    object={object}
                    label={`Match ${i + 1}: attribute`}
                    value={row.attribute}
                    onValue={(attribute) => setMatch(i, replaced(rows, k, { ...row, attribute }))}
                  />
                  <button
                    type="button"
                    class="bare narrow"
                    aria-label={`Leave out match ${i + 1}`}
                    onClick={() => setMatch(i, replaced(rows, k, undefined))}
                  >
                    ✕
                  </button>
                </div>
                <Expression
                  label={`Match ${i + 1}: ${labelOf(row.attribute)}`}
                  text={row.text}
                  list={list}
                  troubles={at('match', finished.indexOf(rows), row.attribute)}
                  onText={(text) => setMatch(i, replaced(rows, k, { ...row, text }))}
                />
              </div>
            ))}
            <button
              type="button"
              class="bare narrow"
              onClick={() => setMatch(i, [...rows, { attribute: '', text: '' }])}
            >
              and…
            </button>
          </div>
        ))}
        <FieldProblems id={`${list}-match`} troubles={at('match')} />
        <button
          type="button"
          onClick={() => onDraft({ ...draft, match: [...draft.match, [{ attribute: '', text: '' }]] })}
        >
          {draft.match.length === 0 ? 'Find by…' : 'or…'}
        </button>
      </fieldset>
      <fieldset>
        <legend>Writes</legend>
        {draft.values.map((row, i) => (
          <div key={i} class="field rule">
            <div class="bar">
              <AttributeChoice
                object={object}
                label={`Value ${i + 1}: attribute`}
                value={row.attribute}
                onValue={(attribute) => setValue(i, { ...row, attribute })}
              />
              <select
                aria-label={`Value ${i + 1}: from where`}
                value={String(row.isConstant)}
                onChange={(event) => setValue(i, { ...row, isConstant: event.currentTarget.value === 'true' })}
              >
                <option value="false">from</option>
                <option value="true">is always</option>
              </select>
              <select
                aria-label={`Value ${i + 1}: how it is written`}
                value={row.write}
                onChange={(event) => setValue(i, { ...row, write: event.currentTarget.value as WriteMode | '' })}
              >
                <option value="">as usual</option>
                {Object.entries(writeModes)
                  .filter(
                    ([mode]) =>
                      object.attributes.find(({ slug }) => slug === row.attribute)?.multiple ||
                      !ofLists.has(mode as WriteMode),
                  )
                  .map(([mode, title]) => (
                    <option key={mode} value={mode}>
                      {title}
                    </option>
                  ))}
              </select>
              <button
                type="button"
                class="bare narrow"
                aria-label={`Leave out value ${i + 1}`}
                onClick={() => setValue(i, undefined)}
              >
                ✕
              </button>
            </div>
            <Expression
              label={labelOf(row.attribute) || `Value ${i + 1}`}
              text={row.text}
              list={row.isConstant ? undefined : list}
              troubles={at(row.isConstant ? 'constants' : 'values', row.attribute)}
              onText={(text) => setValue(i, { ...row, text })}
            />
          </div>
        ))}
        <FieldProblems id={`${list}-values`} troubles={at('values')} />
        <button
          type="button"
          onClick={() =>
            onDraft({
              ...draft,
              values: [...draft.values, { attribute: '', text: '', isConstant: false, write: '' }],
            })
          }
        >
          Write…
        </button>
      </fieldset>
      {PARTS.map(({ name, title, hint }) => (
        <div key={name} class="field">
          <span>{title}</span>
          <Expression
            label={title}
            text={draft[name]}
            placeholder={hint}
            list={list}
            troubles={at(name)}
            onText={(text) => onDraft({ ...draft, [name]: text })}
          />
        </div>
      ))}
      <label>
        What is stored stays where it is newer by
        <select value={draft.ifNewer} onChange={(event) => onDraft({ ...draft, ifNewer: event.currentTarget.value })}>
          <option value="">nothing: what comes last counts</option>
          {[...new Set([...draft.values.map(({ attribute }) => attribute), draft.ifNewer])]
            .filter((slug) => slug !== '')
            .map((slug) => (
              <option key={slug} value={slug}>
                {labelOf(slug)}
              </option>
            ))}
        </select>
      </label>
    </>
  )
}

/** Whether a pane above shows it: all else is shown beside what would be written. */
export const isPlaced = (draft: Draft, { field }: Trouble): boolean => {
  const places = [
    ...PARTS.map(({ name }) => name),
    'match',
    'values',
    ...finishedMatches(draft).flatMap((rows, i) => rows.map(({ attribute }) => `match.${i}.${attribute}`)),
    ...draft.values.map(({ attribute, isConstant }) => `${isConstant ? 'constants' : 'values'}.${attribute}`),
  ]
  return field !== null && places.some((place) => field === `mapping.${place}`)
}
