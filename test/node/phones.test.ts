import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import fc from 'fast-check'
import parsePhoneNumber, { type CountryCode, getCountryCallingCode } from 'libphonenumber-js/core'
import metadata from 'libphonenumber-js/metadata.min.json'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseMatchValue, parseValue } from '../../src/schema/parse.ts'
import { loadPhoneLibrary } from '../../src/schema/schema.ts'
import { attribute } from '../../src/schema/standard/define.ts'
import { byLibrary } from '../../src/schema/types/e164.ts'

beforeAll(async () => {
  await loadPhoneLibrary()
})

const phoneIn = (country?: string) => ({ ...attribute('phone', 'phone_number'), ...(country && { country }) })
const keyIn = (country: string | undefined, text: string) => {
  const match = parseMatchValue(text, phoneIn(country))
  return match.ok ? match.value.normalForm : match.problem.code
}

/** Country of the organisation, the key, and how people write the number there and elsewhere. */
const golden: readonly (readonly [country: string | undefined, key: string, ...spellings: readonly string[]])[] = [
  ['DE', '+491711234567', '0171 1234567', '0171/1234567', '0171-123 45 67', '(0171) 1234567', '0171.123.4567'],
  ['DE', '+491711234567', '+49 171 1234567', '+49 (0)171 1234567', '(+49) 171 1234567', '0049 171 1234567'],
  ['DE', '+493012345678', '030 / 12 34 56 78', '+49-30-12345678', 'tel:+49-30-12345678', 'TEL:030-12345678'],
  ['US', '+12125552368', '(212) 555-2368', '212.555.2368', '1-212-555-2368', '+1 212 555 2368', '2125552368'],
  ['US', '+491711234567', '011 49 171 1234567', '00 49 171 1234567', '+49 171 1234567'],
  ['GB', '+442079460000', '020 7946 0000', '(020) 7946 0000', '+44 (0)20 7946 0000', '0044 20 7946 0000'],
  ['GB', '+447400123456', '07400 123456', '07400-123-456', '+44 7400 123456'],
  ['FR', '+33612345678', '06 12 34 56 78', '06.12.34.56.78', '+33 6 12 34 56 78', '+33 (0) 6 12 34 56 78'],
  ['IN', '+919876543210', '98765 43210', '098765-43210', '+91-98765-43210', '919876543210', '0091 9876543210'],
  ['BR', '+5511961234567', '(11) 96123-4567', '011 96123-4567', '0 15 11 96123-4567', '+55 11 96123-4567'],
  ['IT', '+390669812345', '06 6981 2345', '+39 06 6981 2345', '0039 06 69812345'],
  ['AR', '+5491123456789', '011 15-2345-6789', '+54 9 11 2345-6789'],
  ['MX', '+525512345678', '55 1234 5678', '+52 55 1234 5678'],
  ['JP', '+819012345678', '090-1234-5678', '０９０－１２３４－５６７８', '+81 90-1234-5678'],
  ['AU', '+61412345678', '0412 345 678', '0011 61 412 345 678', '+61 412 345 678'],
  ['CN', '+8613800138000', '138 0013 8000', '13800138000', '+86 138-0013-8000'],
  ['RU', '+79123456789', '8 (912) 345-67-89', '+7 912 345 67 89', '8 912 345-67-89'],
  ['ZA', '+27821234567', '082 123 4567', '+27 (0)82 123 4567'],
  ['NG', '+2348031234567', '0803 123 4567', '+234 803 123 4567'],
  ['EG', '+201001234567', '٠١٠٠ ١٢٣ ٤٥٦٧', '0100 123 4567'],
  ['PL', '+48512345678', '512 345 678', '+48 512-345-678'],
  ['CH', '+41791234567', '079 123 45 67', '+41 (0)79 123 45 67'],
  // Without a country of the organisation the number itself has to tell.
  [undefined, '+491711234567', '+49 171 1234567', '0049 171 1234567', 'tel:+491711234567'],
  [undefined, '01711234567', '0171 1234567', '0171/1234567'],
  [undefined, '+80012345678', '+800 1234 5678'],
  [undefined, '+12125550123', 'tel:555-0123;phone-context=+1-212'],
  // What copying from other programs brings along.
  ['DE', '+491711234567', '+49\u00a0171\u202f1234567', '+49 171 123\u20114567', '\u202a+49 171 1234567\u202c'],
  [
    'DE',
    '+491711234567',
    '＋４９ １７１ １２３４５６７',
    '0171\u00ad1234567',
    '0171–1234567',
    '0171\u30001234567',
    '0171\t1234567',
  ],
  // Another extension is another number.
  ['DE', '+4930123456;ext=12', '030 123456 ext. 12', '030 123456x12', '030 123456 #12', '+49 30 123456, ext 12'],
  [
    'DE',
    '+4930123456;ext=12',
    'tel:+49-30-123456;ext=12',
    '030123456;ext=12',
    '030 123456 Durchwahl 12',
    '030 123456 extension: 12',
  ],
  [undefined, '5550123;ext=12', '5550123 ext. 12', '555-0123 x 12'],
  // What no country knows is its digits.
  ['US', '15550123', '+1-555-0123', '1 555 0123', '+1 (555) 0123'],
  ['DE', '110', '110', '1-1-0'],
  ['DE', '999123456', '+999 123456'],
]

describe('real spellings', () => {
  const lines = golden.map(([country, key, ...spellings]) => ({ country, key, spellings }))
  it.each(lines)('in $country: $key', ({ country, key, spellings }) => {
    expect(spellings.map((text) => [text, keyIn(country, text)])).toEqual(spellings.map((text) => [text, key]))
  })
  it.each([
    'call me',
    '+',
    '',
    'ext. 12',
    '12 ext',
    '1-800-FLOWERS',
    '1++2',
    '12;ext=',
    'tel:',
    'x12',
    '1 x 123456789',
  ])('refuses %j', (text) => {
    expect(keyIn('US', text)).toBe('invalid_value')
  })
  it('gives the texts of one list that are one number one place, in the first spelling', () => {
    const list = { ...phoneIn('DE'), multiple: true }
    expect(parseValue(['0171 1', '+49 172 2', '+491711'], list)).toEqual({ ok: true, value: ['0171 1', '+49 172 2'] })
  })
})

const countries = Object.keys(metadata.countries) as CountryCode[]
const separator = fc.constantFrom('', ' ', '-', '.', '/', '\u00a0', '\u202f', '\u2011', ' - ', '\u200b')
const digitSets = ['0123456789', '０１２３４５６７８９', '٠١٢٣٤٥٦٧٨٩', '०१२३४५६७८९']

/** One number, written in another way: digits of a script, anything between them. */
const written = (number: string) =>
  fc
    .tuple(fc.constantFrom(...digitSets), fc.array(separator, { minLength: number.length, maxLength: number.length }))
    .map(([digits, separators]) =>
      [...number].map((c, i) => `${/[0-9]/.test(c) ? [...digits][Number(c)] : c}${separators[i]}`).join(''),
    )

/** With the prefixes that people dial before a number, several of them too. */
const anyNumber = fc
  .tuple(fc.constantFrom(...countries), fc.stringMatching(/^(?:|0{1,3}|8{1,2}0?)[1-9][0-9]{3,12}$/))
  .map(([country, national]) => `+${getCountryCallingCode(country, metadata)}${national}`)

describe('any number', () => {
  it('has one key in every spelling, and its key is its own', () => {
    const spelt = anyNumber.chain((number) => fc.tuple(fc.constant(number), written(number)))
    fc.assert(
      fc.property(spelt, fc.option(fc.constantFrom(...countries), { nil: undefined }), ([number, text], country) => {
        fc.pre(text.length <= 64)
        const key = keyIn(country, number)
        expect(keyIn(country, text)).toBe(key)
        expect(keyIn(country, `tel:${number}`)).toBe(key)
        if (String(key).startsWith('+')) {
          expect(keyIn(country, String(key))).toBe(key)
          expect(keyIn(undefined, number.replace('+', '00'))).toBe(key)
        }
        expect(keyIn(country, `${number} x7`)).toBe(`${key};ext=7`)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the plans without formats', () => {
  const national = fc.tuple(fc.constantFrom(...countries), fc.stringMatching(/^[0-9]{3,13}$/))
  it('tell of every number what all of the library tells', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyNumber.map((number) => [undefined, number] as const),
          national,
        ),
        ([country, number]) => {
          const found = parsePhoneNumber(
            number,
            { extract: false, ...(country && { defaultCountry: country }) },
            metadata,
          )
          expect(byLibrary(number, country)).toBe(found?.isPossible() ? found.number : undefined)
        },
      ),
      { numRuns: 5_000 },
    )
  })
})

describe('the library', () => {
  /** In a process of its own: here it is loaded already. */
  const loadedBy = async (values: object) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      'test/support/loaded-modules.ts',
      JSON.stringify(values),
    ])
    return JSON.parse(stdout) as { statuses: number[]; modules: string[] }
  }
  it('is not loaded by a request without phone numbers, and loaded by the first one with', async () => {
    const without = await loadedBy({ first_name: 'Ada', tags: ['a'] })
    expect(without.statuses).toEqual([201, 200, 200])
    expect(without.modules).toContain('src/engine/assert.ts')
    expect(without.modules.filter((name) => /libphonenumber|e164/.test(name))).toEqual([])
    const one = await loadedBy({ first_name: 'Ada', phone_number: '+49 171 1234567' })
    expect(one.statuses).toEqual([201, 200, 200])
    expect(one.modules.filter((name) => /libphonenumber|e164/.test(name))).toContain('src/schema/types/e164.ts')
  })
})

describe('the length of a number', () => {
  it('tells of every calling code what the library tells', async () => {
    const { byLibrary, e164 } = await loadPhoneLibrary()
    /** The library takes one prefix away at each reading: see e164.ts. */
    const readByLibrary = (number: string): string | undefined => {
      const read = byLibrary(number)
      return read === undefined || read === number ? read : (readByLibrary(read) ?? read)
    }
    const codes = Object.keys(metadata.country_calling_codes)
    const digits = fc.stringMatching(/^[0-9]{2,15}$/)
    fc.assert(
      fc.property(fc.constantFrom(...codes), digits, (code, national) => {
        const number = `+${code}${national}`
        expect(e164(number, undefined)).toBe(readByLibrary(number))
      }),
      { numRuns: 20_000 },
    )
    // Every length once for each code, with each first digit.
    for (const code of codes)
      for (let length = 2; length <= 15; length++)
        for (let first = 0; first <= 9; first++) {
          const number = `+${code}${first}${'2345678901234567'.slice(0, length - 1)}`
          expect([number, e164(number, undefined)]).toEqual([number, readByLibrary(number)])
        }
  }, 60_000)
})
