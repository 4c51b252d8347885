import { UnavailableError } from '../storage/driver.ts'
import { withFinalSlash } from '../storage/server-url.ts'

/** Cloudflare's words for where an object is to be, and for the borders that its data must not leave. */
export const locationHints = ['wnam', 'enam', 'sam', 'weur', 'eeur', 'apac', 'oc', 'afr', 'me'] as const
export const jurisdictions = ['eu', 'fedramp', 'fedramp-high', 'us'] as const

export interface ObjectPlace {
  readonly shape: 'object'
  /** Where the object is made, unless somebody near another place asks for it first. */
  readonly locationHint?: (typeof locationHints)[number]
  readonly jurisdiction?: (typeof jurisdictions)[number]
}

/** A D1 database, by its binding. */
export interface BoundPlace {
  readonly shape: 'database'
  readonly binding: string
}

/** A libSQL database. Its token is a secret of the deployment, and known here by name. */
export interface UrlPlace {
  readonly shape: 'database'
  readonly url: string
  readonly token?: string
}

/** Where a tenant lives. Written into the directory as it is, so it holds no secret. */
export type Place = { readonly shape: 'shared' } | ObjectPlace | BoundPlace | UrlPlace

/** What a line of the directory says that is no place. Its own tenant is not to be found, and everybody else is. */
export interface UnreadablePlace {
  readonly shape: 'unreadable'
  /** What is wrong with it, and nothing of what stands there: that may hold a secret. */
  readonly reason: string
}

/** Where a tenant lives, as far as its line in the directory says. */
export type WrittenPlace = Place | UnreadablePlace

export const shared = { shape: 'shared' } as const satisfies Place

/** A place that is configured otherwise than it can be. It concerns its own tenant, and nobody else. */
export class PlaceError extends UnavailableError {
  /** @param message completes a sentence, so the full stop of whoever said it goes */
  constructor(message: string, options?: ErrorOptions) {
    super(message.replace(/\.$/, ''), options)
  }
}

/** There is no file where there was to be one. It may come back with its volume, so nothing that was in it is over. */
export class MissingFileError extends PlaceError {}

/** As it will be opened: nothing that a parser would take away first. */
const URL_TEXT = /^(libsql|https|http|file):\S+$/

/** Without a host, and with nothing that a URL reads otherwise than the file system does. */
const FILE_TEXT = /^file:(\/\/(?=\/))?(?!\/\/)[^%\\]+$/

const oneOf = <T extends string>(words: readonly T[], value: unknown, name: string): T | undefined => {
  if (value === undefined) return undefined
  const found = words.find((word) => word === value)
  if (found === undefined) throw new PlaceError(`"${name}" must be one of ${words.join(', ')}`)
  return found
}

const objectPlace = ({ locationHint, jurisdiction }: Readonly<Record<string, unknown>>): ObjectPlace => {
  const hint = oneOf(locationHints, locationHint, 'locationHint')
  const border = oneOf(jurisdictions, jurisdiction, 'jurisdiction')
  return { shape: 'object', ...(hint && { locationHint: hint }), ...(border && { jurisdiction: border }) }
}

const databasePlace = ({ binding, url, token }: Readonly<Record<string, unknown>>): BoundPlace | UrlPlace => {
  if (typeof binding === 'string' && url === undefined && token === undefined) return { shape: 'database', binding }
  if (binding === undefined && url === undefined)
    throw new PlaceError('"binding" or "url" is missing, which says which database it is')
  if (binding !== undefined || typeof url !== 'string' || !URL_TEXT.test(url) || !URL.canParse(url))
    throw new PlaceError(
      'a database needs either "binding", the name of a D1 database, or "url", one that begins with libsql:, https:, http: or file:',
    )
  const { protocol, host, username, password, search, hash } = new URL(url)
  if (protocol === 'file:' ? !FILE_TEXT.test(url) : host === '')
    throw new PlaceError(
      '"url" must name a host, as in libsql://host, or a file without host, % and \\, as in file:name.db',
    )
  // It is shown to operators, and stands in logs.
  if (username || password || search || hash)
    throw new PlaceError('"url" must hold no user, password or parameters: "token" names the secret that has the token')
  if (token !== undefined && typeof token !== 'string')
    throw new PlaceError('"token" must be the name of the secret that holds it')
  return {
    shape: 'database',
    url: protocol === 'file:' ? url : withFinalSlash(url),
    ...(token !== undefined && { token }),
  }
}

/**
 * A place from JSON that somebody has written. Without a shape it is a database, as in the variable TENANTS.
 * @throws PlaceError that says what is wrong with it
 */
export const parsePlace = (input: unknown): Place => {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new PlaceError('a place must be an object such as {"shape": "shared"}')
  const members = input as Readonly<Record<string, unknown>>
  const { shape = 'database' } = members
  if (shape === 'shared') return shared
  if (shape === 'object') return objectPlace(members)
  if (shape === 'database') return databasePlace(members)
  throw new PlaceError('"shape" must be shared, object or database')
}

/** As it stands in the directory. */
export const writtenPlace = (stored: unknown): WrittenPlace => {
  try {
    return parsePlace(stored)
  } catch (error) {
    if (error instanceof PlaceError) return { shape: 'unreadable', reason: error.message }
    throw error
  }
}

/** @throws PlaceError for what is no place */
export const readable = (place: WrittenPlace): Place => {
  if (place.shape === 'unreadable') throw new PlaceError(place.reason)
  return place
}

/** A server is the same with a slash behind its name and without one. */
const spelt = (place: WrittenPlace): WrittenPlace =>
  'url' in place ? { ...place, url: place.url.replace(/(\/\/[^/]+)\/$/, '$1') } : place

/** Places come from `parsePlace`, which writes the same place in the same way. */
export const samePlace = (one: WrittenPlace, other: WrittenPlace): boolean =>
  JSON.stringify(spelt(one)) === JSON.stringify(spelt(other))

/** Whether a tenant that moved from one to the other would stay in one database, under whatever name. */
export const isSameDatabase = (organizationId: string, one: WrittenPlace, other: WrittenPlace): boolean =>
  databaseName(organizationId, one) === databaseName(organizationId, other)

/** The same for the same database, whoever lives there, and nothing that could hold a secret. */
export const databaseName = (organizationId: string, place: WrittenPlace): string => {
  if (place.shape === 'unreadable') return `unreadable ${organizationId}`
  if (place.shape === 'shared') return 'shared'
  // A hint says where an object is made, a border which object it is.
  if (place.shape === 'object') return ['object', place.jurisdiction, organizationId].filter(Boolean).join(' ')
  if ('binding' in place) return place.binding
  const { host, pathname } = new URL(place.url)
  return `${host}${pathname === '/' ? '' : pathname}`
}
