import { refuse } from '../engine/errors.ts'
import { nearest } from '../schema/nearest.ts'
import { DIGEST } from './definition.ts'

/**
 * Paths of a payload that no log keeps, such as `body.card.number`: names with dots between them, each as it is or, as in
 * expressions, in quotes; `*` is every member.
 */

/** What a payload has. */
const MEMBERS = ['body', 'headers', 'query', 'signed', DIGEST]

/** What holds texts alone, or is one: nothing is below. Others go as deep as their sender likes. */
const DEPTHS: Readonly<Record<string, number>> = { headers: 2, query: 2, signed: 2, [DIGEST]: 1 }

/** What may stand without quotes: what somebody would write elsewhere for more than a name (`card[0]`, `card.0`, `**`) may not. */
const PLAIN = /^(?:\*|[\p{L}_][\p{L}\p{N}_-]*)$/u

/** A name in quotes is a JSON text. */
const NAME = /(?<quoted>"(?:[^"\\]|\\.)*")|(?<plain>[^."]+)/y

const quotedName = (text: string): string | undefined => {
  try {
    return String(JSON.parse(text))
  } catch {
    return undefined
  }
}

interface Parsed {
  readonly names: readonly string[]
  /** Those that stand there without quotes. */
  readonly plain: readonly string[]
}

/** Undefined for what is no such path. */
const parse = (path: string): Parsed | undefined => {
  const names: string[] = []
  const plain: string[] = []
  for (let at = 0; ; at++) {
    NAME.lastIndex = at
    const found = NAME.exec(path)?.groups
    const name = found?.quoted === undefined ? found?.plain : quotedName(found.quoted)
    if (name === undefined) return undefined
    names.push(name)
    if (found?.plain !== undefined) plain.push(name)
    at = NAME.lastIndex
    if (at === path.length) return { names, plain }
    if (path[at] !== '.') return undefined
  }
}

/** Of one that an earlier release has taken as it is, the names are what stands between dots. */
export const namesIn = (path: string): readonly string[] => parse(path)?.names ?? path.split('.')

/** What is wrong with a path, in words that follow "must be a path"; undefined: it can lead to something. */
const problemOf = (path: string): string | undefined => {
  const parsed = parse(path)
  if (!parsed) return 'of names with dots between them, such as body.card.number, each as it is or in quotes'
  const { names, plain } = parsed
  const odd = plain.find((name) => !PLAIN.test(name))
  if (odd !== undefined)
    return `without ${JSON.stringify(odd)}: a list counts as its elements (body.cards.number), and a name that is none of letters, digits, _ and -, or begins with a digit, stands in quotes`
  const [first = '', second] = names
  if (first !== '*' && !MEMBERS.includes(first)) {
    const near = nearest(first, MEMBERS)
    return `that begins with one of ${MEMBERS.join(', ')} and not ${JSON.stringify(first)}${near === undefined ? '' : ` (the nearest is ${near})`}`
  }
  if (first === 'headers' && second !== undefined && second !== second.toLowerCase())
    return `with headers in lower case: headers.${JSON.stringify(second.toLowerCase())}`
  if (first === 'signed' && second !== undefined && !['*', 'id', 'time'].includes(second))
    return 'to signed.id or signed.time'
  const deepest = DEPTHS[first]
  if (deepest !== undefined && names.length > deepest) return `of at most ${deepest} names in ${first}`
  return undefined
}

/**
 * A path that leads nowhere, whatever is delivered, would keep what nobody shall read, without a word.
 * @throws RefusedError invalid_value at the first such path
 */
export const checkRedacted = (paths: readonly string[]): void => {
  for (const [i, path] of paths.entries()) {
    const problem = problemOf(path)
    if (problem !== undefined) throw refuse('invalid_value', ['redact', i], `a path ${problem}`)
  }
}

/** Whether all that stands at the place is redacted. @param place names one inside the other, as an expression reads them */
export const isRedacted = (place: readonly string[], paths: readonly string[]): boolean =>
  paths.map(namesIn).some((names) => names.every((name, i) => place[i] !== undefined && ['*', place[i]].includes(name)))
