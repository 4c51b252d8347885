import { CALLED } from './called.ts'
import type { Reach } from './target.ts'

/** What a command prints to be run next: about the same deployment as itself, and as a shell takes it. */

const PLAIN = /^[\w@%+=:,./-]+$/

/** As a shell takes it for one word. */
export const quoted = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

/** Without a password or a token: what is printed is kept in logs. Whoever needs them has them in variables. */
const withoutSecrets = (url: string): string => {
  if (url.startsWith('file:') || !URL.canParse(url)) return url
  const safe = new URL(url)
  if (safe.username === '' && safe.password === '' && !safe.searchParams.has('authToken')) return url
  safe.username = ''
  safe.password = ''
  safe.searchParams.delete('authToken')
  return safe.href
}

const optionsOf = ({ api, profile, database, remote, config, env, binding }: Reach): readonly string[] => {
  const named = {
    api: api && withoutSecrets(api),
    profile,
    database: database && withoutSecrets(database),
    config,
    env,
    binding,
  }
  const words = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]))
  return remote ? [...words, '--remote'] : words
}

/**
 * A command with the options of the current run, that can be pasted into a shell.
 * @param words as they stand behind CALLED; undefined ones are left out
 */
export const nextCommand = (reach: Reach, ...words: readonly (string | undefined)[]): string => {
  const said = words.filter((word) => word !== undefined)
  return [CALLED, ...[...said, ...optionsOf(reach)].map(quoted)].join(' ')
}
