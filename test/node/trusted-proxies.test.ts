import { describe, expect, it } from 'vitest'
import { trustedProxies } from '../../src/http/trusted-proxies.ts'

describe('the address of the client', () => {
  it.each([
    ['no proxies: the header is not believed', '', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['a peer that is no proxy of ours', '10.0.0.0/8', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['one proxy', '10.0.0.0/8', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['what the client made up stands further left', '10.0.0.0/8', '10.1.2.3', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['two proxies of ours', '10.0.0.1, 10.0.0.2', '10.0.0.1', '198.51.100.1,10.0.0.2', '198.51.100.1'],
    ['only proxies', '10.0.0.0/8', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['no header', '10.0.0.0/8', '10.0.0.1', undefined, '10.0.0.1'],
    ['what a proxy of ours does not know', '10.0.0.0/8', '10.0.0.1', '198.51.100.1, unknown', undefined],
    ['what a proxy behind ours does not know', '10.0.0.0/8', '10.0.0.1', 'unknown, 10.0.0.2', undefined],
    ['what cannot be read', '10.0.0.0/8', '10.0.0.1', '10.0.0.5, 1.2.3', undefined],
    ['a range', '10.0.0.0/8', '10.0.0.1', '198.51.100.0/24', undefined],
    ['an empty header', '10.0.0.0/8', '10.0.0.1', '', '10.0.0.1'],
    ['a port', '10.0.0.0/8', '10.0.0.1', '1.1.1.1, 198.51.100.1:4711', '198.51.100.1'],
    ['a port of a proxy of ours', '10.0.0.0/8', '10.0.0.1', '198.51.100.1, 10.0.0.2:99', '198.51.100.1'],
    ['IPv6 with a port', 'fd00::/8', 'fd00::1', '[2001:db8::5]:443', '2001:db8::5'],
    ['IPv4 in IPv6, on a dual-stack socket', '10.0.0.0/8', '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['IPv6', 'fd00::/8', 'fd00::1', '2001:db8::5', '2001:db8::5'],
    ['an unknown peer', '10.0.0.0/8', undefined, '198.51.100.1', undefined],
  ])('%s', (_name, proxies, peer, forwarded, client) => {
    expect(trustedProxies(proxies).clientOf(peer, forwarded)).toBe(client)
  })

  it.each([
    ['one proxy', '', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['a proxy in front of the proxy', '10.0.0.0/8', '1.1.1.1, 198.51.100.1, 10.0.0.2', '198.51.100.1'],
    ['no header', '', undefined, undefined],
    ['a header that cannot be read', '', 'unknown', undefined],
    ['a proxy in front that does not know', '10.0.0.0/8', 'unknown, 10.0.0.2', undefined],
  ])('where the peer is not told: %s', (_name, proxies, forwarded, client) => {
    expect(trustedProxies(proxies).clientBehind(forwarded)).toBe(client)
  })

  it.each(['10.0.0.0/33', 'example.com', '10.0.0.0/', '10.0.0.0/8/8', '0x0a.0.0.1', 'fd00::/129'])(
    'refuses %s at the start',
    (text) => {
      expect(() => trustedProxies(text)).toThrow('TRUSTED_PROXIES')
    },
  )
})
