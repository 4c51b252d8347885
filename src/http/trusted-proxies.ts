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

const isAddress = (text: string) => isAllowlistEntry(text) && !text.includes('/')

/**
 * Believes X-Forwarded-For as far as our own proxies wrote it: read from the right, the first address that is not
 * one of theirs is the client. What stands left of it the client may have made up.
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
  const beyond = (peer: string | undefined, forwarded: string | undefined): string | undefined => {
    let client = peer
    for (const hop of (forwarded ?? '').split(',').map(plain).reverse()) {
      if (!isAddress(hop)) break
      client = hop
      if (!isListed(ours, hop)) break
    }
    return client
  }
  return {
    clientOf(peer, forwarded) {
      const client = peer === undefined ? undefined : plain(peer)
      return isListed(ours, client) ? beyond(client, forwarded) : client
    },
    clientBehind: (forwarded) => beyond(undefined, forwarded),
  }
}
