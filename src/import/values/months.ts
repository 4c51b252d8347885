/** What months are called, in the languages of the yes and the no, as far as one name is one month. */

const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'da', 'nb', 'pl', 'cs', 'fi']
const STYLES = ['long', 'short'] as const

const keyOf = (name: string) => name.normalize('NFC').toLowerCase().replace(/\.$/, '')

/** In a date, where some languages bend the name, and standing alone. */
const namesOf = (month: number, language: string): readonly string[] => {
  const date = new Date(Date.UTC(2025, month - 1, 15))
  return STYLES.flatMap((style) => {
    const alone = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC' }).format(date)
    const parts = new Intl.DateTimeFormat(language, { day: 'numeric', month: style, timeZone: 'UTC' }).formatToParts(
      date,
    )
    return [alone, parts.find(({ type }) => type === 'month')?.value ?? alone]
  }).map(keyOf)
}

const makeNames = (): ReadonlyMap<string, string | undefined> => {
  const names = new Map<string, string | undefined>()
  for (const language of LANGUAGES)
    for (let month = 1; month <= 12; month++)
      for (const name of namesOf(month, language)) {
        const number = String(month)
        names.set(name, !names.has(name) || names.get(name) === number ? number : undefined)
      }
  return names
}

let known: ReadonlyMap<string, string | undefined> | undefined

/** @returns 1 to 12 as text; undefined for what is no month, or another one in another language */
export const monthOf = (name: string): string | undefined => {
  // Some hundred formats: not for files without such dates.
  known ??= makeNames()
  return known.get(keyOf(name))
}
