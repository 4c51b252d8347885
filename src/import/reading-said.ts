import {
  type ImportOptions,
  optionOf,
  type ReadingOption,
  type ReadingOptions,
  readingNames,
  type readingOptions,
} from './options.ts'

/** How the columns of a file are read, as far as somebody has said it: what is kept for the next file with the same columns. */

export type Reading = Pick<ReadingOptions, KeptOption>

/** What holds for another file, too. */
export type KeptOption = {
  [Name in ReadingOption]: (typeof readingOptions)[Name]['of'] extends 'text' ? never : Name
}[ReadingOption]

export const keptNames = readingNames.filter((name): name is KeptOption => optionOf(name).of !== 'text')

/** What of the options says how columns are read. */
export const readingSaid = (options: ImportOptions): Reading =>
  Object.fromEntries(keptNames.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])))

/** Empty: it was said of all. */
const columnOf = (text: string) => text.slice(0, Math.max(text.lastIndexOf('='), 0))

/** What is said of a column goes before what was kept of it. */
const joined = (name: string, said: readonly string[], kept: readonly string[]): readonly string[] => {
  const columns = new Set(said.map(name === 'ignore' ? (text) => text : columnOf))
  // Of one column the last word counts, so what is said stands behind.
  return [...kept.filter((text) => name === 'ignore' || !columns.has(columnOf(text))), ...said]
}

/** The options with what was kept, where they say nothing else. */
export const withReading = <T extends ImportOptions>(options: T, kept: Reading): T => {
  const lists = keptNames.flatMap((name) => {
    const [said, before] = [options[name], kept[name]]
    return Array.isArray(said) && Array.isArray(before) ? [[name, joined(name, said, before)]] : []
  })
  return { ...kept, ...options, ...Object.fromEntries(lists) }
}

/** `onBadCell`: `--on-bad-cell`. */
export const flagOf = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** As they are typed. */
export const optionsSaid = (
  reading: Readonly<Record<string, string | readonly string[] | undefined>>,
): readonly string[] =>
  Object.entries(reading).flatMap(([name, values]) => [values ?? []].flat().flatMap((value) => [flagOf(name), value]))
