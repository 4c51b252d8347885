import { ImportError } from '../import-error.ts'
import { beginningOf, type Source } from './source.ts'

/** Which bytes are which letters. */

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]

const BEGINNING = 4_096

/** Windows-1252 is Latin-1 but for these, from 0x80 on. TextDecoder of Node 20 does not know them. */
const SPECIAL = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** More are no arguments of one call everywhere. */
const LETTERS_AT_ONCE = 8_192

const latin1 = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += LETTERS_AT_ONCE)
    text += String.fromCharCode(...bytes.subarray(at, at + LETTERS_AT_ONCE))
  return text
}

const windows1252 = (bytes: Uint8Array): string =>
  latin1(bytes).replaceAll(/[\x80-\x9f]/g, (c) => SPECIAL[c.charCodeAt(0) - 0x80] ?? c)

const byMark = (bytes: Uint8Array): Encoding | undefined => {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined
}

/** Of one of the two bytes of UTF-16, at least so large a part is zero: line ends and what stands between cells are, in any language. */
const ZEROS = 0.1

/** Most letters of most languages leave one of the two bytes of UTF-16 empty; a zero now and then is a slip in another encoding. */
const byZeros = (bytes: Uint8Array): Encoding | undefined => {
  const zeros = [0, 0]
  for (const [at, byte] of bytes.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  if (Math.max(even, odd) < (ZEROS * bytes.length) / 2) return undefined
  return even > odd ? 'utf-16be' : 'utf-16le'
}

/** What people take for a table, by its first bytes. Pages are saved as workbooks, with the name of one. */
const NO_TABLES: Readonly<Record<string, readonly string[]>> = {
  'a workbook or an archive': ['PK\x03\x04'],
  'a workbook of an older kind': ['\xd0\xcf\x11\xe0'],
  'a PDF': ['%PDF-'],
  'a page': ['<!doctype', '<html', '<table', '<?xml'],
}

/** @throws ImportError for what is no table at all */
const requireTable = (bytes: Uint8Array, name: string) => {
  const text = latin1(bytes.subarray(byMark(bytes) === 'utf-8' ? 3 : 0, 64)).trimStart()
  const isSo = (beginning: string) => [text, text.toLowerCase()].some((one) => one.startsWith(beginning))
  const [what] = Object.entries(NO_TABLES).find(([, beginnings]) => beginnings.some(isSo)) ?? []
  if (what !== undefined) throw new ImportError(`${name} is ${what}, and no CSV: save it as CSV, and import that.`)
}

/** UTF-8 where all of it is; Windows-1252 where nothing beyond ASCII is. What is both was put together from two. */
const byContent = async (source: Source): Promise<Encoding> => {
  const decoder = new TextDecoder('utf-8')
  let wrong = 0
  let right = 0
  for await (const chunk of source.bytes()) {
    const text = decoder.decode(chunk, { stream: true })
    for (const [letter] of text.matchAll(/\P{ASCII}/gu)) letter === '\ufffd' ? wrong++ : right++
  }
  if (decoder.decode().length > 0) wrong++
  if (wrong > 0 && right > 0)
    throw new ImportError(
      `${source.name} is neither UTF-8 nor Windows-1252 throughout: say which it is with --encoding (${encodings.join(', ')}).`,
    )
  return wrong > 0 ? 'windows-1252' : 'utf-8'
}

/** @throws ImportError where it cannot be told */
export const encodingOf = async (source: Source): Promise<Encoding> => {
  const beginning = await beginningOf(source, BEGINNING)
  requireTable(beginning, source.name)
  return byMark(beginning) ?? byZeros(beginning) ?? byContent(source)
}

/** Without the mark of its order of bytes. @throws ImportError where it is in another encoding */
export async function* textOf(source: Source, encoding: Encoding): AsyncGenerator<string> {
  if (encoding === 'windows-1252') {
    for await (const chunk of source.bytes()) yield windows1252(chunk)
    return
  }
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: false })
  try {
    for await (const chunk of source.bytes()) yield decoder.decode(chunk, { stream: true })
    yield decoder.decode()
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new ImportError(
      `${source.name} is no text in ${encoding}: say which encoding it has with --encoding, or save it as CSV in UTF-8.`,
      { cause },
    )
  }
}
