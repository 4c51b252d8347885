import ipaddr from 'ipaddr.js'

/** Addresses and CIDR ranges, IPv4 and IPv6. An IPv4 address mapped into IPv6 is the IPv4 address, on both sides. */

type Address = ipaddr.IPv4 | ipaddr.IPv6

interface Range {
  readonly address: Address
  readonly bits: number
}

const MAPPED_BITS = 96

const isMapped = (text: string) => text.includes(':') && ipaddr.IPv6.parse(text).isIPv4MappedAddress()

/** `::192.0.2.1` is no mapped address, but the library takes the old notation for one. */
const COMPATIBLE = /^::\d+\./

/** Strict: no octal, hexadecimal or shortened IPv4, which would mean different addresses to different readers. */
const parseAddress = (text: string): Address | undefined => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  const isIpv6 = text.includes(':') && !COMPATIBLE.test(text) && ipaddr.IPv6.isValid(text)
  return isIpv6 ? ipaddr.process(text) : undefined
}

const parseRange = (entry: string): Range | undefined => {
  const [, text = '', suffix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry.trim()) ?? []
  const address = parseAddress(text)
  if (!address) return undefined
  const length = address.kind() === 'ipv4' ? 32 : 128
  const bits = suffix === undefined ? length : Number(suffix) - (isMapped(text) ? MAPPED_BITS : 0)
  return bits >= 0 && bits <= length ? { address, bits } : undefined
}

export const isAllowlistEntry = (entry: string): boolean => parseRange(entry) !== undefined

const holds = ({ address, bits }: Range, client: Address): boolean =>
  client.kind() === address.kind() && client.match([address, bits])

/** Whether the list has the address. An absent or unreadable address is on no list, an unreadable entry holds nobody. */
export const isListed = (list: readonly string[], address: string | undefined): boolean => {
  const client = address === undefined ? undefined : parseAddress(address)
  if (!client) return false
  return list.some((entry) => {
    const range = parseRange(entry)
    return range !== undefined && holds(range, client)
  })
}

/** Who is counted as one client: an IPv4 address, or the /64 of IPv6 that one subscriber is given. */
export const clientGroup = (address: string | undefined): string => {
  const client = address === undefined ? undefined : parseAddress(address)
  if (!client) return 'unknown'
  return 'parts' in client ? `${client.parts.slice(0, 4).join(':')}/64` : client.toString()
}
