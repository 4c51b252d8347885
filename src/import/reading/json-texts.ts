import { ImportError } from '../import-error.ts'

/** The values of a file one by one, each as its text: of an array its elements, else the lines. Nothing is read ahead. */

export interface JsonText {
  readonly text: string
  /** On which it begins, counted from 1. */
  readonly line: number
}

/** A longer value has most likely a quotation mark or a bracket that is not closed. */
const LONGEST = 4_000_000

/** @throws ImportError for what is longer than any record */
const requireSize = (length: number, line: number, name: string) => {
  if (length > LONGEST)
    throw new ImportError(`${name}, line ${line}: what begins here does not end within ${LONGEST} characters.`)
}

/** Lines that are not empty. */
export async function* lineTexts(parts: AsyncIterable<string>, name: string): AsyncGenerator<JsonText> {
  let kept = ''
  let line = 1
  for await (const part of parts) {
    const lines = (kept + part).split('\n')
    kept = lines.pop() ?? ''
    requireSize(kept.length, line, name)
    for (const text of lines) {
      if (text.trim() !== '') yield { text, line }
      line++
    }
  }
  if (kept.trim() !== '') yield { text: kept, line }
}

/** What brackets and quotation marks say of where in an array a letter stands. */
class Place {
  depth = 0
  #isQuoted = false
  #isEscaped = false

  /** @returns whether the letter parts elements of the outermost array, or ends it */
  pass(letter: string): boolean {
    if (this.#isQuoted) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (letter === '\\') this.#isEscaped = true
      else if (letter === '"') this.#isQuoted = false
      return false
    }
    if (letter === '"') this.#isQuoted = true
    else if (letter === '[' || letter === '{') this.depth++
    else if (letter === ']' || letter === '}') return --this.depth === 0
    return letter === ',' && this.depth === 1
  }
}

/** Elements of an array. @throws ImportError where it does not end, or something stands behind it */
export async function* elementTexts(parts: AsyncIterable<string>, name: string): AsyncGenerator<JsonText> {
  const place = new Place()
  let kept = ''
  let line = 1
  let begin = 1
  let isBegun = false
  let isOver = false
  for await (const part of parts) {
    let from = 0
    for (let at = 0; at < part.length; at++) {
      const letter = part[at] ?? ''
      if (letter === '\n') line++
      if (letter.trim() === '') continue
      if (isOver) throw new ImportError(`${name}, line ${line}: something stands behind the end of its array.`)
      if (!isBegun) {
        place.pass(letter)
        isBegun = true
        from = at + 1
        begin = 0
        continue
      }
      if (begin === 0) begin = line
      if (!place.pass(letter)) continue
      const text = kept + part.slice(from, at)
      isOver = place.depth === 0
      // An empty array has no element, and none stands behind a last comma.
      if (!isOver || text.trim() !== '') yield { text, line: begin }
      kept = ''
      from = at + 1
      begin = 0
    }
    if (isBegun) kept += part.slice(from)
    requireSize(kept.length, begin, name)
  }
  if (!isOver) throw new ImportError(`${name} ends before its array does: it is not all there.`)
}
