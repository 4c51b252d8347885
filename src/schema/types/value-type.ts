import type { Attribute } from '../attribute.ts'
import type { Parsed, Scalar, Value } from '../value.ts'

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
  parse(input: unknown, attribute: Attribute): Parsed<Value>
  /** Compares as SQLite compares the stored form, so an order on it is meaningful. */
  readonly sortable: boolean
}

/** A value of a matchable type is a scalar. */
export const isScalar = (value: Value): value is Scalar => typeof value !== 'object'
