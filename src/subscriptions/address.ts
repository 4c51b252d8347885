import ipaddr from 'ipaddr.js'

/** Where changes may be sent: to addresses of the public Internet, and not to what only the deployment can reach. */

/**
 * Last labels that are none of the public Internet, wherever they resolve to: those that are reserved for other uses (RFC 6761,
 * 6762, 7686, 8375, 9476, `.internal` by ICANN), those that will never be given out because networks use them, and those of
 * clusters. `.example` is reserved too, and resolves nowhere.
 */
const INSIDE = new Set(
  `localhost local internal test invalid onion alt arpa
  intranet lan home corp private priv localdomain mail
  svc pod cluster consul nomad docker kubernetes k8s`.split(/\s+/),
)

/** Of names that the Internet has: letters, or what IDNA makes of other scripts. */
const LAST_LABEL = /^([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/

/** @param host in lower case, as the parser of URLs leaves it; a dot at its end says that it is absolute */
const isPublicName = (host: string): boolean => {
  const labels = host.replace(/\.$/, '').split('.')
  const last = labels.at(-1) ?? ''
  return labels.length > 1 && !labels.includes('') && LAST_LABEL.test(last) && !INSIDE.has(last)
}

/** Given out like any other, and answered by a cloud to its own machines: the platform of Azure. */
const OF_CLOUDS = ['168.63.129.16']

const GIVEN_OUT = ipaddr.parseCIDR('2000::/3')

const PORTS = ['', '8443']

/** @param address as a resolver tells it, or an IPv6 literal without brackets */
export const isPublicAddress = (address: string): boolean => {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  if (OF_CLOUDS.includes(parsed.toNormalizedString())) return false
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
  const literal = hostname.replace(/^\[|\]$|\.$/g, '')
  const isPublic = ipaddr.isValid(literal) ? isPublicAddress(literal) : isPublicName(hostname)
  return isPublic ? undefined : 'an address of the public Internet'
}
