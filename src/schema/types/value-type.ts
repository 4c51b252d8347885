import type { Parsed, Scalar, Value } from '../value.ts'

/** One choice of a select, multiselect or status attribute. Records store the id, so a choice may be renamed. */
export interface Option {
  readonly id: string
  readonly value: string
  readonly color?: string
  /** Values that are stored stay as they are; new ones are refused. */
  readonly archived?: true
}

/** What a type is told of the attribute that it parses a value of. */
export interface TypeSettings {
  readonly options: readonly Option[]
  readonly related?: string
  /** Of phone numbers: ISO 3166 code of the country whose national forms are meant; absent where none is. */
  readonly country?: string
}

/** One kind of value. Lists are not the type's business: an attribute with several values parses each element. */
export interface ValueType {
  readonly name: string
  /** What the value looks like, for error messages and the documentation. */
  readonly describes: string
  /** Can stand in a match key. Compound values cannot. */
  readonly matchable: boolean
  /** Can be declared unique. */
  readonly uniqueable: boolean
  /** Always a list, whatever the attribute says. */
  readonly alwaysMultiple?: true
  /** Validates and normalises one element. Never called with null. */
  parse(input: unknown, attribute: TypeSettings): Parsed<Value>
  /**
   * What keys hold instead of a parsed value: equal for all spellings of one thing. Absent where a value is its own.
   * @throws NotLoadedError
   */
  normalForm?(value: Scalar, attribute: TypeSettings): Scalar
  /** Compares as SQLite compares the stored form, so an order on it is meaningful. */
  readonly sortable: boolean
  /** Compares as a number; of a currency, its amount. */
  readonly numeric?: true
  /** Of texts: how a part of one is written in keys, so that case and spelling count in it as little as in the whole. */
  fragment?(text: string): string
}

/** Can have key rows: to be matched by, or to be found by a range of its amounts. */
export const isIndexable = (type: ValueType, multiple: boolean): boolean =>
  type.matchable || (type.numeric === true && !multiple)

/** A value of a matchable type is a scalar. */
export const isScalar = (value: Value): value is Scalar => typeof value !== 'object'
