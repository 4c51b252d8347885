import { BlockList, isIP } from 'node:net'

/** Where a request came from, through whichever proxies are ours. */
export interface TrustedProxies {
  /**
   * @param peer address of the connection
   * @param forwarded X-Forwarded-For: each proxy appends the address that it was called from
   */
  clientOf(peer: string | undefined, forwarded: string | undefined): string | undefined
}

/** A dual-stack socket calls an IPv4 client `::ffff:192.0.2.1`. */
const plain = (address: string): string => address.trim().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')

const family = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6')

const add = (list: BlockList, entry: string) => {
  const [address = '', bits, ...rest] = entry.split('/')
  const highest = isIP(address) === 4 ? 32 : 128
  const invalid = isIP(address) === 0 || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))
  if (invalid || Number(bits ?? 0) > highest)
    throw new Error(`TRUSTED_PROXIES must list addresses and CIDR ranges, not "${entry}"`)
  list.addSubnet(address, bits === undefined ? highest : Number(bits), family(address))
}

/**
 * Believes X-Forwarded-For as far as our own proxies wrote it: read from the right, the first address that is not
 * one of theirs is the client. What stands left of it the client may have made up.
 * @param text addresses and CIDR ranges, separated by commas. @throws Error when one cannot be read
 */
export const trustedProxies = (text: string): TrustedProxies => {
  const list = new BlockList()
  for (const entry of text.split(',').map((e) => e.trim())) if (entry !== '') add(list, entry)
  const isOurs = (address: string) => list.check(address, family(address))
  return {
    clientOf(peer, forwarded) {
      if (peer === undefined) return undefined
      let client = plain(peer)
      const hops = (forwarded ?? '').split(',').map(plain)
      while (isOurs(client)) {
        const hop = hops.pop()
        if (hop === undefined || isIP(hop) === 0) break
        client = hop
      }
      return client
    },
  }
}
