import { refuse } from '../engine/errors.ts'
import type { Signing } from '../hooks/schemes.ts'

/**
 * Where in its headers a sender has its signature, and what this is of: each in a place of its own that a header can have.
 * One description that breaks this would have every delivery rejected, or now and then one.
 */

const AT = ['verification', 'signing'] as const

const mustBe = (path: readonly string[], what: string) => refuse('invalid_value', [...AT, ...path], what)

/** @throws RefusedError invalid_value for a name that no client could send */
export const checkHeaderNames = (names: readonly string[], at: readonly string[]): void => {
  const odd = names.find((name) => !/^[\w!#$%&'*+.^`|~-]+$/.test(name))
  if (odd !== undefined)
    throw refuse('invalid_value', at, `a name that a header can have, and not ${JSON.stringify(odd)}`)
}

/**
 * A signature cannot be of itself; and of an id that is the time, two messages of one second would be one.
 * @throws RefusedError invalid_value
 */
export const checkPlaces = ({ header, id = [], time }: Signing): void => {
  const taken = new Map<string, string>()
  const places = [
    ['header', header, 'the signature'],
    ['id', id, 'the id'],
    ['time.header', time?.header ?? [], 'the time'],
  ] as const
  for (const [place, names, what] of places) {
    const path = place.split('.')
    checkHeaderNames(names, [...AT, ...path])
    const found = names.find((name) => (taken.get(name.toLowerCase()) ?? what) !== what)
    if (found !== undefined)
      throw mustBe(path, `other headers than ${found}, which has ${taken.get(found.toLowerCase())}`)
    for (const name of names) taken.set(name.toLowerCase(), what)
  }
}

/** What a header can have and everybody reads as the same text. */
const PLAIN = /^[ -~]*$/

/** @throws RefusedError invalid_value for how no part of a header can begin */
const checkPrefix = (text: string, path: readonly string[], separator: Signing['separator']): void => {
  if (separator !== undefined && text.includes(separator))
    throw mustBe(path, `a text without ${JSON.stringify(separator)}, which separates the parts`)
  if (text !== text.trimStart()) throw mustBe(path, 'a text without blanks in front')
  if (!PLAIN.test(text)) throw mustBe(path, 'a text of ASCII, without tabs and line breaks')
}

/** What a signature begins with. */
const SIGNATURE = { hex: /^[\da-f]*$/i, base64: /^[\w+/]*$/ } as const
/** What a time begins with. */
const TIME = { seconds: /^\d*$/, milliseconds: /^\d*$/, iso: /^[\dTZ:.+-]*$/ } as const

/** Whether a part can begin as both: that is of the longer prefix, and the other's own text may begin with the rest of that. */
const isEither = ({ prefix, encoding }: Signing, before: string, unit: keyof typeof TIME): boolean => {
  if (before.startsWith(prefix)) return SIGNATURE[encoding].test(before.slice(prefix.length))
  return prefix.startsWith(before) && TIME[unit].test(prefix.slice(before.length))
}

/**
 * The parts of the signature's header can be told apart.
 * @throws RefusedError required, invalid_value
 */
export const checkParts = (signing: Signing): void => {
  const { separator, prefix, time } = signing
  checkPrefix(prefix, ['prefix'], separator)
  if (time?.prefix === undefined) return
  checkPrefix(time.prefix, ['time', 'prefix'], separator)
  if (time.header) throw mustBe(['time', 'prefix'], 'absent where the time has a header of its own')
  if (separator === undefined)
    throw refuse('required', [...AT, 'separator'], ': the header has the signature and the time, so it has parts')
  if (isEither(signing, time.prefix, time.unit))
    throw mustBe(['time', 'prefix'], 'a text that no part with a signature begins with, and the other way round')
}
