import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { describe, expect, it } from 'vitest'
import { nodeOutbox } from '../../src/node/outbox.ts'
import { addressProblem } from '../../src/subscriptions/address.ts'
import { fetchOutbox } from '../../src/subscriptions/sending.ts'

/** Where the messages of subscriptions may go. */

const PUBLIC = 'an address of the public Internet'

describe('the URL of a receiver', () => {
  it.each([
    'https://receiver.example/changes',
    'https://receiver.example:8443/?key=1',
    'https://203.0.114.7/',
    'https://[2606:4700::1111]/',
    'https://localhost.receiver.example/',
  ])('may be %s', (url) => expect(addressProblem(url, { inside: false })).toBeUndefined())

  it.each([
    ['http://receiver.example/', 'an https URL'],
    ['ftp://receiver.example/', 'an https URL'],
    ['receiver.example', 'an absolute URL'],
    ['https://user:password@receiver.example/', 'a URL without a user and password'],
    ['https://receiver.example/#part', 'a URL without a fragment'],
    ['https://receiver.example:22/', 'at port 443 or 8443'],
    ...[
      'localhost',
      'LOCALHOST.',
      'printer',
      'db.internal',
      'nas.local',
      'metadata.google.internal',
      'router.home.arpa',
      'a.localhost',
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '0.0.0.0',
      '10.0.0.1',
      '172.16.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '169.254.169.254',
      '169.254.169.254.',
      '192.0.0.8',
      '198.18.0.1',
      '224.0.0.1',
      '240.0.0.1',
      '255.255.255.255',
      '[::]',
      '[::1]',
      '[fe80::1]',
      '[fc00::1]',
      '[fd00:ec2::254]',
      '[ff02::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[64:ff9b:1::7f00:1]',
      '[2002:7f00:1::]',
      '[2001:db8::1]',
    ].map((host) => [`https://${host}/`, PUBLIC]),
  ])('may not be %s', (url, problem) => expect(addressProblem(url, { inside: false })).toBe(problem))

  it('may be inside by the operator’s switch, and still has no password', () => {
    expect(addressProblem('http://10.0.0.1:3000/', { inside: true })).toBeUndefined()
    expect(addressProblem('file:///etc/passwd', { inside: true })).toBe('an https or http URL')
    expect(addressProblem('http://a:b@10.0.0.1/', { inside: true })).toBeDefined()
  })
})

const attempt = (url: string) => ({ url, headers: {}, body: '{}' })

/** A server that counts who comes. */
const counting = async (status = 204, headers: Record<string, string> = {}) => {
  const seen = { requests: 0 }
  const server = createServer((_request, response) => {
    seen.requests++
    response.writeHead(status, headers).end()
  })
  server.on('connection', () => {
    seen.requests++
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { seen, port: (server.address() as AddressInfo).port, close: () => server.close() }
}

describe('on Node', () => {
  /** A resolver by which every name stands for these. */
  const resolvesTo =
    (...addresses: string[]): LookupFunction =>
    (_hostname, options, callback) => {
      const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      if (options.all) callback(null, all)
      else callback(null, all[0]?.address ?? '', all[0]?.family)
    }

  it.each([[['127.0.0.1']], [['::1']], [['::ffff:127.0.0.1']], [['169.254.169.254']], [['203.0.114.7', '10.0.0.1']]])(
    'a name that stands for %j is not connected to',
    async (addresses) => {
      const lookups: string[] = []
      const lookup: LookupFunction = (hostname, ...rest) => {
        lookups.push(hostname)
        resolvesTo(...addresses)(hostname, ...rest)
      }
      const { send } = nodeOutbox({ inside: false, lookup })
      expect(await send(attempt('https://rebinding.example/'))).toEqual({
        failed: 'its name stands for an address that is not of the public Internet',
      })
      expect(lookups).toEqual(['rebinding.example'])
    },
  )

  it('an address inside is not connected to, whoever has stored it', async ({ onTestFinished }) => {
    const { port, seen, close } = await counting()
    onTestFinished(() => void close())
    const { send } = nodeOutbox({ inside: false })
    expect(await send(attempt(`http://127.0.0.1:${port}/`))).toEqual({ failed: 'the URL must be an https URL' })
    expect(seen.requests).toBe(0)
    // The same, let in: so the server would have been there.
    expect(await nodeOutbox({ inside: true }).send(attempt(`http://127.0.0.1:${port}/`))).toMatchObject({ status: 204 })
  })

  it('a redirect is an answer, and not followed', async ({ onTestFinished }) => {
    const elsewhere = await counting()
    const redirecting = await counting(307, { location: `http://127.0.0.1:${elsewhere.port}/` })
    onTestFinished(() => void [elsewhere.close(), redirecting.close()])
    const { send } = nodeOutbox({ inside: true })
    expect(await send(attempt(`http://127.0.0.1:${redirecting.port}/`))).toMatchObject({ status: 307 })
    expect(elsewhere.seen.requests).toBe(0)
  })
})

describe('by fetch', () => {
  /** As a Worker is let out: under another name. */
  const through =
    (port: number): typeof fetch =>
    (_url, init) =>
      fetch(`http://127.0.0.1:${port}/`, init)

  it('a redirect is an answer, and not followed', async ({ onTestFinished }) => {
    const elsewhere = await counting()
    const redirecting = await counting(302, { location: `http://127.0.0.1:${elsewhere.port}/` })
    onTestFinished(() => void [elsewhere.close(), redirecting.close()])
    const { send } = fetchOutbox(through(redirecting.port))
    expect(await send(attempt('https://receiver.example/'))).toMatchObject({ status: 302 })
    expect(elsewhere.seen.requests).toBe(0)
  })

  it('an address inside is not asked for', async () => {
    const { send } = fetchOutbox(() => {
      throw new Error('It was asked for')
    })
    expect(await send(attempt('https://169.254.169.254/'))).toEqual({ failed: `the URL must be ${PUBLIC}` })
  })
})
