import { hookLimits } from './definition.ts'
import type { MappingInput } from './mapping-input.ts'
import { isRedacted, namesIn } from './redacted-path.ts'

/** What is kept of a delivery, and what never is. */

/** The rest of a path behind the names that were followed, with how many of these there were. */
interface Rest {
  readonly names: readonly string[]
  readonly at: number
}

/**
 * Where all paths are after the same members of a payload. What comes next is found out once, so following them costs the
 * same for each value, however many paths there are.
 */
class Followed {
  readonly #rests: readonly Rest[]
  readonly #named = new Map<string, Followed | undefined>()
  #others: Followed | undefined
  #elements: Followed | undefined
  readonly isEmpty: boolean
  /** A path ends here: what stands here is not kept. */
  readonly isEnd: boolean

  constructor(rests: readonly Rest[]) {
    this.#rests = rests
    this.isEmpty = rests.length === 0
    this.isEnd = rests.some(({ names, at }) => at === names.length)
    for (const { names, at } of rests) {
      const name = names[at]
      if (name !== undefined && name !== '*') this.#named.set(name, undefined)
    }
  }

  #behind(isMeant: (name: string | undefined) => boolean): readonly Rest[] {
    return this.#rests.flatMap(({ names, at }) => (isMeant(names[at]) ? { names, at: at + 1 } : []))
  }

  /** In the member of this name. */
  member(name: string): Followed {
    if (!this.#named.has(name)) {
      this.#others ??= new Followed(this.#behind((next) => next === '*'))
      return this.#others
    }
    const known = this.#named.get(name)
    if (known) return known
    const found = new Followed(this.#behind((next) => next === '*' || next === name))
    this.#named.set(name, found)
    return found
  }

  /** In the elements of a list. It counts as these, and they are its members to a `*`: either may be meant. */
  elements(): Followed {
    if (!this.#elements) {
      const all = [...this.#rests, ...this.#behind((next) => next === '*')]
      this.#elements = new Followed([
        ...new Map(all.map((rest) => [JSON.stringify(rest.names.slice(rest.at)), rest])).values(),
      ])
    }
    return this.#elements
  }
}

class TooLong extends Error {}

/**
 * Copies a payload without what the paths name. Characters are counted on the way and it ends when they are too many: what it
 * costs depends on what can be kept, and not on what was sent.
 */
class Redaction {
  #left: number

  /** @param characters that it may come to */
  constructor(characters: number) {
    this.#left = characters
  }

  /** As many as the text has at least; the rest of it is measured in the end. @throws TooLong */
  #count(characters: number): void {
    this.#left -= characters
    if (this.#left < 0) throw new TooLong()
  }

  copy(value: unknown, followed: Followed): unknown {
    if (followed.isEmpty) return value
    if (typeof value !== 'object' || value === null) {
      this.#count(typeof value === 'string' ? value.length : 1)
      return value
    }
    this.#count(2)
    return Array.isArray(value) ? this.#list(value, followed.elements()) : this.#object(value, followed)
  }

  #list(list: readonly unknown[], elements: Followed): unknown[] {
    return elements.isEnd ? [] : list.map((element) => this.copy(element, elements))
  }

  #object(object: object, followed: Followed): unknown {
    const kept: [string, unknown][] = []
    for (const [name, inner] of Object.entries(object)) {
      const member = followed.member(name)
      if (member.isEnd) continue
      this.#count(name.length)
      kept.push([name, this.copy(inner, member)])
    }
    return Object.fromEntries(kept)
  }
}

const followedOf = (paths: readonly string[]): Followed =>
  new Followed(paths.map((path) => ({ names: namesIn(path), at: 0 })))

const redacted = (input: MappingInput, paths: readonly string[]): unknown =>
  paths.length === 0 ? input : new Redaction(hookLimits.payloadCharacters).copy(input, followedOf(paths))

/**
 * A delivery as expressions see it, without what the paths name: what they come to by this alone can be shown to whoever may
 * not read what is redacted, however they are written.
 */
export const withoutRedacted = <Input extends MappingInput>(input: Input, paths: readonly string[]): MappingInput => {
  if (paths.length === 0) return input
  const { body, headers, query, signed, digest } = input
  const isKept = (...place: readonly string[]) => !isRedacted(place, paths)
  const kept = (name: string, texts: object) =>
    Object.fromEntries(Object.entries(texts).filter(([member]) => isKept(name, member)))
  return {
    body: isKept('body') ? new Redaction(Number.POSITIVE_INFINITY).copy(body, followedOf(paths).member('body')) : null,
    headers: kept('headers', headers),
    query: kept('query', query),
    ...(signed && { signed: kept('signed', signed) }),
    ...(digest !== undefined && isKept('digest') && { digest }),
  }
}

/**
 * What is kept of a delivery, as text; null where it is too long to be kept.
 * @param redact paths (`redacted-path.ts`) such as `body.card.number`; `*` stands for every member, and a list counts as its elements
 */
export const keptPayload = (input: MappingInput, redact: readonly string[]): string | null => {
  try {
    const text = JSON.stringify(redacted(input, redact))
    return text.length <= hookLimits.payloadCharacters ? text : null
  } catch (error) {
    if (error instanceof TooLong) return null
    throw error
  }
}
