/** What commands print: results to stdout, so that they can be piped, and everything about them to stderr. */

export interface Output {
  /** One line of JSON for each result, instead of text. */
  readonly json?: boolean
}

/** @param text for people */
export const print = ({ json = false }: Output, result: unknown, text: string): void =>
  console.log(json ? JSON.stringify(result) : text)

export const note = (text: string): void => console.error(text)

/** So many of something. @param plural such as `keys` */
export const counted = (count: number, plural: string): string =>
  `${count} ${count === 1 ? plural.replace(/ies$/, 'y').replace(/s$/, '') : plural}`

const PROGRESS_EVERY = 10_000

/** A line every so many rows. @param more how many of them are new */
export const progress = (done: string, rows: number, more = 1): void => {
  if (Math.floor(rows / PROGRESS_EVERY) > Math.floor((rows - more) / PROGRESS_EVERY)) note(`${done}: ${rows} rows`)
}

/** @throws Error for what is no whole number, or too small a one */
export const wholeNumber = (option: string, text: string, least: number): number => {
  const value = Number(text)
  if (!/^\d{1,9}$/.test(text) || value < least)
    throw new Error(`${option}: "${text}" must be a whole number, at least ${least}.`)
  return value
}
