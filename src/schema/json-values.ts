/**
 * What of JSON no schema and no database should have to think of. One rule for all: a body that is read, the cells of a file
 * before they are sent, and the client, which imports nothing of the server but this.
 */

export const NESTING_LIMIT = 16

const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** How they are told, and what to do; a part of the error table (engine/errors.ts). */
export const jsonFaults = {
  too_deep: { text: 'The body is nested deeper than {detail} levels.', fix: 'Flatten the value.' },
  unsafe_value: {
    text: 'cannot be taken: {detail}.',
    fix: 'Remove NUL characters, lone surrogates, reserved names and numbers beyond the safe integers.',
  },
} as const

export interface JsonFault {
  readonly code: keyof typeof jsonFaults
  /** Empty: the value itself. */
  readonly path: readonly (string | number)[]
  readonly detail: string
}

const textFault = (text: string): string | undefined => {
  if (text.includes('\u0000')) return 'it has a NUL character'
  return text.isWellFormed() ? undefined : 'it has half a surrogate pair'
}

/** What JSON has no number for (NaN) it would have null for, which clears a value. */
const numberFault = (value: number): string | undefined =>
  Math.abs(value) <= Number.MAX_SAFE_INTEGER
    ? undefined
    : `numbers must lie between -${Number.MAX_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`

/** Where the walk is: one list for all of it, since a text for every place would cost more than the checks. */
type Path = (string | number)[]

const faultAt = (path: Path, detail: string | undefined): JsonFault | undefined =>
  detail === undefined ? undefined : { code: 'unsafe_value', path: [...path], detail }

const walk = (value: unknown, path: Path, depth: number, escapes: boolean): JsonFault | undefined => {
  if (typeof value === 'number') return faultAt(path, numberFault(value))
  if (typeof value === 'string') return escapes ? faultAt(path, textFault(value)) : undefined
  if (value === null || typeof value !== 'object') return undefined
  if (depth >= NESTING_LIMIT) return { code: 'too_deep', path: [...path], detail: String(NESTING_LIMIT) }
  if (Array.isArray(value)) {
    // Of a batch the place of the item; within an item the attribute says enough.
    const isBatch = depth === 0
    for (let i = 0; i < value.length; i++) {
      if (isBatch) path.push(i)
      const fault = walk(value[i], path, depth + 1, escapes)
      if (fault) return fault
      if (isBatch) path.pop()
    }
    return undefined
  }
  for (const name of Object.keys(value)) {
    path.push(name)
    const fault =
      (RESERVED.has(name) ? faultAt(path, 'the name is reserved') : undefined) ??
      (escapes ? faultAt(['a name'], textFault(name)) : undefined) ??
      walk((value as Record<string, unknown>)[name], path, depth + 1, escapes)
    if (fault) return fault
    path.pop()
  }
  return undefined
}

/**
 * The first thing for which the server refuses a value.
 * @param depth how deep in its body the value stands: an item of a batch 1, a value of an attribute of it 3
 * @param escapes whether there may be texts that only an escape can bring into JSON; without, they need no look
 */
export const jsonFaultOf = (value: unknown, depth = 0, escapes = true): JsonFault | undefined =>
  walk(value, [], depth, escapes)
