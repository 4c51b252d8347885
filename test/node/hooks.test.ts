import { createHmac } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { RefusedError } from '../../src/engine/errors.ts'
import { hookLimits } from '../../src/hooks/definition.ts'
import { compileExpression, evaluator } from '../../src/hooks/expression.ts'
import { compileMapping } from '../../src/hooks/mapping.ts'
import { checkMeaning } from '../../src/hooks/meaning.ts'
import { parsePayload, signedDigest, told } from '../../src/hooks/payload.ts'
import { presetNames, presets } from '../../src/hooks/presets.ts'
import { checkRedacted } from '../../src/hooks/redacted-path.ts'
import { keptPayload } from '../../src/hooks/redaction.ts'
import { Rejections } from '../../src/hooks/rejections.ts'
import { type SchemeName, type Signing, signingOf, type Verification } from '../../src/hooks/schemes.ts'
import { checkSigned } from '../../src/hooks/signed-part.ts'
import { outdatedProof, verify } from '../../src/hooks/verification.ts'
import { hookKeys, secretBox } from '../../src/secrets/secret-box.ts'
import { SecretOwner } from '../../src/secrets/secret-owner.ts'
import { SECRET, senders } from '../support/hook-senders.ts'

const NOW = 1_767_225_600_000
const BODY = '{"id":"evt_1","name":"Ádá"}'
const URL_OF_HOOK = 'https://edge.example/hooks/a_b'

const received = (headers: Readonly<Record<string, string>>, body = BODY, address?: string) => ({
  method: 'POST',
  url: URL_OF_HOOK,
  headers: new Headers(headers),
  body: async () => new Uint8Array(new TextEncoder().encode(body)),
  address,
})

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof RefusedError)) throw new Error(`It was not refused: ${String(error)}`)
  return error.refusal.problems[0].code
}

describe.each(Object.entries(senders))('%s', (name, sign) => {
  const verification: Verification = { scheme: name === 'svix' ? 'standard' : (name as SchemeName) }
  const hook = { verification, allowlist: [] }

  it('is believed with any of the secrets, and not when a byte differs, the secret does or no header is there', async () => {
    const { headers, secret } = await sign(BODY, { now: NOW, url: URL_OF_HOOK })
    await verify(received(headers), hook, [secret], NOW)
    await verify(received(headers), hook, [btoa('another'), secret], NOW)
    expect(await codeOf(verify(received(headers, `${BODY} `), hook, [secret], NOW))).toBe('invalid_signature')
    expect(await codeOf(verify(received(headers), hook, [btoa('another')], NOW))).toBe('invalid_signature')
    expect(await codeOf(verify(received(headers), hook, [], NOW))).toBe('invalid_signature')
    for (const missing of Object.keys(headers)) {
      const rest = Object.fromEntries(Object.entries(headers).filter(([header]) => header !== missing))
      expect(await codeOf(verify(received(rest), hook, [secret], NOW)), missing).toBe('invalid_signature')
    }
  })

  it('is not believed for no signature, the beginning of the right one, or the right one and more', async () => {
    const { headers, secret } = await sign(BODY, { now: NOW, url: URL_OF_HOOK })
    const {
      header: names,
      prefix,
      encoding,
    } = signingOf(verification as Exclude<Verification, { scheme: 'secret' | 'address' }>)
    const header = names.find((one) => Object.hasOwn(headers, one)) ?? ''
    const told = headers[header] ?? ''
    const signature = told.slice(told.indexOf(prefix) + prefix.length)
    const bytes = Buffer.from(signature, encoding)
    for (const other of [bytes.subarray(0, 0), bytes.subarray(0, 1), Buffer.concat([bytes, Buffer.alloc(1)])]) {
      const changed = { ...headers, [header]: told.replace(signature, other.toString(encoding)) }
      expect(await codeOf(verify(received(changed), hook, [secret], NOW)), changed[header]).toBe('invalid_signature')
    }
  })

  it('is believed for as long as its document says where its time is signed, and else always', async () => {
    const { headers, secret } = await sign(BODY, { now: NOW, url: URL_OF_HOOK })
    // docs/webhooks.md.
    const seconds = { standard: 300, svix: 300, stripe: 300, hubspot: 300, calendly: 180 }[name]
    for (const direction of [-1, 1]) {
      const at = (away: number) => verify(received(headers), hook, [secret], NOW + direction * away * 1_000)
      await at(seconds ?? 3_600)
      if (seconds !== undefined) expect(await codeOf(at(seconds + 1))).toBe('invalid_signature')
    }
  })
})

it.each([
  ['as it came', URL_OF_HOOK, URL_OF_HOOK, true],
  ['by the URL that a proxy has taken the TLS from', URL_OF_HOOK, URL_OF_HOOK.replace('https:', 'http:'), true],
  ['with what the sender signs as it is', `${URL_OF_HOOK}?a=@!`, `${URL_OF_HOOK}?a=%40%21`, true],
  ['by another URL', URL_OF_HOOK, `${URL_OF_HOOK}c`, false],
  ['by one that the sender has not reached by TLS', URL_OF_HOOK.replace('https:', 'http:'), URL_OF_HOOK, false],
])('a signature of the URL is believed %s: %s, %s, %s', async (_what, signed, url, isBelieved) => {
  const { headers, secret } = await senders.hubspot(BODY, { now: NOW, url: signed })
  const hook = { verification: { scheme: 'hubspot' } as const, allowlist: [] }
  const verified = verify({ ...received(headers), url }, hook, [secret], NOW)
  if (isBelieved) expect((await verified).secret).toBe(secret)
  else expect(await codeOf(verified)).toBe('invalid_signature')
})

it('what is rejected is written down at once, then every ten seconds, with how many there were', () => {
  const rejections = new Rejections()
  const due = (at: number, hook = 'a', code = 'invalid_signature') => rejections.due(hook, code, NOW + at)
  expect([due(0), due(1), due(9_999), due(10_000), due(10_001), due(30_000)]).toEqual([1, 0, 0, 3, 0, 2])
  expect([due(30_001, 'b'), due(30_001, 'a', 'address_not_allowed'), due(30_002)]).toEqual([1, 1, 0])
})

describe('several signatures', () => {
  const many = ['standard', 'stripe', 'calendly'] as const
  const separators = { standard: ' ', stripe: ',', calendly: ',' }

  it.each(many)('of %s are tried, but not as many as anybody likes to send', async (scheme) => {
    const { headers, secret } = await senders[scheme](BODY, { now: NOW, url: URL_OF_HOOK })
    const [name = '', right = ''] = Object.entries(headers).find(([header]) => header.includes('signature')) ?? []
    const wrong = scheme === 'standard' ? `v1,${btoa('another')}` : `v1=${'ab'.repeat(32)}`
    const behind = (count: number) => {
      const signatures = [...Array.from({ length: count }, () => wrong), right].join(separators[scheme])
      return verify(
        received({ ...headers, [name]: signatures }),
        { verification: { scheme }, allowlist: [] },
        [secret],
        NOW,
      )
    }
    await behind(1)
    await behind(4)
    expect(await codeOf(behind(5))).toBe('invalid_signature')
  })
})

describe('a forgery', () => {
  const hook = { verification: { scheme: 'stripe' } as const, allowlist: [] }
  const five = Array.from({ length: 5 }, (_, i) => `secret ${i}`)
  const forged = async () => {
    const { headers } = await senders.stripe(BODY, { now: NOW, url: URL_OF_HOOK })
    const [time = ''] = (headers['stripe-signature'] ?? '').split(',')
    const signatures = Array.from({ length: 20 }, (_, i) => `v1=${String(i % 10).repeat(64)}`)
    return { 'stripe-signature': [time, ...signatures].join(',') }
  }

  it('costs one signature for each secret, however many it brings', async () => {
    const signed = vi.spyOn(crypto.subtle, 'sign')
    try {
      expect(await codeOf(verify(received(await forged()), hook, five, NOW))).toBe('invalid_signature')
      expect(signed.mock.calls.length).toBe(five.length)
    } finally {
      signed.mockRestore()
    }
  })

  it('is told by what is cheap before its body is read', async () => {
    const unread = (headers: Readonly<Record<string, string>>) => ({
      ...received(headers, BODY, '198.51.100.1'),
      body: () => Promise.reject(new Error('The body was read')),
    })
    const right = await forged()
    const listed = { ...hook, allowlist: ['192.0.2.0/24'] }
    const secret = { verification: { scheme: 'secret', in: 'header', name: 'x-token' } as const, allowlist: [] }
    expect(await codeOf(verify(unread(right), listed, five, NOW))).toBe('address_not_allowed')
    expect(await codeOf(verify(unread({}), hook, five, NOW))).toBe('invalid_signature')
    expect(await codeOf(verify(unread({ 'stripe-signature': 't=1,v1=xy' }), hook, five, NOW))).toBe('invalid_signature')
    expect(await codeOf(verify(unread(right), hook, five, NOW + 3_600_000))).toBe('invalid_signature')
    expect(await codeOf(verify(unread({ 'x-token': 'no' }), secret, five, NOW))).toBe('invalid_signature')
    await expect(verify(unread(right), hook, five, NOW)).rejects.toThrow('The body was read')
  })
})

describe('a template of ones own', () => {
  const seconds = String(NOW / 1_000)
  const signedBy = async (template: string) => {
    const text = template.replaceAll('{timestamp}', seconds).replaceAll('{body}', BODY)
    const signing = {
      header: ['x-signature'],
      prefix: '',
      template,
      algorithm: 'SHA-256',
      encoding: 'hex',
      secret: 'text',
      time: { header: ['x-time'], unit: 'seconds', tolerance: 300 },
    } as const
    const headers = { 'x-signature': createHmac('sha256', SECRET).update(text).digest('hex'), 'x-time': seconds }
    return verify(received(headers), { verification: { scheme: 'hmac', signing }, allowlist: [] }, [SECRET], NOW)
  }

  it.each([
    '{timestamp}.{body}',
    'v0:{timestamp}:{body}',
    '{timestamp}.id.{body}',
    '{body}-url-{timestamp}',
    'idmethod{timestamp}body{body}',
    '{timestamp}{toString}{body}',
    '{body}{constructor}{timestamp}',
    '{timestamp}{__proto__}{body}{}',
  ])('has its words filled in, and all else as it is: %s', async (template) => {
    expect((await signedBy(template)).secret).toBe(SECRET)
  })

  it('may have its parts cut by a semicolon, and a time of ISO 8601 that the body stands beside', async () => {
    const hmac = (text: string) => createHmac('sha256', SECRET).update(text).digest('hex')
    const paddle: Verification = {
      scheme: 'hmac',
      signing: {
        ...{ header: ['paddle-signature'], separator: ';', prefix: 'h1=', template: '{timestamp}:{body}' },
        ...{ algorithm: 'SHA-256', encoding: 'hex', secret: 'text' },
        time: { prefix: 'ts=', unit: 'seconds', tolerance: 300 },
      },
    }
    const time = `${NOW / 1_000}`
    const header = `ts=${time};h1=${hmac(`${time}:${BODY}`)}`
    await verify(received({ 'paddle-signature': header }), { verification: paddle, allowlist: [] }, [SECRET], NOW)
    const zendesk: Verification = {
      scheme: 'hmac',
      signing: {
        ...{ header: ['x-signature'], prefix: '', template: '{timestamp}{body}' },
        ...{ algorithm: 'SHA-256', encoding: 'hex', secret: 'text' },
        time: { header: ['x-time'], unit: 'iso', tolerance: 300 },
      },
    }
    const signedAt = (at: string, now = NOW) =>
      verify(
        received({ 'x-time': at, 'x-signature': hmac(`${at}${BODY}`) }),
        { verification: zendesk, allowlist: [] },
        [SECRET],
        now,
      )
    const iso = new Date(NOW).toISOString()
    for (const at of [iso, iso.replace('.000Z', 'Z'), iso.replace('.000Z', '+00:00')])
      expect((await signedAt(at)).signed.time).toBe(iso)
    for (const at of [iso.slice(0, -1), `0${iso}`, `${iso}1`, time, iso.replace('T', ' ')])
      expect(await codeOf(signedAt(at)), at).toBe('invalid_signature')
    expect(await codeOf(signedAt(iso, NOW + 301_000))).toBe('invalid_signature')
  })

  it.each([
    ['t=', ''],
    ['t=', 't'],
    ['t', 't='],
    ['', 'v1='],
  ])('may have a time behind "%s" and signatures behind "%s": a part is of the longer', async (before, prefix) => {
    const signature = createHmac('sha256', SECRET).update(`${seconds}.${BODY}`).digest('hex')
    const signing: Signing = {
      ...{ header: ['x-signature'], separator: ',', prefix, template: '{timestamp}.{body}' },
      ...{ algorithm: 'SHA-256', encoding: 'hex', secret: 'text' },
      time: { prefix: before, unit: 'seconds', tolerance: 300 },
    }
    const parts = [`${before}${seconds}`, ...Array.from({ length: 4 }, () => `${prefix}abcd`), `${prefix}${signature}`]
    for (const all of [parts, parts.toReversed()]) {
      const headers = { 'x-signature': all.join(',') }
      const hook: Verification = { scheme: 'hmac', signing }
      expect((await verify(received(headers), { verification: hook, allowlist: [] }, [SECRET], NOW)).secret).toBe(
        SECRET,
      )
    }
  })

  it('has a time without leading zeros: such a digit could be of what stands before it', async () => {
    const at = (time: string, body: string) => {
      const signing = {
        header: ['x-signature'],
        prefix: '',
        template: '{body}{timestamp}',
        algorithm: 'SHA-256',
        encoding: 'hex',
        secret: 'text',
        time: { header: ['x-time'], unit: 'seconds', tolerance: 300 },
      } as const
      const signature = createHmac('sha256', SECRET).update(`amount=10${seconds}`).digest('hex')
      const headers = { 'x-signature': signature, 'x-time': time }
      return verify(
        received(headers, body),
        { verification: { scheme: 'hmac', signing }, allowlist: [] },
        [SECRET],
        NOW,
      )
    }
    expect((await at(seconds, 'amount=10')).secret).toBe(SECRET)
    expect(await codeOf(at(`0${seconds}`, 'amount=1'))).toBe('invalid_signature')
  })

  it('does not have the body signed many times over, however it came to be stored', async () => {
    expect(await codeOf(signedBy(`{timestamp}${'{body}'.repeat(30)}`))).toBe('invalid_signature')
  })
})

describe('what is signed', () => {
  const seconds = String(NOW / 1_000)
  type Cut = Readonly<Record<'id' | 'timestamp' | 'body', string>> & { readonly url?: string }

  const textOf = (template: string, cut: Cut) => {
    const words: Record<string, string> = { method: 'POST', url: URL_OF_HOOK, ...cut }
    return template.replace(/\{(\w+)\}/g, (_, word: string) => words[word] ?? '')
  }

  /** As by a sender that signs this, and sends that. */
  const sent = (template: string, signed: Cut, { id, timestamp, body, url = URL_OF_HOOK }: Cut) => {
    const signing: Signing = {
      header: ['x-signature'],
      prefix: '',
      template,
      algorithm: 'SHA-256',
      encoding: 'hex',
      secret: 'text',
      ...(template.includes('{id}') && { id: ['x-id'] }),
      ...(template.includes('{timestamp}') && { time: { header: ['x-time'], unit: 'seconds', tolerance: 300 } }),
    }
    const signature = createHmac('sha256', SECRET).update(textOf(template, signed)).digest('hex')
    const delivery = { ...received({ 'x-signature': signature, 'x-id': id, 'x-time': timestamp }, body), url }
    return verify(delivery, { verification: { scheme: 'hmac', signing }, allowlist: [] }, [SECRET], NOW)
  }

  const JSON_BODY = `{"name":"x.${seconds}.email=a@b.example&z="}`
  const old = String(NOW / 1_000 - 604_800)
  const cuts: readonly (readonly [template: string, signed: Cut, sent: Cut])[] = [
    [
      '{id}.{timestamp}.{body}',
      { id: 'msg_1', timestamp: old, body: JSON_BODY },
      { id: `msg_1.${old}.{"name":"x`, timestamp: seconds, body: 'email=a@b.example&z="}' },
    ],
    ['{id}{body}', { id: 'a', timestamp: '', body: '{"b":"[1]' }, { id: 'a{"b":"', timestamp: '', body: '[1]' }],
    ['{id}{body}', { id: 'ab', timestamp: '', body: 'c=1' }, { id: 'a', timestamp: '', body: 'bc=1' }],
    [
      '{id}{timestamp}{body}',
      { id: `a${seconds}`, timestamp: old, body: '{}' },
      { id: 'a', timestamp: seconds, body: `${old}{}` },
    ],
    ['{body}|{id}', { id: 'a', timestamp: '', body: 'name=x|y' }, { id: 'y|a', timestamp: '', body: 'name=x' }],
    [
      '{method}{url}{body}',
      { id: '', timestamp: '', body: '[{"name":"&email=a@b.example&z="}]', url: `${URL_OF_HOOK}?from=x` },
      { id: '', timestamp: '', body: 'from=x[{"name":"&email=a@b.example&z="}]', url: `${URL_OF_HOOK}?` },
    ],
    [
      '{url}{body}',
      { id: '', timestamp: '', body: '[1,{"a":2}]', url: `${URL_OF_HOOK}?from=x` },
      { id: '', timestamp: '', body: '{"a":2}]', url: `${URL_OF_HOOK}?from=x[1,` },
    ],
  ]

  it.each(cuts)('cannot be cut in another way: %s', async (template, signed, other) => {
    expect(textOf(template, other)).toBe(textOf(template, signed))
    expect(await codeOf(sent(template, signed, other))).toBe('invalid_signature')
  })

  it.each([
    ['{id}.{timestamp}.{body}', { id: 'msg_1', timestamp: seconds, body: JSON_BODY }],
    ['{id}.{timestamp}.{body}', { id: 'urn:uuid:7', timestamp: seconds, body: 'a=1' }],
    ['{id}{body}', { id: 'a', timestamp: '', body: JSON_BODY }],
    ['{timestamp}{body}', { id: '', timestamp: seconds, body: '5=1' }],
    ['{body}{url}', { id: '', timestamp: '', body: '[1]' }],
    ['{url}\n{id}\n{body}', { id: 'a', timestamp: '', body: 'a=1' }],
    ['{url}.{body}', { id: '', timestamp: '', body: '{}' }],
    ['{method}{url}{body}{timestamp}', { id: '', timestamp: seconds, body: '[{"a":1}]' }],
  ] as const)('is believed as its sender has put it together: %s %j', async (template, cut) => {
    expect((await sent(template, cut, cut)).secret).toBe(SECRET)
  })
})

describe('what decides what is new', () => {
  const hookWith = (verification: Verification, mapping: object, options = {}) => ({
    verification,
    mapping: { match: [], values: {}, ...mapping },
    options,
    redact: [],
  })
  const own = (time: object): Verification => ({
    scheme: 'hmac',
    signing: {
      header: ['x-signature'],
      prefix: '',
      template: '{timestamp}.{body}',
      algorithm: 'SHA-256',
      encoding: 'hex',
      secret: 'text',
      time: { unit: 'seconds', tolerance: 300, ...time },
    },
  })

  it.each<[Verification, string]>([
    [{ scheme: 'github' }, 'digest'],
    [{ scheme: 'github' }, 'body.headers.id'],
    [{ scheme: 'github' }, "join(' ', [body.id, to_string(body.query)])"],
    [{ scheme: 'standard' }, 'headers."webhook-id"'],
    [{ scheme: 'standard' }, 'headers."svix-id" || headers."svix-timestamp"'],
    [{ scheme: 'hubspot' }, 'query.id'],
    [{ scheme: 'secret', in: 'header', name: 'x' }, 'headers."x-id"'],
    [{ scheme: 'address' }, 'query.id'],
    [own({ header: ['X-Time'] }), 'headers."x-time"'],
  ])('may be what the sender signs: %j %s', (verification, messageId) => {
    checkSigned(hookWith(verification, { messageId }))
  })

  it.each<[Verification, string]>([
    [{ scheme: 'github' }, 'headers."x-github-delivery"'],
    [{ scheme: 'github' }, '$.headers."x-github-delivery"'],
    [{ scheme: 'github' }, 'body.id || headers."x-github-delivery"'],
    [{ scheme: 'github' }, "join(' ', [body.id, headers.a])"],
    [{ scheme: 'github' }, 'headers | values(@)[0]'],
    [{ scheme: 'github' }, '{a: query.id}.a'],
    [{ scheme: 'github' }, 'not_null(body.id, (@.headers."x-id"))'],
    [{ scheme: 'github' }, '@ | headers."x-id"'],
    [{ scheme: 'github' }, '[@][0].headers."x-id"'],
    [{ scheme: 'github' }, '{a: @}.a.headers."x-id"'],
    [{ scheme: 'github' }, 'values(@)[1]."x-id"'],
    [{ scheme: 'github' }, '@.*."x-id" | [0]'],
    [{ scheme: 'github' }, '*."x-id" | [0]'],
    [{ scheme: 'github' }, 'map(&headers."x-id", [@])[0]'],
    [{ scheme: 'github' }, 'map(&$.headers."x-id", body.list)[0]'],
    [{ scheme: 'github' }, 'body.list[?$.headers."x-id"].id | [0]'],
    [{ scheme: 'github' }, 'body | $.headers."x-id"'],
    [{ scheme: 'github' }, 'body.{id: $.headers."x-id"}.id'],
    [{ scheme: 'standard' }, 'headers."x-id"'],
    [{ scheme: 'standard' }, 'query.id'],
    [own({ prefix: 't=', header: ['x-time'] }), 'headers."x-time"'],
  ])('is nothing else: %j %s', async (verification, expression) => {
    const refused = (mapping: object, options = {}) =>
      codeOf(Promise.resolve().then(() => checkSigned(hookWith(verification, mapping, options))))
    expect(await refused({ messageId: expression })).toBe('invalid_value')
    expect(await refused({ items: expression })).toBe('invalid_value')
    expect(await refused({ values: { at: expression } }, { ifNewer: 'at' })).toBe('invalid_value')
    checkSigned(hookWith(verification, { values: { at: expression } }))
  })

  it('sees nothing else, however it is written', () => {
    const input = {
      body: {},
      headers: { 'webhook-id': 'signed', 'svix-id': 'added', 'x-id': 'added', 'webhook-timestamp': '7' },
      query: { id: 'added' },
    }
    const { map: all } = compileMapping(hookWith({ scheme: 'standard' }, { messageId: 'to_string([headers, query])' }))
    expect(all(input).messageId).toBe(
      '[{"webhook-id":"signed","svix-id":"signed","webhook-timestamp":"7","svix-timestamp":"7"},{}]',
    )
    const time = hookWith(
      { scheme: 'github' },
      { items: '[body]', values: { at: `to_string($.headers)`, first_name: 'to_string($.headers)' } },
      { ifNewer: 'at' },
    )
    expect(compileMapping(time).map(input).items).toMatchObject([
      { values: { at: '{}', first_name: expect.stringContaining('svix-id') } },
    ])
  })

  it('is no silent nothing where only what is not signed has it', async () => {
    const input = { body: { list: [{}] }, headers: { 'x-id': 'added' }, query: {} }
    const hidden = '[@][0].headers."x-id"'
    const refused = (mapping: object, options = {}) =>
      codeOf(Promise.resolve().then(() => compileMapping(hookWith({ scheme: 'github' }, mapping, options)).map(input)))
    expect(await refused({ messageId: hidden })).toBe('mapping_failed')
    expect(await refused({ items: '[@][0].headers.*' })).toBe('mapping_failed')
    expect(await refused({ values: { at: hidden } }, { ifNewer: 'at' })).toBe('mapping_failed')
    expect(compileMapping(hookWith({ scheme: 'github' }, { messageId: 'body.id' })).map(input).messageId).toBeNull()
  })

  it('sees nothing else of the elements either', () => {
    const hook = hookWith(
      { scheme: 'github' },
      { items: '[headers]', values: { at: 'to_string(item)' } },
      { ifNewer: 'at' },
    )
    const [item] = compileMapping(hook).map({ body: {}, headers: { 'x-id': 'added' }, query: {} }).items
    expect(item).toMatchObject({ values: { at: '{}' } })
  })

  it.each(presetNames)('of %s, and all else that it looks at, is signed', (name) => {
    const { mapping, ...preset } = presets[name]
    const { when, items, messageId, match, values } = mapping
    const expressions = [when, items, messageId, ...match.flatMap(Object.values), ...Object.values(values)]
    for (const one of expressions) if (one) checkSigned({ ...preset, mapping: { ...mapping, messageId: one } })
    expect(messageId, 'without it a repetition is not known').toBeDefined()
  })
})

describe('an expression that never means anything', () => {
  const refusalOf = async (mapping: object, verification: Verification = { scheme: 'standard' }) => {
    const error = await Promise.resolve()
      .then(() => checkMeaning({ mapping: { match: [], values: {}, ...mapping }, verification }))
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
    return error instanceof RefusedError ? error.refusal.problems[0] : error
  }

  it.each<[object, string, RegExp]>([
    [{ when: '!body.test' }, 'mapping.when', /!\(body\.test\)/],
    [{ when: '!$.body.test' }, 'mapping.when', /parentheses/],
    [{ when: 'body.a && !body.list[?b].c' }, 'mapping.when', /parentheses/],
    [{ when: '!body.*' }, 'mapping.when', /parentheses/],
    [{ when: '(body.a == body.b).c' }, 'mapping.when', /parentheses/],
    [{ items: '!body[]' }, 'mapping.items', /parentheses/],
    [{ when: 'body.form == "signup"' }, 'mapping.when', /single quotes: 'signup'/],
    [{ values: { first_name: 'bdy.name' } }, 'mapping.values.first_name', /nearest is body/],
    [{ values: { first_name: 'item.name' } }, 'mapping.values.first_name', /no items/],
    [{ items: 'item.list' }, 'mapping.items', /no items/],
    [{ messageId: 'headers."Webhook-Id"' }, 'mapping.messageId', /in lower case: headers\."webhook-id"/],
    [{ messageId: 'signed.uuid' }, 'mapping.messageId', /signed\.id, signed\.time\) and not signed\.uuid/],
    [{ when: 'headers.authorization' }, 'mapping.when', /could hold a secret/],
    [{ values: { first_name: 'query.author' } }, 'mapping.values.first_name', /without query\.author.*secret/],
    [{ values: { first_name: 'query.Token' } }, 'mapping.values.first_name', /could hold a secret/],
    [{ match: [{ emails: 'body.list[?a == $.mail].b | [0]' }] }, 'mapping.match.0.emails', /not mail/],
  ])('is refused where it stands: %j', async (mapping, field, detail) => {
    expect(await refusalOf(mapping)).toMatchObject({
      code: 'invalid_value',
      field,
      detail: expect.stringMatching(detail),
    })
  })

  it.each([
    { when: '!(body.test)', items: 'body.list', values: { first_name: 'item.name', last_name: '$.item.name' } },
    { messageId: 'signed.id', values: { first_name: 'signed.time' } },
    { when: '!body && body.a || !(body.list[0])' },
    { when: "(body.payload || body) | !zen && sender.type == 'User'" },
    { when: 'body.list[?a == b].c | [0]', messageId: 'digest', values: { first_name: "headers.a || query.b || 'c'" } },
    { values: { first_name: 'to_string(@)', last_name: 'map(&name, body.list)[0]' } },
    ...presetNames.map((name) => presets[name].mapping),
  ])('is none of these: %j', async (mapping) => {
    expect(await refusalOf(mapping)).toBeUndefined()
  })

  it('of what proves a delivery is one, wherever it is sent', async () => {
    const signing = {
      header: ['X-Sig'],
      prefix: '',
      template: '{body}',
      algorithm: 'SHA-1',
      encoding: 'hex',
      secret: 'text',
    } as const
    expect(await refusalOf({ when: 'headers."x-sig"' }, { scheme: 'hmac', signing })).toMatchObject({
      field: 'mapping.when',
    })
    for (const place of ['header', 'query'] as const) {
      const verification = { scheme: 'secret', in: place, name: 'X-Pin' } as const
      for (const when of ['headers."x-pin"', 'query."x-pin"'])
        expect(await refusalOf({ when }, verification), when).toMatchObject({ field: 'mapping.when' })
    }
  })

  it('of what is signed is one that the scheme does not sign', async () => {
    const codes = (['github', 'stripe', 'standard'] as const).map(async (scheme) => [
      await refusalOf({ messageId: 'signed.id' }, { scheme }),
      await refusalOf({ when: 'signed.time' }, { scheme }),
    ])
    const isRefused = (await Promise.all(codes)).map((both) => both.map((one) => one !== undefined))
    expect(isRefused).toEqual([
      [true, true],
      [true, false],
      [false, false],
    ])
  })
})

describe('what was verified', () => {
  it.each(Object.entries(senders))('tells the id and the time that %s has signed', async (name, sign) => {
    const scheme = name === 'svix' ? 'standard' : (name as SchemeName)
    const { headers, secret } = await sign(BODY, { now: NOW, url: URL_OF_HOOK })
    const { signed } = await verify(received(headers), { verification: { scheme }, allowlist: [] }, [secret], NOW)
    const { id, time } = signingOf({ scheme })
    expect(signed).toEqual({
      ...(id && { id: headers['webhook-id'] ?? headers['svix-id'] }),
      ...(time && { time: new Date(NOW).toISOString() }),
    })
  })

  it('is believed later only by a secret that the hook still has, or where none is asked for', () => {
    const address = '192.0.2.7'
    const outdated = (verification: Verification, secret: string | null, allowlist: readonly string[] = []) =>
      outdatedProof({ secret, address }, { verification, allowlist }, [SECRET]) !== undefined
    const schemes: readonly Verification[] = [{ scheme: 'github' }, { scheme: 'secret', in: 'header', name: 'x-token' }]
    for (const verification of schemes)
      expect([SECRET, 'another', null].map((secret) => outdated(verification, secret))).toEqual([false, true, true])
    expect(outdated({ scheme: 'address' }, null, [address])).toBe(false)
    expect(outdated({ scheme: 'address' }, null, ['198.51.100.0/24'])).toBe(true)
  })

  it('is nothing where the hook has no secret yet, and that is what is said', async () => {
    const { headers } = await senders.github(BODY, { now: NOW, url: URL_OF_HOOK })
    const refused = verify(received(headers), { verification: { scheme: 'github' }, allowlist: [] }, [], NOW)
    await expect(refused).rejects.toMatchObject({
      refusal: { problems: [{ code: 'invalid_signature', detail: expect.stringContaining('no secret yet') }] },
    })
  })
})

it('counting what is rejected never fills the memory: what was counted first is forgotten', () => {
  const rejections = new Rejections()
  const counts = [1, 2, 3].map(() => rejections.due('first', 'invalid_signature', NOW))
  expect(counts).toEqual([1, 0, 0])
  for (let i = 0; i < 1_000; i++) rejections.due(`other ${i}`, 'invalid_signature', NOW)
  expect(rejections.due('first', 'invalid_signature', NOW)).toBe(1)
})

describe('without a signature', () => {
  it('the secret itself must be there', async () => {
    const hook = { verification: { scheme: 'secret', in: 'header', name: 'x-token' } as const, allowlist: [] }
    await verify(received({ 'x-token': SECRET }), hook, [SECRET], NOW)
    expect(await codeOf(verify(received({ 'x-token': 'no' }), hook, [SECRET], NOW))).toBe('invalid_signature')
    expect(await codeOf(verify(received({}), hook, [SECRET], NOW))).toBe('invalid_signature')
  })

  it('the address must be on the list, and an empty list has nobody', async () => {
    const by = (allowlist: readonly string[]) => ({ verification: { scheme: 'address' } as const, allowlist })
    await verify(received({}, BODY, '192.0.2.7'), by(['192.0.2.0/24']), [], NOW)
    expect(await codeOf(verify(received({}, BODY, '198.51.100.1'), by(['192.0.2.0/24']), [], NOW))).toBe(
      'address_not_allowed',
    )
    expect(await codeOf(verify(received({}, BODY, '192.0.2.7'), by([]), [], NOW))).toBe('address_not_allowed')
  })
})

describe('secrets', () => {
  const OWNER = SecretOwner.hook('o', 'h')
  const [first, second] = [1, 2].map((n) => btoa(String.fromCharCode(...new Uint8Array(32).fill(n)))) as [
    string,
    string,
  ]

  it('come back with a key that was rotated, and to their own hook alone', async () => {
    const sealed = await secretBox(hookKeys(first)).seal(SECRET, OWNER)
    expect(sealed).not.toContain(SECRET)
    expect(await secretBox(hookKeys(`${second} ${first}`)).open(sealed, OWNER)).toBe(SECRET)
    expect(await codeOf(secretBox(hookKeys(first)).open(sealed, SecretOwner.hook('o', 'other')))).toBe(
      'hooks_key_missing',
    )
    expect(await codeOf(secretBox(hookKeys(second)).open(sealed, OWNER))).toBe('hooks_key_missing')
    expect(await codeOf(secretBox([]).seal(SECRET, OWNER))).toBe('hooks_key_unset')
    await expect(secretBox([]).open(sealed, OWNER)).rejects.toMatchObject({
      refusal: { problems: [{ code: 'hooks_key_missing', detail: 'it has no key for them' }] },
    })
  })

  it('are sealed with the first key, so that one that was rotated out can go', async () => {
    const sealed = await secretBox(hookKeys(`${second} ${first}`)).seal(SECRET, OWNER)
    expect(await secretBox(hookKeys(second)).open(sealed, OWNER)).toBe(SECRET)
    expect(await codeOf(secretBox(hookKeys(first)).open(sealed, OWNER))).toBe('hooks_key_missing')
  })

  it('have keys of 32 bytes, all of which are looked at, whatever blank is between them', () => {
    const ofBytes = (length: number) => Buffer.alloc(length, 1).toString('base64')
    for (const text of [
      'short',
      ...[0, 16, 31, 33].map((length) => `${first} ${ofBytes(length) || '='}`),
      `${first} no`,
    ])
      expect(() => hookKeys(text), text).toThrow('HOOKS_KEY')
    expect(hookKeys(` ${second}\n${first}\t`)).toEqual([second, first])
    expect(hookKeys(undefined)).toEqual([])
  })
})

describe('expressions', () => {
  const refused = (work: () => unknown) => codeOf(Promise.resolve().then(work))

  it.each([
    ['nothing that can be parsed', 'a..b', 'invalid_value'],
    ['too long', 'a'.repeat(1_001), 'too_long'],
    ['too deep', `${'['.repeat(40)}a${']'.repeat(40)}`, 'invalid_value'],
    ['a scope of its own', 'let $a = b in $a', 'invalid_value'],
    ['padding', "pad_left(a, `1000000000`, ' ')", 'invalid_value'],
    ['an unknown function', 'nothing(a)', 'invalid_value'],
    ['a reserved name', '{constructor: a}', 'invalid_value'],
  ])('are refused when they are %s', async (_what, text, code) => {
    expect(await refused(() => compileExpression(text, ['mapping']))).toBe(code)
  })

  it.each([
    [
      'doubling',
      Array.from({ length: 12 }, () => '[@, @][]')
        .join(' | ')
        .replace('@, @', 'list, list'),
    ],
    ['a list for each element', 'map(&$.list, list)[]'],
    ['a long text between many', 'join($.text, list)'],
    ['long replacements', "replace(text, 'a', text)"],
  ])('end when their steps are used up: %s', async (_what, text) => {
    const expression = compileExpression(text, ['mapping'])
    const context = { list: Array.from({ length: 20_000 }, () => 'a'), text: 'a'.repeat(50_000) }
    expect(await refused(() => evaluator()(expression, context))).toBe('mapping_failed')
  })

  it('see nothing that a payload merely inherits', () => {
    expect(evaluator()(compileExpression('toString', []), {})).toBeNull()
  })
})

describe('the digest of a body', () => {
  const mapped = (more: object) =>
    compileMapping({
      mapping: { match: [], values: {}, ...more },
      options: {},
      redact: [],
      verification: { scheme: 'github' },
    })

  it.each([
    { messageId: 'digest' },
    { messageId: '"dig\\u0065st"' },
    { when: '$.digest' },
    { items: '[@][*].body' },
    { match: [{ emails: 'body.email' }, { emails: 'digest' }] },
    { values: { first_name: "join(' ', [body.name, digest])" } },
  ])('is read by %j', (mapping) => {
    expect(mapped(mapping).readsDigest).toBe(true)
  })

  it.each([{ values: { last_name: 'body.digest_note' } }, { messageId: 'body.digest', when: "'digest'" }])(
    'is not read by %j',
    (mapping) => {
      expect(mapped(mapping).readsDigest).toBe(false)
    },
  )
})

describe('a mapping', () => {
  const base = { match: [{ emails: 'item.email' }], values: { emails: 'item.email', first_name: 'item.name' } }
  const input = (body: unknown) => ({ body, headers: {}, query: {} })
  const verification = { scheme: 'address' } as const

  it('makes an item of each element, adds constants, and tells the message', () => {
    const { map } = compileMapping({
      mapping: { ...base, items: 'body.list', constants: { source: 'form' }, messageId: 'body.id' },
      options: { mode: 'update' },
      verification,
      redact: [],
    })
    expect(map(input({ id: 7, list: [{ email: 'a@b.example' }] }))).toEqual({
      messageId: '7',
      items: [
        {
          match: [{ emails: 'a@b.example' }],
          values: { emails: 'a@b.example', first_name: null, source: 'form' },
          blanks: 'ignore',
          mode: 'update',
        },
      ],
    })
  })

  it.each([
    ['nothing', null, null],
    ['an empty text', '', null],
    ['a number', 7, '7'],
    ['a text', 'a b', 'a b'],
    ['a text that looks like a number', '7', '"7"'],
    ['a text that looks like a text in quotes', '"7"', '"\\"7\\""'],
    ['a text that a log would show in part', 'a\u0000b', '"a\\u0000b"'],
    ['a number that is too large', 2 ** 53, 'mapping_failed'],
    ['a fraction', 0.1, 'mapping_failed'],
    ['a list', ['a'], 'mapping_failed'],
    ['what is no Unicode', '\ud800', 'mapping_failed'],
    ['what is too long', 'a'.repeat(hookLimits.messageIdCharacters + 1), 'mapping_failed'],
  ])('knows a message by its id alone: %s', async (_what, id, expected) => {
    const { map } = compileMapping({
      mapping: { match: [], values: {}, messageId: 'body.id' },
      options: {},
      verification,
      redact: [],
    })
    const run = Promise.resolve().then(() => map(input({ id })).messageId)
    if (expected === 'mapping_failed') expect(await codeOf(run)).toBe(expected)
    else expect(await run).toBe(expected)
  })

  describe('of which something is redacted', () => {
    const card = { id: 7, number: 4111 }
    const body = {
      id: 'm1',
      card,
      cards: [card],
      list: [{ email: 'a@b.example', code: 'x' }, { email: 'c@d.example' }],
    }
    const mapped = (messageId: string) =>
      compileMapping({
        mapping: { match: [], values: {}, messageId },
        options: {},
        verification,
        redact: ['body.card.number', 'body.cards.number', 'headers.x-card'],
      }).map({ body, headers: { 'x-card': '4111', 'x-id': 'h1' }, query: {} }).messageId

    it.each([
      'body.card | number',
      'body.cards[0].number',
      'to_string(body)',
      'to_string(body.card)',
      "join('', [to_string(body.card.number)])",
      '[body.card.number][0]',
      'values(body.card)[1]',
      "join('', keys(body.card))",
      'length(to_string(body.card))',
      'headers | "x-card"',
      'values(headers)[0]',
      '[@][0].body.card.number',
      "body.card.number == `4111` && 'yes' || 'no'",
    ])('shows nothing of that as the id of a message: %s', async (messageId) => {
      expect(await codeOf(Promise.resolve().then(() => mapped(messageId)))).toBe('mapping_failed')
    })

    it.each([
      ['body.card.id', '7'],
      ['body | cards[0].id', '7'],
      ['not_null(headers, body) | join(\'-\', ["x-id"])', 'h1'],
      ["join('-', [body.id, to_string(body.list[*].email)])", 'm1-["a@b.example","c@d.example"]'],
    ])('may know a message by what stands beside that: %s', (messageId, expected) => {
      expect(mapped(messageId)).toBe(expected)
    })
  })

  it('may come to so much, and no more, however often it names a part of the payload', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `a${i}`)
    const mapping = { match: [], values: Object.fromEntries(names.map((name) => [name, 'body.text'])) }
    const { map } = compileMapping({ mapping, options: {}, redact: [], verification })
    const text = (share: number) => 'x'.repeat(Math.floor((share * hookLimits.mappedCharacters) / names.length))
    map(input({ text: text(0.9) }))
    expect(await codeOf(Promise.resolve().then(() => map(input({ text: text(1.01) }))))).toBe('mapping_failed')
  })

  it.each([
    [{ name: 'Cher' }, {}, { first_name: 'Cher', last_name: null }, 'write'],
    [{ name: 'Ann Bee' }, {}, { first_name: 'Ann', last_name: 'Bee', job_title: null }, 'ignore'],
    [{}, {}, { first_name: null, last_name: null, job_title: null }, 'ignore'],
    [{ name: 'Cher' }, { blanks: 'write' }, { first_name: 'Cher', last_name: null, job_title: null }, 'write'],
  ])('clears what it says is to be cleared, and nothing else that is blank: %j %j', (body, options, values, blanks) => {
    const { map } = compileMapping({
      mapping: {
        match: [],
        values: {
          first_name: "body.name && split(body.name, ' ')[0]",
          last_name: "body.name && or_clear(join(' ', split(body.name, ' ')[1:]))",
          job_title: 'body.job',
        },
      },
      options,
      verification,
      redact: [],
    })
    expect(map(input(body)).items).toEqual([{ values, blanks }])
  })

  it.each([
    ['', false],
    [null, false],
    [false, false],
    [[], false],
    [{}, false],
    ['0', true],
    [0, true],
    [{ a: null }, true],
  ])('takes %j for as true as expressions do: %j', (wanted, isTaken) => {
    const map = (when: string) =>
      compileMapping({ mapping: { match: [], values: {}, when }, options: {}, redact: [], verification }).map
    for (const when of ['body.wanted', '!(!(body.wanted))'])
      expect(map(when)(input({ wanted })).skipped === undefined, when).toBe(isTaken)
  })

  it('skips what does not matter, and refuses what has nothing to match by or is no list', async () => {
    const { map } = compileMapping({
      mapping: { ...base, items: 'body.list', when: "body.type == 'new'" },
      options: {},
      verification,
      redact: [],
    })
    expect(map(input({ type: 'old', list: [{}] })).items).toEqual([])
    for (const list of [[{ name: 'Ada' }], 'text', Array.from({ length: 101 }, () => ({ email: 'a@b.example' }))])
      expect(await codeOf(Promise.resolve().then(() => map(input({ type: 'new', list }))))).toBe('mapping_failed')
  })
})

describe('a payload', () => {
  const bytes = (text: string) => new TextEncoder().encode(text)

  const parsed = (text: string) => codeOf(Promise.resolve().then(() => parsePayload(bytes(text))))

  it.each([
    ['{"a":1}', { a: 1 }],
    [' [1]\n', [1]],
    ['"a=1&b=2"', 'a=1&b=2'],
    ['{"name":"x&email=a@b.example&z="}', { name: 'x&email=a@b.example&z=' }],
    ['a=1&b=x&b=y&payload=%7B%22c%22%3A2%7D', { a: '1', b: ['x', 'y'], payload: { c: 2 } }],
    ['name=Ádá Lovelace&payload={"c":2}', { name: 'Ádá Lovelace', payload: { c: 2 } }],
  ])('is JSON or a form, as its bytes say: %s', (text, expected) => {
    expect(parsePayload(bytes(text))).toEqual(expected)
  })

  it.each([
    ['hello', 'malformed_json'],
    ['', 'malformed_json'],
    ['{"name":"x&email=a@b.example&z="', 'malformed_json'],
    ['["x&email=a@b.example&z="', 'malformed_json'],
    ['"x&email=a@b.example&z=', 'malformed_json'],
    ['<name>x&email=a@b.example&z=</name>', 'malformed_json'],
    [' {"name":"x&email=a@b.example&z="', 'malformed_json'],
    ['--x', 'unsupported_media_type'],
    ['--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n&email=a@b.example&z=', 'unsupported_media_type'],
  ])('is no form because something in it looks like one: %s', async (text, code) => {
    expect(await parsed(text)).toBe(code)
  })

  it.each([
    ['JSON', (levels: number) => '['.repeat(levels) + ']'.repeat(levels)],
    // The form itself is a level.
    ['JSON in a form', (levels: number) => `a=${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}`],
  ])('is refused when it is too deep: %s', async (_what, text) => {
    parsePayload(bytes(text(hookLimits.payloadDepth)))
    expect(await parsed(text(hookLimits.payloadDepth + 2))).toBe('too_deep')
    expect(await parsed(text(300_000))).toBe('too_deep')
  })

  it('is refused when it has too many fields, however they are called', async () => {
    const { formFields } = hookLimits
    const fields = (count: number, name: (i: number) => string) =>
      Array.from({ length: count }, (_, i) => name(i)).join('&')
    for (const name of [(i: number) => `f${i}=`, () => 'a=1', () => '']) {
      parsePayload(bytes(fields(formFields, name)))
      expect(await parsed(fields(formFields + 1, name))).toBe('too_many_values')
    }
    expect(await parsed(fields(200_000, (i) => i.toString(36)))).toBe('too_many_values')
  })

  it('has a field that is called like a part of objects as any other', () => {
    const payload = parsePayload(bytes('__proto__=1&constructor=2'))
    expect(Object.entries(payload as object)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ])
  })

  it('comes without headers and parameters that could hold a secret', () => {
    const names = [
      'x-auth',
      'x-api_key',
      'authorization',
      'x-password',
      'x-credentials',
      'x-hub-signature',
      'x-my-pass',
    ]
    const all = Object.fromEntries([...names, 'x-event'].map((name) => [name, 'v']))
    const url = `https://edge.example/hooks/a_b?key=1&ApiKey=2&kind=3&x-my-pass=4`
    expect(told(new Headers(all), url, ['X-My-Pass'])).toEqual({ headers: { 'x-event': 'v' }, query: { kind: '3' } })
  })

  const keptOf = (body: unknown, ...redact: string[]) =>
    JSON.parse(keptPayload({ body, headers: {}, query: {} }, redact) ?? 'null')?.body

  it('is kept without what is redacted', () => {
    const body = { card: { number: '4' }, list: [{ pin: 1, ok: 2 }] }
    expect(keptOf(body, 'body.card.number', 'body.list.pin')).toEqual({ card: {}, list: [{ ok: 2 }] })
    expect(keptOf(body, 'body.*.number', 'body.list.*')).toEqual({ card: {}, list: [] })
    expect(keptOf(body, 'body.card.*', 'body.card.number.of', 'body.list.*.pin')).toEqual({
      card: {},
      list: [{ ok: 2 }],
    })
    expect(keptOf({ a: { b: { x: 1, y: 2 } }, c: { b: { x: 3 } } }, 'body.*.b.x', 'body.a.*.y')).toEqual({
      a: { b: {} },
      c: { b: {} },
    })
    expect(keptOf([[{ pin: 1 }], 'text'], 'body.pin')).toEqual([[{}], 'text'])
    expect(keptOf(body)).toEqual(body)
    const odd = { 'a.b': 1, a: { b: 2, 'x-pin': 3 }, '*': { '"': 4 } }
    expect(keptOf(odd, 'body."a.b"')).toEqual({ a: { b: 2, 'x-pin': 3 }, '*': { '"': 4 } })
    expect(keptOf(odd, 'body.a."b"', 'body.a.x-pin')).toEqual({ 'a.b': 1, a: {}, '*': { '"': 4 } })
    // Of these one is no beginning of the other, though they are written alike.
    expect(keptOf([{ 'a.b': 1, a: { b: 2 } }], 'body."a.b"', 'body.a.b')).toEqual([{ a: {} }])
  })

  it.each([
    'body.card[0].number',
    'body.card[*].number',
    '$.body.card.number',
    'card.number',
    'Body.card.number',
    'body["card"].number',
    '/body/card/number',
    'body.card.number ',
    'body..number',
    'body."card.number',
    'item.card',
    'body.**.number',
    'body.card.0.number',
    "body.'card'.number",
    'body.card.#.number',
    'headers.X-Custom',
    'headers.x-custom.y',
    'query.a.b',
    'signed.nope',
    'digest.x',
    '',
  ])('is not said to be redacted by a path that leads nowhere: %j', async (path) => {
    const check = Promise.resolve().then(() => checkRedacted(['body.card', path]))
    await expect(check).rejects.toMatchObject({ refusal: { problems: [{ code: 'invalid_value', field: 'redact.1' }] } })
  })

  it('is redacted by each way in which a path may be written', () => {
    expect(
      checkRedacted([
        'body',
        '*.card',
        'body.x-pin.*',
        'body."0"."**"',
        'body.größe._id',
        'body."a.b"."\\""',
        'headers."x-custom"',
        'query.Name',
        'digest',
        'signed.id',
      ]),
    ).toBeUndefined()
  })

  it('is kept if it is short enough without what is redacted, and else not', () => {
    const long = 'x'.repeat(hookLimits.payloadCharacters)
    expect(keptOf({ long, a: 1 }, 'body.long')).toEqual({ a: 1 })
    expect(keptOf({ long, a: 1 }, 'body.a')).toBeUndefined()
    expect(keptOf({ long })).toBeUndefined()
  })

  it('is walked through once, however many paths are redacted', () => {
    const body = { list: Array.from({ length: 8_000 }, (_, i) => ({ a: { b: i, c: 'x'.repeat(60) } })) }
    const used = process.cpuUsage()
    expect(
      keptOf(body, ...Array.from({ length: hookLimits.redactedPaths }, (_, i) => `body.*.*.x${i}`)),
    ).toBeUndefined()
    const { user, system } = process.cpuUsage(used)
    // Once for each path it is five seconds.
    expect(user + system).toBeLessThan(2_500_000)
  })
})

describe('what its sender has signed', () => {
  const digestOf = (scheme: SchemeName, body: string, url = URL_OF_HOOK) =>
    signedDigest(
      { body: async () => new Uint8Array(new TextEncoder().encode(body)), url },
      { verification: { scheme } },
    )

  it('is told by its body, and its parameters where these are signed', async () => {
    expect(await digestOf('github', BODY, `${URL_OF_HOOK}?a=1`)).toBe(await digestOf('github', BODY))
    expect(await digestOf('github', `${BODY} `)).not.toBe(await digestOf('github', BODY))
    expect(await digestOf('hubspot', BODY, `${URL_OF_HOOK}?a=1`)).not.toBe(await digestOf('hubspot', BODY))
    const [written, escaped] = ['?a=@b', '?a=%40b'].map((query) => digestOf('hubspot', BODY, URL_OF_HOOK + query))
    expect(await written).toBe(await escaped)
  })

  it('is nothing where the sender shows a secret', async () => {
    const verification = { scheme: 'secret', in: 'header', name: 'x-token' } as const
    expect(
      await signedDigest({ body: async () => new Uint8Array(), url: URL_OF_HOOK }, { verification }),
    ).toBeUndefined()
  })
})
