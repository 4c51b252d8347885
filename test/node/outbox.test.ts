import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type LookupFunction } from 'node:net'
import { describe, expect, it } from 'vitest'
import { nodeOutbox } from '../../src/node/outbox.ts'
import { addressProblem } from '../../src/subscriptions/address.ts'
import { type Answered, fetchOutbox, Outbox, type Transport } from '../../src/subscriptions/sending.ts'

/** Where the messages of subscriptions may go. */

const PUBLIC = 'an address of the public Internet'

describe('the URL of a receiver', () => {
  it.each([
    'https://receiver.example/changes',
    'https://receiver.example:8443/?key=1',
    'https://203.0.114.7/',
    'https://[2606:4700::1111]/',
    'https://localhost.receiver.example/',
    'https://receiver.example./',
    'https://svc.receiver.example/',
    'https://münchen.receiver.рф/',
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
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
      'x.consul',
      'db.service.dc1.consul.',
      'localhost..',
      'receiver.example..',
      'receiver..example',
      'a.test',
      'a.invalid',
      'a.onion',
      'a.alt',
      '1.0.0.127.in-addr.arpa',
      'router.home',
      'receiver.123a',
      '168.63.129.16',
      '168.63.129.16.',
      '2822734096',
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

const LATE = { failed: 'it did not answer in time' }
const UNREACHED = { failed: 'it could not be reached' }

describe('whatever it is sent by', () => {
  const never = () => new Promise<Answered>(() => {})
  it.each<[string, Transport, Answered]>([
    ['never comes to an end', never, LATE],
    ['throws', () => Promise.reject(new Error('secret')), UNREACHED],
    [
      'throws when it is told to give up',
      (_attempt, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      LATE,
    ],
  ])('one that %s is no more than an attempt that has failed', async (_, transport, answered) => {
    const { send } = new Outbox(transport, { answerMs: 50 })
    expect(await send(attempt('https://receiver.example/'))).toEqual(answered)
  })

  it('is sent to nowhere inside', async () => {
    const { send } = new Outbox(() => {
      throw new Error('It was sent')
    })
    expect(await send(attempt('https://10.0.0.1/'))).toEqual({ failed: `the URL must be ${PUBLIC}` })
  })
})

describe('on Node', () => {
  /** A server that says this, and then nothing. */
  const saying = async (text: string) => {
    const server = createSocketServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => (text === '' ? socket.destroy() : socket.write(text)))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() }
  }

  it.each<[string, Answered]>([
    [
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      { status: 101, retryAfter: null },
    ],
    ['HTTP/1.1 101 Switching Protocols\r\n\r\n', { status: 101, retryAfter: null }],
    ['HTTP/1.1 200 OK\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n', { status: 200, retryAfter: null }],
    ['HTTP/1.1 503 No\r\nRetry-After: 7\r\n\r\n', { status: 503, retryAfter: '7' }],
    ['HTTP/1.1 100 Continue\r\n\r\n', LATE],
    ['HTTP/1.1 103 Early Hints\r\n\r\n', LATE],
    ['HTTP/1.1 200 O', LATE],
    ['hello\r\n\r\n', UNREACHED],
    ['', UNREACHED],
  ])('%j comes to an end', { timeout: 10_000 }, async (text, answered) => {
    const { url, close } = await saying(text)
    const { send } = nodeOutbox({ inside: true, answerMs: 300 })
    const came = await send(attempt(url))
    close()
    expect(came).toEqual(answered)
  })

  it.each(['100 Continue', '103 Early Hints', '199 So'])(
    'a receiver that says %s without end is left, long before its time is over',
    { timeout: 20_000 },
    async (interim) => {
      const piece = `HTTP/1.1 ${interim}\r\n\r\n`.repeat(500)
      let written = 0
      const server = createSocketServer((socket) => {
        const pour = () => {
          for (let more = true; more && !socket.destroyed; ) {
            more = socket.write(piece)
            written += piece.length
          }
        }
        socket.on('error', () => {})
        socket.on('drain', pour)
        socket.once('data', pour)
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { send } = nodeOutbox({ inside: true, answerMs: 5_000 })
      const came = await send(attempt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`))
      server.close()
      expect(came).toEqual({ failed: 'it sent too much before its answer' })
      // What the sockets of both sides hold may be on its way.
      expect(written).toBeLessThan(16_000_000)
    },
  )

  it('a long answer is none that says too much', async ({ onTestFinished }) => {
    const server = createServer((_request, response) => {
      for (let times = 0; times < 3; times++) response.writeEarlyHints({ link: '</a.css>; rel=preload; as=style' })
      response.writeHead(200, { padding: 'x'.repeat(12_000) }).end('y'.repeat(1_000_000))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const { send } = nodeOutbox({ inside: true })
    const came = await send(attempt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`))
    expect(came).toEqual({ status: 200, retryAfter: null })
  })

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

  /** A name server that says of every name that it is this machine, and nothing at all of those with `silent`. */
  const startNameServer = async () => {
    const server = createSocket('udp4')
    let asked = 0
    server.on('message', (query, { port, address }) => {
      asked++
      if (query.includes('silent')) return
      // Behind the head stands the question: labels up to a zero, two bytes of type, two of class.
      const end = query.indexOf(0, 12) + 5
      const isIpv4 = query.readUInt16BE(end - 4) === 1
      const head = Buffer.from([...query.subarray(0, 2), 0x81, 0x80, 0, 1, 0, isIpv4 ? 1 : 0, 0, 0, 0, 0])
      const answer = isIpv4 ? Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 127, 0, 0, 1]) : Buffer.alloc(0)
      server.send(Buffer.concat([head, query.subarray(12, end), answer]), port, address)
    })
    server.bind(0, '127.0.0.1')
    await once(server, 'listening')
    return { servers: [`127.0.0.1:${server.address().port}`], asked: () => asked, close: () => server.close() }
  }

  it('names whose server is silent keep no other name waiting', { timeout: 20_000 }, async ({ onTestFinished }) => {
    const { port, close } = await counting()
    const names = await startNameServer()
    onTestFinished(() => void [close(), names.close()])
    const { send } = nodeOutbox({ inside: true, servers: names.servers, answerMs: 4_000 })
    const ends: string[] = []
    const sendTo = async (name: string) => {
      const answered = await send(attempt(`http://${name}:${port}/`))
      ends.push(name)
      return answered
    }
    const silent = Array.from({ length: 32 }, (_, i) => sendTo(`n${i}.silent.example`))
    await expect.poll(names.asked).toBeGreaterThanOrEqual(32)
    expect(await sendTo('good.example')).toEqual({ status: 204, retryAfter: null })
    expect(ends).toEqual(['good.example'])
    for (const one of await Promise.all(silent)) expect(one).toHaveProperty('failed')
  })

  it('inside, the names of the machine’s own hosts file lead where it says', async ({ onTestFinished }) => {
    const { port, close } = await counting()
    onTestFinished(() => void close())
    const { send } = nodeOutbox({ inside: true, servers: ['127.0.0.1:1'] })
    expect(await send(attempt(`http://localhost:${port}/`))).toMatchObject({ status: 204 })
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
