import { computed, signal } from '@preact/signals'
import { AuthenticationError, type components, EdgeUpsert } from '../../client/index.ts'

/**
 * Who asks. The key is in memory, or by choice in this browser's storage, and goes nowhere but into the header of a request to
 * the server that this page came from.
 */

export type OwnKey = components['schemas']['OwnKey']
export type Scope = OwnKey['scopes'][number]

interface Session {
  readonly key: string
  readonly client: EdgeUpsert
  readonly who: OwnKey
}

const STORED = 'edge-upsert.key'

const session = signal<Session | undefined>(undefined)
/** While it is found out whether a key that is here already opens anything. */
export const isOpening = signal(true)
/** Why nobody is signed in, if something went wrong. */
export const signInError = signal<unknown>(undefined)

export const who = computed(() => session.value?.who)

/** @throws Error before anybody has signed in, where no view is shown */
export const client = (): EdgeUpsert => {
  const { client } = session.peek() ?? {}
  if (!client) throw new Error('Nobody has signed in')
  return client
}

/** Reads what another contract than ours answers, of this same server. */
export const fetchWithKey = (path: string): Promise<Response> =>
  fetch(path, { headers: { accept: 'application/json', authorization: `Bearer ${session.peek()?.key ?? ''}` } })

/** As the server judges it: `admin` includes the others, and writing includes reading. */
export const may = (scope: Scope): boolean => {
  const scopes = who.value?.scopes ?? []
  return scopes.includes(scope) || scopes.includes('admin') || (scope === 'crm:read' && scopes.includes('crm:write'))
}

/** @param keep whether this browser is to remember the key */
export const signIn = async (key: string, keep: boolean): Promise<void> => {
  signInError.value = undefined
  try {
    const client = new EdgeUpsert({ url: location.origin, key })
    const found = await client.call('get', '/v1/key')
    if (keep) localStorage.setItem(STORED, key)
    session.value = { key, client, who: found }
  } catch (error) {
    if (error instanceof AuthenticationError) localStorage.removeItem(STORED)
    signInError.value = error
  }
}

export const signOut = (): void => {
  localStorage.removeItem(STORED)
  signInError.value = undefined
  session.value = undefined
}

/** A key that was revoked or has expired while it was used opens nothing any more: whoever holds it is asked for another. */
export const refusedKey = (error: unknown): void => {
  if (!(error instanceof AuthenticationError)) return
  signOut()
  signInError.value = error
}

/** On the reader's own machine. A link with a key to anywhere else would have its reader write for a stranger. */
const isLocal = () => ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)

/** What the link that `npm start` prints has behind its #. It leaves the address at once, so that nobody hands it on. */
const takeLinkedKey = (): string | undefined => {
  const key = /^#key=([\w-]+)$/.exec(location.hash)?.[1]
  if (location.hash.startsWith('#key=')) location.replace('#/')
  return isLocal() ? key : undefined
}

export const openSession = async (): Promise<void> => {
  const linked = takeLinkedKey()
  const key = linked ?? localStorage.getItem(STORED)
  if (key) await signIn(key, false)
  isOpening.value = false
}
