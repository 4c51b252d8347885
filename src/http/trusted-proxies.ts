import { isAllowlistEntry, isListed } from '../auth/allowlist.ts'

/** Where a request came from, through whichever proxies are ours. */
export interface TrustedProxies {
  /**
   * @param peer address of the connection
   * @param forwarded X-Forwarded-For: each proxy appends the address that it was called from
   */
  clientOf(peer: string | undefined, forwarded: string | undefined): string | undefined
  /** The same where the platform does not tell the peer, but nobody except a proxy of ours can connect. */
  clientBehind(forwarded: string | undefined): string | undefined
}

/** A dual-stack socket calls an IPv4 client `::ffff:192.0.2.1`. */
const plain = (address: string): string => address.trim().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')

/** Some proxies add the port, and put an IPv6 address into brackets. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+)|\[([^\]]*)\])(?::\d{1,5})?$/

/** What a proxy has appended; undefined where that is no address. */
const addressIn = (entry: string): string | undefined => {
  const [, v4, v6] = WITH_PORT.exec(entry.trim()) ?? []
  const address = plain(v4 ?? v6 ?? entry)
  return isAllowlistEntry(address) && !address.includes('/') ? address : undefined
}

/**
 * Believes X-Forwarded-For as far as our own proxies wrote it: read from the right, the first address that is not
 * one of theirs is the client. What stands left of it the client may have made up. Where a proxy of ours says nothing that can
 * be read (`unknown`), nobody knows the client: it is not the proxy, which may be on a list.
 * @param text addresses and CIDR ranges, separated by commas. @throws Error when one cannot be read
 */
export const trustedProxies = (text: string): TrustedProxies => {
  const ours = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  for (const entry of ours)
    if (!isAllowlistEntry(entry)) throw new Error(`TRUSTED_PROXIES must list addresses and CIDR ranges, not "${entry}"`)

  /** @param peer the last address that is known for certain, which is one of ours */
  const beyond = (peer: string | undefined, forwarded: string): string | undefined => {
    if (forwarded.trim() === '') return peer
    let client: string | undefined
    for (const entry of forwarded.split(',').reverse()) {
      client = addressIn(entry)
      if (!isListed(ours, client)) break
    }
    return client
  }
  return {
    clientOf(peer, forwarded) {
      const client = peer === undefined ? undefined : plain(peer)
      return isListed(ours, client) ? beyond(client, forwarded ?? '') : client
    },
    clientBehind: (forwarded) => beyond(undefined, forwarded ?? ''),
  }
}
