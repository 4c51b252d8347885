import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import type { LookupFunction } from 'node:net'
import { join } from 'node:path'

/**
 * What names stand for, asked of the name servers directly. The system's own resolver, which `dns.lookup` uses, has four
 * threads for the whole process and cannot be told to give up: a few names whose server is silent stop everybody else's.
 */

/** Milliseconds until a name server is asked again, and how often it is. Less than an attempt has. */
const ASKING = { timeout: 1_500, tries: 2 } as const

const HOSTS =
  process.platform === 'win32'
    ? join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
    : '/etc/hosts'

/** By the file in which the operator of a machine names neighbours. */
const namedByHosts = async (name: string): Promise<readonly string[]> => {
  const text = await readFile(HOSTS, 'utf8').catch(() => '')
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/))
    .flatMap(([address = '', ...names]) => (names.includes(name) ? [address] : []))
}

export interface LookupOptions {
  /** Names of the machine's own hosts file count, which lead to neighbours. */
  readonly inside: boolean
  /** Addresses of name servers, with ports. Default: those of the system. */
  readonly servers?: readonly string[] | undefined
}

const askedOf = async (name: string, servers: LookupOptions['servers'], signal: AbortSignal) => {
  const resolver = new Resolver(ASKING)
  if (servers) resolver.setServers(servers)
  const cancel = () => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    return answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

const familyOf = (address: string) => (address.includes(':') ? 6 : 4)

/** How one attempt finds out what a name stands for. @param signal comes when it gives up */
export type Lookup = (signal: AbortSignal) => LookupFunction

/** Names are absolute: no search domain is appended. */
export const lookupBy =
  ({ inside, servers }: LookupOptions): Lookup =>
  (signal) =>
  (hostname, { all, family }, callback) => {
    const find = async () => {
      const name = hostname.toLowerCase().replace(/\.$/, '')
      const byHosts = inside ? await namedByHosts(name) : []
      const addresses = byHosts.length > 0 ? byHosts : await askedOf(name, servers, signal)
      const found = addresses.map((address) => ({ address, family: familyOf(address) }))
      return found.filter((one) => (family !== 4 && family !== 6) || one.family === family)
    }
    find().then(
      (found) => {
        const [first] = found
        if (!first) callback(Object.assign(new Error('No address is known'), { code: 'ENOTFOUND' }), '', 0)
        else if (all) callback(null, found)
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
