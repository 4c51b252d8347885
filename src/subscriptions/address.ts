import ipaddr from 'ipaddr.js'

/** Where changes may be sent: to addresses of the public Internet, and not to what only the deployment can reach. */

/** Names that stand for places inside, wherever they resolve to. */
const INSIDE = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|localdomain|corp|private)$/

const GIVEN_OUT = ipaddr.parseCIDR('2000::/3')

const PORTS = ['', '8443']

/** @param address as a resolver tells it, or an IPv6 literal without brackets */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  // What holds an IPv4 address (mapped, NAT64, 6to4) is none of `unicast`, so nothing inside hides in IPv6; and of that,
  // only what has been given out at all.
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(GIVEN_OUT))
}

export interface AddressRules {
  /** By an operator's switch, for intranets and tests: http, any port, any address. */
  readonly inside: boolean
}

/**
 * What is wrong with an address, judged as `fetch` reads it: the parser of URLs turns every spelling of an IPv4 address
 * (decimal, octal, hexadecimal, shortened) into the one with dots.
 * @returns in words that follow "must be"; undefined: nothing
 */
export const addressProblem = (text: string, { inside }: AddressRules): string | undefined => {
  if (!URL.canParse(text)) return 'an absolute URL'
  const { protocol, username, password, hostname, port, hash } = new URL(text)
  if (username !== '' || password !== '') return 'a URL without a user and password'
  if (hash !== '' || text.includes('#')) return 'a URL without a fragment'
  if (inside) return protocol === 'https:' || protocol === 'http:' ? undefined : 'an https or http URL'
  if (protocol !== 'https:') return 'an https URL'
  if (!PORTS.includes(port)) return 'at port 443 or 8443'
  const host = hostname.replace(/\.$/, '')
  const literal = host.startsWith('[') ? host.slice(1, -1) : host
  const isPublic = ipaddr.isValid(literal) ? isPublicAddress(literal) : host.includes('.') && !INSIDE.test(host)
  return isPublic ? undefined : 'an address of the public Internet'
}
