import type { ComponentChildren } from 'preact'
import { hrefOf } from '../frame/address.ts'
import type { Attribute } from '../schema/objects.ts'
import { nameOfMember, nameOfRecord } from './known.ts'
import { date, money, number, time } from './locale.ts'

/** Values as people read them. */

const currency = (value: unknown): string => {
  const { amount, code } = value as { readonly amount?: unknown; readonly code?: unknown }
  return typeof amount === 'number' ? money(amount, typeof code === 'string' ? code : undefined) : JSON.stringify(value)
}

const one = (attribute: Attribute, value: unknown): string => {
  const { type, options } = attribute
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (typeof value === 'number') return number(value)
  if (typeof value === 'object' && value !== null) return currency(value)
  const text = String(value)
  if (type === 'date') return date(text)
  if (type === 'datetime') return time(text)
  if (type === 'user') return nameOfMember(text)
  if (type === 'relation') return nameOfRecord(text)
  return options.find(({ id }) => id === text)?.value ?? text
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]

/** @returns an empty text for what is not set */
export const textOf = (attribute: Attribute, value: unknown): string =>
  listOf(value)
    .map((element) => one(attribute, element))
    .join(', ')

const shown = (attribute: Attribute, value: unknown): ComponentChildren => {
  const text = one(attribute, value)
  if (attribute.type !== 'relation') return text
  return (
    <a href={hrefOf(['objects', attribute.related ?? '', String(value)])} tabIndex={-1}>
      {text}
    </a>
  )
}

/** A value in a line: lists as chips, relations as links, nothing as nothing. */
export const Value = ({ attribute, value }: { readonly attribute: Attribute; readonly value: unknown }) => {
  const list = listOf(value)
  if (!attribute.multiple) return list.length === 0 ? null : shown(attribute, list[0])
  return list.map((element) => (
    <span key={String(element)} class="chip">
      {shown(attribute, element)}
    </span>
  ))
}
