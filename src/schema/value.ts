/** A value as it is stored and returned: plain JSON, already normalised by its type. */
export type Scalar = string | number | boolean
export type Compound = { readonly [part: string]: string | number }
export type Value = Scalar | Compound | readonly (Scalar | Compound)[]

/**
 * A value as a record holds it: in an array, so that a patch replaces it whole. Where its normal form differs, that
 * stands behind it, of a list a list of them: the first element is what is shown, keys are made from the last.
 */
export type StoredValue = readonly [value: Value, normalForm?: Value]

/** The elements of a list; of any other value, itself. */
export const elementsOf = (value: Value): readonly (Scalar | Compound)[] =>
  Array.isArray(value) ? value : [value as Scalar | Compound]

/** Why a value was not taken. The code stands in the error table (engine/errors.ts), `detail` completes its sentence. */
export interface ValueProblem {
  readonly code: 'wrong_type' | 'invalid_value' | 'too_long' | 'out_of_range' | 'unknown_option' | 'too_many_values'
  readonly detail: string
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: ValueProblem }

export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value })

export const rejected = (code: ValueProblem['code'], detail: string): Parsed<never> => ({
  ok: false,
  problem: { code, detail },
})

/** How a JSON value is called in a message: `null`, `array`, `object`, `string`, `number` or `boolean`. */
export const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value

/**
 * The text of a match key, equal to what the assert program derives from the stored value
 * (migrations/0002_assert.sql, stage 3): strings as they are, numbers as JSON, booleans as 1 and 0.
 */
export const keyText = (value: Scalar): string =>
  typeof value === 'string' ? value : typeof value === 'boolean' ? (value ? '1' : '0') : JSON.stringify(value)

/** The text of the key of a combination: the JSON array of its parts. */
export const combinationKeyText = (parts: readonly Scalar[]): string => JSON.stringify(parts)
