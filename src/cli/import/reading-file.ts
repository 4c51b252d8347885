import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { isOfRefused } from '../../import/mapping.ts'
import { type ImportOptions, optionOf } from '../../import/options.ts'
import { keptNames, optionsSaid, type Reading, readingSaid, withReading } from '../../import/reading-said.ts'
import { UsageError } from '../exit-errors.ts'
import { readJson, writeJson } from '../files.ts'
import { quoted } from '../next-command.ts'
import { note } from '../output.ts'
import { stateFolder, sweep } from './state.ts'

/** How the columns of a file are read, kept: in a file of the user's own, or of the last import of a file with the same columns. */

/** The options by their names; those that may be said of one column are lists of `Column=value`. */
const reading = z.strictObject(
  Object.fromEntries(
    keptNames.map((name) => [name, (optionOf(name).many ? z.array(z.string()) : z.string()).optional()]),
  ),
)

/** @throws UsageError for what is no such file */
export const readReading = (path: string): Reading => {
  const read = reading.safeParse(readJson(path))
  if (read.success) return readingSaid({ object: '', ...(read.data as Reading) })
  const [issue] = read.error.issues
  const where = issue?.path.join('.') ?? ''
  throw new UsageError(
    `--mapping: ${path}${where === '' ? '' : `, ${where}`}: ${issue?.message}. It has what --save-mapping writes: ${keptNames.join(', ')}.`,
  )
}

const isReading = (path: string): boolean => {
  try {
    readReading(path)
    return true
  } catch {
    return false
  }
}

/** @throws UsageError for a file that is there and something else */
export const requireNoOther = (path: string): void => {
  if (existsSync(path) && !isReading(path))
    throw new UsageError(`--save-mapping: ${path} is there, and is no mapping: name another file, or remove it.`)
}

export const writeReading = (path: string, kept: Reading): void => writeJson(path, kept)

/** A year: what comes every January is known again. */
const KEPT_MS = 400 * 86_400_000

/** Of a file of refused rows, that of the file that they are from. */
const pathOf = (object: string, columns: readonly string[]): string => {
  const header = JSON.stringify([object, columns.filter((name) => !isOfRefused(name))])
  return join(stateFolder('mappings'), `${createHash('sha256').update(header).digest('hex').slice(0, 32)}.json`)
}

/** How a file with these columns was read the last time; undefined: none was, or it cannot be read any more. */
const recall = (object: string, columns: readonly string[]): Reading | undefined => {
  const path = pathOf(object, columns)
  try {
    return existsSync(path) ? readReading(path) : undefined
  } catch {
    return undefined
  }
}

/** Only what was said is kept: what the cells of one file tell may be otherwise in the next. */
export const remember = (object: string, columns: readonly string[], said: Reading): void => {
  if (Object.keys(said).length === 0) return
  try {
    mkdirSync(stateFolder('mappings'), { recursive: true })
    sweep(stateFolder('mappings'), KEPT_MS)
    writeReading(pathOf(object, columns), said)
  } catch {
    // It spares some typing, and nothing depends on it.
  }
}

const textOf = (reading: Reading): string => optionsSaid(reading).map(quoted).join(' ')

/** Than by what records are matched, which has to be said anyway. */
const saysMore = (reading: Reading): boolean => Object.keys(reading).some((name) => name !== 'match')

/** The options with what was kept of how such columns are read, if that was asked for. @throws UsageError */
export const withKept = <T extends ImportOptions>(options: T, columns: readonly string[]): T => {
  const { mapping, remembered = false, object } = options
  const ofFile = mapping === undefined ? options : withReading(options, readReading(mapping))
  const before = recall(object, columns)
  if (!remembered) {
    if (before && saysMore(before) && !saysMore(readingSaid(ofFile)))
      note(`A file with these columns has been imported with ${textOf(before)}: --remembered reads this one alike.`)
    return ofFile
  }
  if (!before)
    throw new UsageError(`--remembered: no file with these columns has been imported into ${object} from here.`)
  note(`Read as remembered: ${textOf(before)}.`)
  return withReading(ofFile, before)
}
