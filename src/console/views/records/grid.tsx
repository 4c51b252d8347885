// biome-ignore-all lint/a11y/useSemanticElements: a table cannot leave out rows and keep its height
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { address, hrefOf } from '../../frame/address.ts'
import type { Attribute } from '../../schema/objects.ts'
import { isAlignedRight, isSortable } from '../../values/kinds.ts'
import { nameOf, type StoredRecord } from '../../values/known.ts'
import { Value } from '../../values/shown.tsx'
import { moved } from './grid-keys.ts'
import { besideQuery, ownAttributes, sort, sortNext } from './place.ts'
import type { Rows } from './rows.ts'
import type { Selection } from './selection.ts'
import { ROW, useViewport } from './viewport.ts'

export interface GridProps {
  readonly rows: Rows
  readonly columns: readonly Attribute[]
  readonly selection: Selection
  /** Absent: the key may only read. */
  readonly onEdit?: (record: StoredRecord, attribute: Attribute) => void
  readonly onOpen: (record: StoredRecord) => void
  readonly onFilter: (attribute: Attribute) => void
  readonly label: string
}

const PICK = 40

const widthOf = (attribute: Attribute): number => {
  if (attribute.multiple) return 240
  if (attribute.type === 'checkbox') return 96
  return isAlignedRight(attribute) ? 152 : 184
}

export const isOwn = ({ slug }: Attribute): boolean => ownAttributes.some((one) => one.slug === slug)

const valueIn = (record: StoredRecord, { slug }: Attribute): unknown =>
  slug === 'createdAt' || slug === 'updatedAt' ? record[slug] : record.values[slug]

const SORTED = { asc: 'ascending', desc: 'descending' } as const
const ARROWS = { asc: ' ↑', desc: ' ↓' } as const

const HeaderCell = ({ attribute, onFilter }: Pick<GridProps, 'onFilter'> & { readonly attribute: Attribute }) => {
  const { slug, label } = attribute
  const now = sort.value
  const direction = now?.attribute === slug ? (now.direction ?? 'asc') : undefined
  return (
    <div
      role="columnheader"
      tabIndex={-1}
      aria-sort={direction ? SORTED[direction] : 'none'}
      class={isAlignedRight(attribute) ? 'right' : ''}
    >
      {isSortable(attribute) || isOwn(attribute) ? (
        <button type="button" class="bare" onClick={() => sortNext(slug)}>
          {label}
          {direction && ARROWS[direction]}
        </button>
      ) : (
        <span title="It is sorted by where it has an index: see Schema">{label}</span>
      )}
      <button type="button" class="bare narrow" aria-label={`Filter by ${label}`} onClick={() => onFilter(attribute)}>
        ▾
      </button>
    </div>
  )
}

interface RowProps {
  readonly record: StoredRecord
  readonly index: number
  readonly id: string
  readonly columns: readonly Attribute[]
  readonly isPicked: boolean
  readonly isOpen: boolean
  /** Column with the keyboard, if it is in this row. */
  readonly active: number
  readonly onPick: () => void
  readonly onCell: (column: number) => void
  readonly onEdit?: ((column: number) => void) | undefined
}

const Row = ({ record, index, id, columns, isPicked, isOpen, active, onPick, onCell, onEdit }: RowProps) => (
  <div
    role="row"
    tabIndex={-1}
    aria-rowindex={index + 2}
    aria-selected={isPicked}
    class={`${isPicked ? 'picked' : ''} ${isOpen ? 'open' : ''} ${record.archivedAt ? 'archived' : ''}`}
    style={{ top: `${index * ROW}px` }}
  >
    <div role="gridcell" tabIndex={-1} class="pick">
      <input
        type="checkbox"
        tabIndex={-1}
        checked={isPicked}
        aria-label={`Select ${nameOf(record)}`}
        onChange={onPick}
      />
    </div>
    {columns.map((attribute, i) => (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the grid around it has the keyboard
      <div
        key={attribute.slug}
        id={`${id}-${index}-${i}`}
        role="gridcell"
        tabIndex={-1}
        class={`${isAlignedRight(attribute) ? 'right' : ''} ${active === i ? 'active' : ''}`}
        onClick={() => onCell(i)}
        onDblClick={() => onEdit?.(i)}
      >
        {i === 0 ? (
          <a tabIndex={-1} href={hrefOf(['objects', record.object], besideQuery(record.id))}>
            <Value attribute={attribute} value={valueIn(record, attribute) ?? record.id} />
          </a>
        ) : (
          <Value attribute={attribute} value={valueIn(record, attribute)} />
        )}
      </div>
    ))}
  </div>
)

/** Rows as far as they are known, drawn where one looks. The keyboard goes from cell to cell; F2 or Enter edits one. */
export const Grid = ({ rows, columns, selection, onEdit, onOpen, onFilter, label }: GridProps) => {
  const element = useRef<HTMLDivElement>(null)
  const id = 'grid'
  const { first, last } = useViewport(element)
  const active = useSignal({ row: 0, column: 0 })
  const records = rows.records.value
  const open = address.value.query.record

  useEffect(() => {
    active.value = { row: 0, column: 0 }
    element.current?.scrollTo({ top: 0 })
  }, [rows, active])

  useEffect(() => {
    if (last >= records.length - 2 * (last - first) && !rows.isPaused.peek() && rows.error.peek() === undefined)
      void rows.more()
  }, [rows, records.length, first, last])

  const toggle = (record: StoredRecord | undefined) => record && selection.toggle(record.id)
  const editAt = (row: number, column: number) => {
    const [record, attribute] = [rows.records.peek()[row], columns[column]]
    if (record && attribute && !isOwn(attribute)) onEdit?.(record, attribute)
  }
  const showRow = (row: number) => {
    const { current } = element
    if (!current) return
    const [top, bottom] = [row * ROW, (row + 2) * ROW]
    if (top < current.scrollTop) current.scrollTop = top
    else if (bottom > current.scrollTop + current.clientHeight) current.scrollTop = bottom - current.clientHeight
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== element.current) return
    const { row, column } = active.value
    const page = Math.max(1, Math.floor((element.current?.clientHeight ?? ROW) / ROW) - 2)
    const to = moved(active.value, event, { rows: rows.records.peek().length, columns: columns.length, page })
    const record = rows.records.peek()[row]
    if (to) {
      active.value = to
      showRow(to.row)
    } else if (event.key === ' ') toggle(record)
    else if (event.key === 'F2') editAt(row, column)
    else if (event.key === 'Enter' && record) {
      if (column === 0) onOpen(record)
      else editAt(row, column)
    } else return
    event.preventDefault()
  }

  const template = `${PICK}px ${columns.map((one) => `${widthOf(one)}px`).join(' ')} minmax(0, 1fr)`
  const allKnown = records.length > 0 && records.every(({ id: one }) => selection.has(one))
  return (
    <div
      ref={element}
      class="grid"
      role="grid"
      aria-label={label}
      aria-multiselectable="true"
      aria-rowcount={rows.hasMore.value ? -1 : records.length + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={records.length > 0 ? `${id}-${active.value.row}-${active.value.column}` : undefined}
      tabIndex={0}
      style={{ '--columns': template }}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" class="head">
        <div role="row" tabIndex={-1} aria-rowindex={1}>
          <div role="columnheader" tabIndex={-1} class="pick">
            <input
              type="checkbox"
              aria-label="Select all rows that are loaded"
              checked={allKnown}
              onChange={() => selection.pick(allKnown ? [] : records.map(({ id: one }) => one))}
            />
          </div>
          {columns.map((attribute) => (
            <HeaderCell key={attribute.slug} attribute={attribute} onFilter={onFilter} />
          ))}
        </div>
      </div>
      <div role="rowgroup" class="body" style={{ height: `${records.length * ROW}px` }}>
        {records.slice(first, last).map((record, i) => {
          const index = first + i
          return (
            <Row
              key={record.id}
              record={record}
              index={index}
              id={id}
              columns={columns}
              isPicked={selection.has(record.id)}
              isOpen={open === record.id}
              active={active.value.row === index ? active.value.column : -1}
              onPick={() => selection.toggle(record.id)}
              onCell={(column) => {
                active.value = { row: index, column }
                element.current?.focus({ preventScroll: true })
              }}
              onEdit={onEdit && ((column) => editAt(index, column))}
            />
          )
        })}
      </div>
    </div>
  )
}
