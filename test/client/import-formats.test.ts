import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'
import { parseExactly } from '../../src/import/reading/exact-json.ts'
import { elementTexts } from '../../src/import/reading/json-texts.ts'
import { csvLine } from '../../src/import/refused-format.ts'
import { useImportWorld } from '../support/import-world.ts'

/** JSON, NDJSON, gzip and the standard input: the same rules, whatever the records come in. */

const world = useImportWorld()
const people = () => world.client({ url: world.serverUrl }).records('people')
const valuesOf = async (email: string) => (await people().getBy('emails', email)).values
const summary = (created: number, refused = 0) =>
  `${created} created, 0 updated, 0 unchanged, ${refused} refused, of ${created + refused} rows.\n`

describe('JSON', () => {
  const objects = (name: string) => [
    {
      emails: [`a@${name}.example`, `b@${name}.example`],
      city: 'Bern',
      zip_code: 3000,
      do_not_call: true,
      note: 'a, "b"',
    },
    { emails: `c@${name}.example`, do_not_call: 'ja', tags: ['x; y'], note: null },
    { emails: `d@${name}.example`, do_not_call: 'perhaps' },
    { city: 'Basel' },
  ]
  it.each([
    ['an array', 'array.json', (name: string) => JSON.stringify(objects(name), null, 2)],
    ['an array without a telling name', 'array', (name: string) => ` \n${JSON.stringify(objects(name))}\n`],
    [
      'lines',
      'lines.ndjson',
      (name: string) =>
        objects(name)
          .map((one) => JSON.stringify(one))
          .join('\n'),
    ],
    [
      'lines without a telling name',
      'lines',
      (name: string) =>
        objects(name)
          .map((one) => `${JSON.stringify(one)}\r\n`)
          .join('\n'),
    ],
  ])('may be %s', async (_, file, written) => {
    const name = `json-${file.replace('.', '-')}`
    const path = world.write(file, written(name))
    const { code, out } = await world.importPeople(path)
    expect([code, out]).toEqual([3, summary(2, 2)])
    expect(await valuesOf(`b@${name}.example`)).toEqual({
      emails: [`a@${name}.example`, `b@${name}.example`],
      city: 'Bern',
      zip_code: '3000',
      do_not_call: true,
      note: 'a, "b"',
    })
    expect(await valuesOf(`c@${name}.example`)).toMatchObject({ do_not_call: true, tags: ['x; y'] })
    const refused = `${path}.refused.ndjson`
    const [first, second] = world
      .read(refused)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(first).toEqual({
      refused_line: expect.any(Number),
      refused_column: 'do_not_call',
      refused_reason: '"perhaps" is neither yes nor no.',
      emails: `d@${name}.example`,
      do_not_call: 'perhaps',
    })
    expect(second).toMatchObject({ refused_reason: 'The row has no emails to be found by.', city: 'Basel' })
    world.write(
      `${file}.refused.ndjson`,
      world.read(refused).replaceAll('perhaps', 'no').replace('"city"', `"emails":"e@${name}.example","city"`),
    )
    expect((await world.importPeople(refused)).out).toBe(summary(2))
  })

  it('says on which line what is wrong begins, and null clears', async () => {
    const lines = [
      '{"emails":"a@lines.example","city":"Bern"}',
      '',
      '{"emails":',
      '"text"',
      '{"emails":"b@lines.example","city":{"a":1}}',
    ]
    const file = world.write('broken.ndjson', lines.join('\n'))
    expect((await world.importPeople(file)).out).toBe(summary(1, 3))
    const told = world
      .read(`${file}.refused.ndjson`)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(told.map(({ refused_line: line, refused_text: text }) => [line, text])).toEqual([
      [3, '{"emails":'],
      [4, '"text"'],
      [5, undefined],
    ])
    expect(told[2]).toMatchObject({ refused_column: 'city', refused_reason: '"{"a":1}" must be a string, not object.' })
    await world.importPeople(world.write('null.json', '[{"emails":"a@lines.example","city":null}]'))
    expect(await valuesOf('a@lines.example')).toEqual({ emails: ['a@lines.example'] })
  })

  it('that is not all there is not begun', async () => {
    for (const [name, text, told] of [
      ['cut.json', '[{"emails":"a@cut.example"},{"em', /ends before its array does/],
      ['more.json', '[{"emails":"a@cut.example"}]\n[]', /line 2: something stands behind/],
      ['none.json', '[1, 2]', /has no objects/],
      [
        'part.ndjson',
        '{"export":{}}\n{"id":"1","values":{"emails":["a@cut.example"]}}\n{"end":{"complete":false}}',
        /part of an export/,
      ],
    ] as const) {
      const { code, err } = await world.importPeople(world.write(name, text))
      expect([code, err]).toEqual([2, expect.stringMatching(told)])
    }
  })

  it('is taken apart at the same places wherever its parts are cut', async () => {
    const cut = fc.array(fc.nat(5), { minLength: 1, maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 3 })), cut, fc.nat(2), async (values, sizes, indent) => {
        const text = JSON.stringify(values, null, indent)
        async function* parts() {
          for (let at = 0, n = 0; at < text.length; n++) {
            const size = (sizes[n % sizes.length] ?? 0) + 1
            yield text.slice(at, at + size)
            at += size
          }
        }
        const read: unknown[] = []
        for await (const one of elementTexts(parts(), 'it')) read.push(JSON.parse(one.text))
        expect(read).toEqual(JSON.parse(text))
      }),
    )
  })
})

describe('what no request may hold', () => {
  it.each([
    ['NUL', '\\u0000', 'it has a NUL character'],
    ['half a surrogate pair', '\\ud800', 'it has half a surrogate pair'],
  ])('as %s is the fault of its cell, and all others are in', async (what, escaped, reason) => {
    const name = what.replaceAll(' ', '-').toLowerCase()
    const lines = [
      ...Array.from({ length: 1_200 }, (_, n) => `{"emails":"a${n}@${name}.example"}`),
      `{"emails":"b@${name}.example","city":"x${escaped}"}`,
      `{"emails":["c@${name}.example","x${escaped}"]}`,
      `{"emails":"d@${name}.example","tags":["a","x${escaped}"]}`,
      `{"emails":"e@${name}.example","company":"x${escaped}"}`,
      `{"emails":"f@${name}.example","city":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      `{"emails":"g@${name}.example"}`,
    ]
    const file = world.write(`${name}.ndjson`, lines.join('\n'))
    const args = ['--map', 'company=company.domains']
    expect((await world.importPeople(file, ...args, '--dry-run')).out).toContain('1201 created')
    expect((await world.importPeople(file, ...args)).out).toBe(summary(1_201, 5))
    const told = world
      .read(`${file}.refused.ndjson`)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(told.map((one) => [one.refused_line, one.refused_column])).toEqual([
      [1_201, 'city'],
      [1_202, 'emails'],
      [1_203, 'tags'],
      [1_204, 'company'],
      [1_205, ''],
    ])
    expect(told[0].refused_reason).toContain(reason)
    expect(told[4].refused_reason).toBe('The row is nested deeper than 16 levels.')
    const table = ['emails,city', `h@${name}.example,"x${JSON.parse(`"${escaped}"`)}"`, `i@${name}.example,y`].join(
      '\n',
    )
    // A file has no halves of letters in it: they cannot be written.
    if (what === 'NUL') {
      const csv = world.write(`${name}.csv`, table)
      expect((await world.importPeople(csv, '--on-bad-cell', 'skip-cell')).out).toContain('2 created')
      expect(world.read(`${csv}.refused.csv`)).toMatch(/^2,city,.* cannot be taken: it has a NUL character/m)
    }
  })
})

describe('numbers of JSON', () => {
  it('keep their digits, or are no numbers', async () => {
    const numbers = {
      '12345678901234567891': '12345678901234567891',
      '12345678901234567892': '12345678901234567892',
      '-9007199254740993': '-9007199254740993',
      '0.12345678901234567890123': '0.12345678901234567890123',
      '1e400': '1e400',
      '[12345678901234567891, "1e400 \\" 12345678901234567891"]': [
        '12345678901234567891',
        '1e400 " 12345678901234567891',
      ],
      '9007199254740991': 9_007_199_254_740_991,
      '0.1000000000000000000': 0.1,
      '120.5e-1': 12.05,
      '-0.30000000000000004': -0.30000000000000004,
      '1E3': 1_000,
      '0e99': 0,
    }
    for (const [text, value] of Object.entries(numbers)) expect([text, parseExactly(text)]).toEqual([text, value])
    for (const text of ['01234567890123456789', '1.', '1234567890123456 7', '{"a":12345678901234567891'])
      expect(() => parseExactly(text)).toThrow(SyntaxError)
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value)
        const isSafe = (one: unknown) => typeof one !== 'number' || Math.abs(one) <= Number.MAX_SAFE_INTEGER
        const expected = JSON.parse(text, (_, one) => (isSafe(one) ? one : JSON.stringify(one)))
        expect(parseExactly(text)).toEqual(expected)
      }),
    )
    const rows =
      '[{"emails":"a@digits.example","zip_code":12345678901234567891},{"emails":"b@digits.example","zip_code":7}]'
    expect((await world.importPeople(world.write('digits.json', rows))).out).toBe(summary(2))
    expect(await valuesOf('a@digits.example')).toMatchObject({ zip_code: '12345678901234567891' })
  })
})

describe('what records export writes as NDJSON', () => {
  it.each(['stored', 'readable'])('comes back unchanged with %s values', async (values) => {
    await people().assert({
      match: { emails: 'a@export.example' },
      values: { emails: ['a@export.example'], city: 'Export', tags: ['a'], stage: 'Lead', do_not_call: false },
    })
    const file = `${world.folder}/${values}.ndjson`
    const args = ['--to', file, '--filter', 'city=Export', '--values', values]
    expect((await world.run('records', 'export', 'people', ...args)).code).toBe(0)
    for (const match of ['emails', 'id'])
      expect((await world.importPeople(file, '--match', match)).out).toBe(
        '0 created, 0 updated, 1 unchanged, 0 refused, of 1 row.\n',
      )
  })
})

describe('bytes', () => {
  const text = (name: string) => `emails,city\na@${name}.example,Zürich\nb@${name}.example,`
  it('may be gzipped', async () => {
    const file = world.write('zipped.csv.gz', gzipSync(text('zipped')))
    expect((await world.importPeople(file)).out).toBe(summary(2))
    expect((await valuesOf('a@zipped.example')).city).toBe('Zürich')
    const cut = world.write('cut.csv.gz', gzipSync(text('zipped')).subarray(0, -9))
    const { code, err } = await world.importPeople(cut)
    expect([code, err]).toEqual([2, expect.stringContaining('cannot be inflated')])
  })

  it.each([
    ['as they are', (bytes: Buffer) => bytes],
    ['gzipped', (bytes: Buffer) => gzipSync(bytes)],
  ])('may be piped in, %s', async (how, packed) => {
    const name = how.replaceAll(' ', '-')
    const args = [
      'src/cli/admin.ts',
      'import',
      '-',
      '--object',
      'people',
      '--match',
      'emails',
      '--api',
      world.proxy.url,
    ]
    const child = spawn(process.execPath, args, {
      env: { ...process.env, API_KEY: world.token },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.end(packed(Buffer.from(text(name))))
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    const [code] = await once(child, 'close')
    expect([code, out]).toEqual([0, summary(2)])
    expect((await valuesOf(`a@${name}.example`)).city).toBe('Zürich')
  })
})

it.each([',', ';', '\t', '|'])(
  'a refused row is written as Papa Parse writes it, with "%s" between cells',
  (delimiter) => {
    const cells = [
      '',
      'a',
      ' a',
      'a ',
      'a b',
      'a,b',
      'a;b',
      'a|b',
      'a\tb',
      '"',
      'a"b',
      'a\nb',
      'a\rb',
      '\ufeffa',
      7,
      null,
      undefined,
    ]
    expect(csvLine(cells, delimiter)).toBe(`${Papa.unparse([cells], { delimiter, newline: '\r\n' })}\r\n`)
  },
)
