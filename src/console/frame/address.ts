import { signal } from '@preact/signals'

/**
 * Where one is. All of it stands behind the # of the address, which no server is sent: a filter names people, and must be in
 * nobody's log. Links, back, reload and bookmarks work as they do everywhere.
 */

export interface Address {
  /** `#/objects/people` has two parts. */
  readonly path: readonly string[]
  readonly query: Readonly<Record<string, string>>
}

/** What is undefined is left out. */
export type Query = Readonly<Record<string, string | undefined>>

export const parseAddress = (hash: string): Address => {
  const [path = '', query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s)
  const parts = path.split('/').filter((part) => part !== '')
  return { path: parts.map(decodePart), query: Object.fromEntries(new URLSearchParams(query)) }
}

const decodePart = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export const hrefOf = (path: readonly string[], query: Query = {}): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const parameters = new URLSearchParams(given)
  return `#/${path.map(encodeURIComponent).join('/')}${parameters.size === 0 ? '' : `?${parameters}`}`
}

export const address = signal<Address>(parseAddress(location.hash))

addEventListener('hashchange', () => {
  address.value = parseAddress(location.hash)
})

export const go = (href: string): void => {
  location.hash = href
}

/** The same place looked at in another way. What is replaced is not gone back to. */
export const changeQuery = (changes: Query, { replace = false } = {}): void => {
  const { path, query } = address.value
  const href = hrefOf(path, { ...query, ...changes })
  if (replace) {
    history.replaceState(null, '', href)
    address.value = parseAddress(href)
  } else go(href)
}
