import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkSecret, checkVerification } from '../../src/admin/hook-sender-rules.ts'
import { RefusedError } from '../../src/engine/errors.ts'
import {
  algorithms,
  encodings,
  type SignedWord,
  type Signing,
  separators,
  type TemplatePiece,
  templatePieces,
  timeUnits,
  type Verification,
} from '../../src/hooks/schemes.ts'
import { type Received, verify } from '../../src/hooks/verification.ts'

/** Whatever description of a signature is taken: who signs so is believed, and nobody who changes something of it. */

const NOW = 1_767_225_600_000
const SECRET = 'a-secret-of-the-sender'

/** Parts that a text is cut into, by their words. */
type Cut = Partial<Readonly<Record<SignedWord, string>>>

/** What a client can send as a header. */
const PLAIN_HEADER = /^[ -~]*$/

/** What a delivery is made of. */
interface Parts {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly body: string
  readonly url: string
}

const genuine: Parts = { id: 'msg_1', time: NOW, body: '{"id":"evt_1"}', url: 'https://edge.example/hooks/a_b' }
const changes: readonly (readonly [keyof Parts, Parts])[] = [
  ['body', { ...genuine, body: '{"id":"evt_2"}' }],
  ['time', { ...genuine, time: NOW + 1_000 }],
  ['id', { ...genuine, id: 'msg_2' }],
  ['url', { ...genuine, url: `${genuine.url}?a=1` }],
]

const texts = {
  seconds: (ms: number) => String(ms / 1_000),
  milliseconds: String,
  iso: (ms: number) => new Date(ms).toISOString(),
}
const timeOf = ({ time }: Signing, at: number) => texts[time?.unit ?? 'seconds'](at)

const textOf = (signing: Signing, { id, time, body, url }: Parts) => {
  const words: Record<string, string> = { id, body, url, method: 'POST', timestamp: timeOf(signing, time) }
  return signing.template.replace(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole)
}

const signatureOf = (signing: Signing, parts: Parts, secret: string) =>
  createHmac(signing.algorithm.replace('-', ''), secret).update(textOf(signing, parts)).digest(signing.encoding)

/** As its sender sends it: a header has one value, and the client may refuse to send it. */
const sent = (signing: Signing, parts: Parts, signature: string): Received => {
  const { header, separator, prefix, id, time } = signing
  const timed = time?.prefix === undefined ? [] : [`${time.prefix}${timeOf(signing, parts.time)}`]
  const headers = new Headers()
  for (const name of id ?? []) headers.set(name, parts.id)
  for (const name of time?.header ?? []) headers.set(name, timeOf(signing, parts.time))
  headers.set(header[0] ?? '', [...timed, `${prefix}${signature}`].join(separator ?? ''))
  const body = async () => new Uint8Array(new TextEncoder().encode(parts.body))
  return { method: 'POST', url: parts.url, headers, body, address: undefined }
}

const isBelieved = async (signing: Signing, received: Received, secret = SECRET): Promise<boolean> => {
  const verification: Verification = { scheme: 'hmac', signing }
  try {
    return (await verify(received, { verification, allowlist: [] }, [secret], NOW)).secret === secret
  } catch (error) {
    if (error instanceof RefusedError) return false
    throw error
  }
}

const isTaken = (signing: Signing): boolean => {
  try {
    checkVerification({ verification: { scheme: 'hmac', signing } })
    return true
  } catch (error) {
    if (error instanceof RefusedError) return false
    throw error
  }
}

const names = fc.uniqueArray(fc.constantFrom('x-a', 'X-A', 'x-b', 'X-Time', 'x-id'), { minLength: 1, maxLength: 2 })
const prefixes = fc.constantFrom(
  '',
  'v1=',
  't=',
  't',
  'a',
  'T',
  '1',
  'v\n',
  '\u0100',
  'é',
  ' v',
  'v ',
  'a,b',
  'v1',
  'v12',
)
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const piece = fc.constantFrom(
  '{body}',
  '{body}',
  '{id}',
  '{timestamp}',
  '{timestamp}',
  '{url}',
  '{method}',
  '.',
  ':',
  '\n',
  'v0',
  '{no}',
)

const anyDescription: fc.Arbitrary<Signing> = fc.record({
  header: names,
  separator: maybe(fc.constantFrom(...separators)),
  prefix: prefixes,
  template: fc.oneof(
    fc.constantFrom('{body}', '{timestamp}.{body}', '{id}.{timestamp}.{body}', '{id}:{body}'),
    fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join('')),
  ),
  algorithm: fc.constantFrom(...algorithms),
  encoding: fc.constantFrom(...encodings),
  secret: fc.constant('text'),
  id: maybe(names),
  time: maybe(
    fc.record({
      header: maybe(names),
      prefix: maybe(prefixes),
      unit: fc.constantFrom(...timeUnits),
      tolerance: fc.constant(300),
    }),
  ),
})

/** Most of them have what their template names, and nothing else: of the others hardly one is taken. */
const description = fc.tuple(anyDescription, fc.integer({ min: 0, max: 3 })).map(([signing, kind]): Signing => {
  if (kind === 0) return signing
  const { template, id = ['x-id'], time = { header: ['x-time'], unit: 'seconds', tolerance: 300 } } = signing
  return {
    ...signing,
    id: template.includes('{id}') ? id : undefined,
    time: template.includes('{timestamp}') ? time : undefined,
  }
})

it('who signs as it says is believed, and whoever changes what is signed is not', async () => {
  let taken = 0
  await fc.assert(
    fc.asyncProperty(description, async (signing) => {
      if (!isTaken(signing)) return
      taken++
      const signature = signatureOf(signing, genuine, SECRET)
      expect(await isBelieved(signing, sent(signing, genuine, signature))).toBe(true)
      for (const [part, changed] of changes) {
        if (part !== 'body' && textOf(signing, changed) === textOf(signing, genuine)) continue
        expect(await isBelieved(signing, sent(signing, changed, signature)), part).toBe(false)
      }
      expect(await isBelieved(signing, sent(signing, genuine, '')), 'no signature').toBe(false)
      expect(() => checkSecret('secret', '', { verification: { scheme: 'hmac', signing } })).toThrow(RefusedError)
      const empty = sent(signing, genuine, signatureOf(signing, genuine, ''))
      expect(await isBelieved(signing, empty, ''), 'an empty secret').toBe(false)
    }),
    { numRuns: 3_000 },
  )
  // A rule that takes nothing at all would pass.
  expect(taken).toBeGreaterThan(100)
})

/** Every way in which a text could have been put together by the rest of a template; a time is one of those given. */
function* cutsOf(text: string, [piece, ...rest]: readonly TemplatePiece[], times: readonly string[]): Generator<Cut> {
  if (piece === undefined) {
    if (text === '') yield {}
    return
  }
  const word = 'word' in piece ? piece.word : undefined
  const fixed =
    'literal' in piece
      ? [piece.literal]
      : piece.word === 'method'
        ? ['POST']
        : piece.word === 'timestamp'
          ? times
          : undefined
  const heads =
    fixed?.filter((one) => text.startsWith(one)) ??
    Array.from({ length: text.length + 1 }, (_, end) => text.slice(0, end))
  for (const head of heads)
    for (const cut of cutsOf(text.slice(head.length), rest, times))
      yield word === undefined ? cut : { ...cut, [word]: head }
}

it('what is signed is believed as one delivery only, wherever somebody cuts it', async () => {
  const later = NOW + 1_000
  let cutElsewhere = 0
  const bodies = (time: string) => [
    `{"a":"b.${time}.c:\n${time}|{}"}`,
    `[1,${time}]`,
    `x=msg_1:${time}.[1]`,
    `${time}5=1`,
  ]
  await fc.assert(
    fc.asyncProperty(description, fc.nat({ max: 3 }), async (signing, which) => {
      if (!isTaken(signing)) return
      const times = [NOW, later].map((at) => timeOf(signing, at))
      const parts = { ...genuine, body: bodies(times[1] ?? '')[which] ?? '', url: `${genuine.url}?a=[1]` }
      const signature = signatureOf(signing, parts, SECRET)
      if (!(await isBelieved(signing, sent(signing, parts, signature)))) return
      for (const cut of cutsOf(textOf(signing, parts), templatePieces(signing.template), times)) {
        const time = cut.timestamp === times[1] ? later : NOW
        const other = { ...parts, ...cut, time }
        if (other.body === parts.body && other.id === parts.id && other.url === parts.url && time === NOW) continue
        if (!URL.canParse(other.url) || !PLAIN_HEADER.test(other.id)) continue
        cutElsewhere++
        expect(await isBelieved(signing, sent(signing, other, signature)), JSON.stringify(other)).toBe(false)
      }
    }),
    { numRuns: 2_000 },
  )
  expect(cutElsewhere).toBeGreaterThan(100)
})
