import type { Attribute, Scalar } from '../../schema/schema.ts'

/** What a filter may consist of: each condition is looked up in each record that a query walks past. */
export const filterLimits = {
  /** and, or, not inside each other. */
  depth: 5,
  /** Conditions of one filter: the leaves of the tree. */
  conditions: 20,
  /** Values of all conditions of one filter. */
  values: 1_000,
} as const

/** A filter held against the schema: a plain value. Every question has a yes or a no; what is not set answers no. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | Leaf
  | Search

/** What is searched for: records that have, for each of these, a word that begins so. */
export interface Search {
  readonly kind: 'words'
  /** Attributes whose words count, all together. */
  readonly attributes: readonly string[]
  /** Folded, the longest first; none of them begins with another. */
  readonly prefixes: readonly string[]
  /** All of them, as they are: who has more of these words comes first. */
  readonly words: readonly string[]
  /** The same as the prefixes, digits in groups being one number: if there is such a number, that is looked for instead. */
  readonly grouped?: readonly string[]
}

/** One question about one thing. `ne`, `not_in` and `not_exists` are the others with a "not" around them. */
export interface Leaf {
  readonly kind: 'leaf'
  readonly subject: Subject
  readonly test: Test
}

/** What is asked about. Of an attribute with several values, one that answers yes is enough. */
export type Subject =
  | { readonly kind: 'attribute'; readonly attribute: Attribute }
  /** An attribute of the records that a relation points at. */
  | { readonly kind: 'related'; readonly relation: Attribute; readonly object: string; readonly attribute: Attribute }
  | { readonly kind: 'id' | 'createdAt' | 'updatedAt' }

/** Operands are normal forms, as keys hold them; of times, milliseconds since 1970. */
export type Test =
  | { readonly kind: 'in'; readonly values: readonly Scalar[] }
  | ({ readonly kind: 'range' } & Range)
  | { readonly kind: 'part'; readonly text: string }
  | { readonly kind: 'exists' }

export interface Bound {
  readonly value: string | number
  readonly inclusive: boolean
}

export interface Range {
  readonly from?: Bound
  readonly to?: Bound
}

const LAST_CHARACTER = 0x10ffff

/** The next character; the surrogates are none. */
const successor = (codePoint: number): string => String.fromCodePoint(codePoint === 0xd7ff ? 0xe000 : codePoint + 1)

/**
 * "Starts with" as a range: up to the first text behind all that begin with the prefix. A last character has no successor,
 * so the one before it moves on; there is no end where nothing lies behind.
 */
export const prefixRange = (prefix: string): Range => {
  const codePoints = Array.from(prefix, (character) => character.codePointAt(0) ?? LAST_CHARACTER)
  const last = codePoints.findLastIndex((codePoint) => codePoint < LAST_CHARACTER)
  const moved = codePoints[last]
  const from = { value: prefix, inclusive: true }
  if (moved === undefined) return { from }
  const end = String.fromCodePoint(...codePoints.slice(0, last)) + successor(moved)
  return { from, to: { value: end, inclusive: false } }
}

/** As SQLite orders texts (by their bytes in UTF-8, which is by code points) and numbers. */
export const compare = (a: string | number, b: string | number): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [Array.from(String(a)), Array.from(String(b))]
  for (const [i, character] of left.entries()) {
    const other = right[i]
    if (other === undefined) return 1
    if (character !== other) return (character.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0)
  }
  return left.length - right.length
}
