import { v5 } from 'uuid'
import type { StoredRecord } from '../../engine/record.ts'
import { firstTextIn, textsIn } from '../kit/read-back.ts'

/** Several addresses of one kind, of which one is the primary: where they are kept and how an item looks. */
export interface AddressBook {
  /** Field with the whole list. */
  readonly listName: string
  /** Field with the primary address alone, and its value_type. */
  readonly primary?: { readonly name: string; readonly valueType: string }
  /** Member of an item that holds the address. */
  readonly item: 'email' | 'phone_number' | 'domain_name'
  /** What an item may be enveloped as. */
  readonly valueTypes: readonly string[]
  /** Attribute with the addresses, the primary first; or with the primary alone, when `rest` has the others. */
  readonly slug: string
  readonly rest?: string
  /** Attribute with the labels, each as `<address>\t<label>`. Items of a book with labels have an id too. */
  readonly labels?: string
}

export const emails: AddressBook = {
  listName: 'contact_emails',
  primary: { name: 'primary_email', valueType: 'email' },
  item: 'email',
  valueTypes: ['contact_email', 'email', 'string'],
  slug: 'emails',
  labels: 'email_labels',
}

export const phones: AddressBook = {
  listName: 'contact_phone_numbers',
  primary: { name: 'primary_phone_number', valueType: 'phone_number' },
  item: 'phone_number',
  valueTypes: ['contact_phone_number', 'phone_number', 'string'],
  slug: 'phone_number',
  rest: 'other_phone_numbers',
  labels: 'phone_labels',
}

export const domains: AddressBook = {
  listName: 'domains',
  item: 'domain_name',
  valueTypes: ['account_domain', 'string'],
  slug: 'domains',
}

/** The form in which two spellings of an address are equal. */
export const comparable = (address: string): string => address.trim().toLowerCase()

export const addressesOf = (record: StoredRecord, book: AddressBook): readonly string[] => [
  ...textsIn(record, book.slug),
  ...(book.rest ? textsIn(record, book.rest) : []),
]

/** Other contracts keep other numbers without a first one; then none of them is the primary. */
export const primaryOf = (record: StoredRecord, book: AddressBook): string | null => firstTextIn(record, book.slug)

const storedLabels = (record: StoredRecord, book: AddressBook, address: string): readonly string[] => {
  const start = `${comparable(address)}\t`
  const all = book.labels ? textsIn(record, book.labels) : []
  return all.filter((entry) => entry.startsWith(start)).map((entry) => entry.slice(start.length))
}

/** Items as they are answered. Their ids are UUIDs of the record and the address, so they stay as long as both. */
export const bookItems = (record: StoredRecord, book: AddressBook): readonly object[] => {
  const primary = primaryOf(record, book)
  return addressesOf(record, book).map((address) => ({
    ...(book.labels && { id: v5(address, record.id) }),
    [book.item]: address,
    is_primary: address === primary,
    ...(book.labels && { labels: storedLabels(record, book, address) }),
  }))
}
