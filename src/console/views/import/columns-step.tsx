import { changeQuery } from '../../frame/address.ts'
import { attributesOf, objectNamed } from '../../schema/objects.ts'
import { wholeNumber } from '../../values/locale.ts'
import { attributeIn, type ColumnChoice, isLeftOut } from './choices.ts'
import { ColumnSettings } from './column-settings.tsx'
import type { Importing } from './importing.ts'
import { BadRows } from './row-list.tsx'

/** Which column is which attribute, how its cells are read, and those that cannot be. */

const SAMPLES = 3

const LEAVE = ' '

interface ColumnProps {
  readonly one: Importing
  readonly name: string
}

const samplesOf = (one: Importing, name: string): string => {
  const at = one.names.value.indexOf(name)
  const cells = one.opened.value?.first.map(({ cells }) => cells[at] ?? '') ?? []
  return [...new Set(cells.filter((cell) => cell.trim() !== ''))].slice(0, SAMPLES).join(' · ')
}

const Target = ({ one, name }: ColumnProps) => {
  const { target } = one.choices.value.columns[name] ?? {}
  const choose = (value: string) =>
    one.chooseColumn(name, value === '' ? {} : { target: value === LEAVE ? null : value })
  return (
    <select
      aria-label={`Attribute of ${name}`}
      value={target === null || (target === undefined && isLeftOut(name)) ? LEAVE : (target ?? '')}
      onChange={(event) => void choose(event.currentTarget.value)}
    >
      {!isLeftOut(name) && <option value="">Choose…</option>}
      <option value={LEAVE}>Leave out</option>
      {attributesOf(one.object).map(({ slug, label }) => (
        <option key={slug} value={slug}>
          {label}
        </option>
      ))}
    </select>
  )
}

const Verdict = ({ one, name }: ColumnProps) => {
  if (one.colliding.value.includes(name))
    return <strong class="danger">Two columns are this attribute, which has one value</strong>
  const judged = one.judged.value?.columns.find((column) => column.name === name)
  if (!judged || one.undecided.value.includes(name)) return null
  const { cells, bad, doubt } = judged
  if (doubt)
    return (
      <strong class="danger">
        Line {doubt.line}: of “{doubt.text}”{' '}
        {doubt.flag === '--decimal' ? 'either sign may be the decimal one' : 'either number may be the day'}, and no
        other cell tells. Say how it is read.
      </strong>
    )
  return (
    <>
      {wholeNumber(cells)} {cells === 1 ? 'cell' : 'cells'}
      {bad > 0 && <strong class="danger">, {wholeNumber(bad)} cannot be read</strong>}
    </>
  )
}

const Column = ({ one, name }: ColumnProps) => {
  const choice: ColumnChoice = one.choices.value.columns[name] ?? {}
  const attribute = attributeIn(one.object, choice)
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="sample">{samplesOf(one, name)}</td>
      <td>
        <Target one={one} name={name} />
      </td>
      <td class="verdict">
        <Verdict one={one} name={name} />
      </td>
      <td>
        {attribute && (
          <ColumnSettings
            name={name}
            attribute={attribute}
            choice={choice}
            related={objectNamed(attribute.related ?? '')}
            told={one.judged.value?.columns.find((column) => column.name === name)?.told}
            onChange={(changes) => void one.chooseColumn(name, { ...choice, ...changes })}
          />
        )}
      </td>
    </tr>
  )
}

const Rules = ({ one }: { readonly one: Importing }) => (
  <div class="bar">
    <label class="choice">
      An empty cell
      <select
        value={one.choices.value.empty ?? 'keep'}
        onChange={(event) => void one.choose({ empty: event.currentTarget.value })}
      >
        <option value="keep">says nothing: what is stored stays</option>
        <option value="clear">clears what is stored</option>
      </select>
    </label>
    <label class="choice">
      A cell that cannot be read
      <select
        value={one.choices.value.onBadCell ?? 'skip-row'}
        onChange={(event) => void one.choose({ onBadCell: event.currentTarget.value })}
      >
        <option value="skip-row">refuses its row</option>
        <option value="skip-cell">is left out, and its row is in</option>
      </select>
    </label>
  </div>
)

export const ColumnsStep = ({ one }: { readonly one: Importing }) => {
  const names = one.names.value.filter((name) => name !== '')
  const open = one.undecided.value
  const leaveOut = () =>
    one.choose({
      columns: {
        ...one.choices.peek().columns,
        ...Object.fromEntries(open.map((name) => [name, { target: null }])),
      },
    })
  return (
    <>
      {one.isRemembered.value && (
        <p class="quiet">Mapped as the last file with these columns, which this browser has remembered.</p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="wide" tabIndex={0} aria-label="Columns">
        <table class="mapping">
          <thead>
            <tr>
              <th>Column</th>
              <th>Cells</th>
              <th>Attribute</th>
              <th>What is found</th>
              <th>How it is read, and written</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <Column key={name} one={one} name={name} />
            ))}
          </tbody>
        </table>
      </section>
      <Rules one={one} />
      <div class="bar">
        <button
          type="button"
          class="primary"
          disabled={!one.areColumnsClear.value}
          onClick={() => changeQuery({ step: 'match' })}
        >
          On to matching
        </button>
        {open.length > 0 && (
          <button type="button" onClick={() => void leaveOut()}>
            Leave out {open.length === 1 ? open[0] : `the ${open.length} that are not chosen`}
          </button>
        )}
        {one.isJudging.value && <span role="status">Judging every cell…</span>}
      </div>
      {one.judged.value && <BadRows one={one} key={one.judgings.value} />}
    </>
  )
}
