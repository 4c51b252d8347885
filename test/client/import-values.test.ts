import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dialledIn } from '../../src/cli/import/dialled.ts'
import { remedies } from '../../src/cli/import/prepare.ts'
import { ColumnReader, type ColumnSettings } from '../../src/import/values/column-reader.ts'
import { dateFormat } from '../../src/import/values/date-format.ts'
import type { Attribute } from '../../src/import/values/element.ts'
import { timeZone } from '../../src/import/values/time.ts'

/** What a person writes into a cell, and what is sent of it. */

const attribute = (type: Attribute['type'], more: Partial<Attribute> = {}): Attribute => ({
  slug: 'it',
  label: 'It',
  type,
  multiple: false,
  required: false,
  unique: false,
  indexed: false,
  searchable: false,
  standard: false,
  archived: false,
  related: null,
  options: [],
  jobId: null,
  ...more,
})

/** All cells of a column: each as its value, or as what is wrong with it; one text where the column leaves them open. */
const column = async (one: Attribute, cells: readonly unknown[], settings: Partial<ColumnSettings> = {}) => {
  const reader = new ColumnReader(one, { remedies, separator: ';', ...settings })
  for (const [i, cell] of cells.entries()) reader.learn(cell, i + 2)
  if (reader.doubt) return `${reader.doubt.flag}: ${reader.doubt.text}, line ${reader.doubt.line}`
  return cells.map((cell) => {
    const read = reader.read(cell)
    return 'bad' in read ? { bad: read.bad } : read.value
  })
}
const bad = (text: string) => ({ bad: expect.stringContaining(text) })

describe('numbers', () => {
  const number = attribute('number')
  it('have a decimal sign that the number itself tells, or its column', async () => {
    expect(await column(number, ['12', '1.5', '1,234.5', '.5', '-0.25', '1.2345', '0.123', '1234.567'])).toEqual([
      12, 1.5, 1234.5, 0.5, -0.25, 1.2345, 0.123, 1234.567,
    ])
    expect(await column(number, ['1,5', '1.234', '1.234.567,8', '−7', '+3', '1,2e3'])).toEqual([
      1.5, 1234, 1_234_567.8, -7, 3, 1200,
    ])
    expect(await column(number, ['1 234', '1\u202f234,5', "1'234'567", '1\u00a0234'])).toEqual([
      1234, 1234.5, 1_234_567, 1234,
    ])
    expect(await column(number, ['1,234', '12.5'])).toEqual([1234, 12.5])
  })

  it('are not guessed', async () => {
    expect(await column(number, ['7', '1.234'])).toBe('--decimal: 1.234, line 3')
    expect(await column(number, ['1,5', '1.5', '1.234'])).toBe('--decimal: 1.234, line 4')
    expect(await column(number, ['1,5', '1.5'])).toEqual([1.5, 1.5])
    expect(await column(number, ['1.234', '1.5'], { decimal: 'other' })).toEqual([
      1234,
      bad('"1.5" is no number with a decimal comma'),
    ])
    expect(await column(number, ['1.234'], { decimal: 'one' })).toEqual([1.234])
  })

  it('are refused where they are none', async () => {
    const cells = ['abc', '12 %', '1.2.3', '1,23,456', '', '12 34', '1.234 567', '9007199254740993', '0x1f', '--1', '-']
    for (const read of await column(number, cells)) expect(read).toEqual({ bad: expect.any(String) })
    expect(await column(attribute('rating'), ['5', '6', '2,5'])).toEqual([5, bad('0 to 5'), bad('0 to 5')])
  })

  it('are read back as they are written, in every country', async () => {
    const languages = fc.constantFrom('en', 'de', 'fr', 'de-CH', 'es', 'pl', 'sv', 'it')
    const values = fc.array(
      fc
        .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 99 }))
        .map(([a, b]) => a + (a < 0 ? -b : b) / 100),
      { minLength: 1, maxLength: 20 },
    )
    await fc.assert(
      fc.asyncProperty(languages, values, fc.boolean(), async (language, numbers, useGrouping) => {
        const format = new Intl.NumberFormat(language, { useGrouping, minimumFractionDigits: 2 })
        const read = await column(
          number,
          numbers.map((one) => format.format(one)),
        )
        expect(read).toEqual(numbers.map((one) => Math.round(one * 100) / 100))
      }),
    )
  })
})

describe('dates', () => {
  const date = attribute('date')
  it('are taken where they can only be one day', async () => {
    const cells = ['2025-06-01', '2025/6/1', '2025.06.01', '31.12.2025', '1. 6. 2025', '1 June 2025', 'Jun 1, 2025']
    expect(await column(date, cells)).toEqual([
      ...Array(3).fill('2025-06-01'),
      '2025-12-31',
      ...Array(3).fill('2025-06-01'),
    ])
    const named = [
      '1. Juni 2025',
      '1er',
      '01-Mar-2025',
      '3 de marzo de 2025',
      '1 août 2025',
      '5 czerwca 2025',
      '2025-06-01 00:00:00',
    ]
    expect(await column(date, named)).toEqual([
      '2025-06-01',
      bad('is no day'),
      '2025-03-01',
      '2025-03-03',
      '2025-08-01',
      '2025-06-05',
      '2025-06-01',
    ])
  })

  it('are as the column tells, or as was said, and never guessed', async () => {
    expect(await column(date, ['03/04/2025', '13/04/2025'])).toEqual(['2025-04-03', '2025-04-13'])
    expect(await column(date, ['03/04/2025', '04/13/2025'])).toEqual(['2025-03-04', '2025-04-13'])
    expect(await column(date, ['05.05.2025', '03.04.2025'])).toBe('--date-format: 03.04.2025, line 3')
    expect(await column(date, ['03/04/2025', '13/04/2025', '04/13/2025'])).toBe('--date-format: 03/04/2025, line 2')
    expect(await column(date, ['03/04/2025'], { days: { first: 'one' } })).toEqual(['2025-04-03'])
    expect(await column(date, ['03/04/2025', '13/01/2025'], { days: { first: 'other' } })).toEqual([
      '2025-03-04',
      bad('month first'),
    ])
    const short = dateFormat('D.M.YY')
    expect(
      await column(date, ['3.4.25', '3.4.69', '03.04.2025'], { days: { form: 'D.M.YY', read: short ?? String } }),
    ).toEqual(['2025-04-03', '1969-04-03', bad('of the form D.M.YY')])
    expect(dateFormat('MM/YYYY')).toBeUndefined()
    expect(dateFormat('DD.DD.YYYY')).toBeUndefined()
  })

  it('are refused where the calendar has none, or a year is cut', async () => {
    const cells = ['2025-02-30', '31.04.2025', '1.6.25', '45000', '2025-06', 'soon', '2025-06-01 10:00']
    for (const read of await column(date, cells)) expect(read).toEqual(bad('is no day'))
  })

  it('are read back as they are written, by number or by name', async () => {
    const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    const styles = fc.constantFrom<Intl.DateTimeFormatOptions>(
      { day: '2-digit', month: '2-digit', year: 'numeric' },
      { day: 'numeric', month: 'long', year: 'numeric' },
    )
    await fc.assert(
      fc.asyncProperty(
        day,
        styles,
        fc.constantFrom('en-GB', 'de', 'en-US', 'fr', 'es', 'pt', 'it', 'nl'),
        async (one, style, language) => {
          const iso = one.toISOString().slice(0, 10)
          const text = new Intl.DateTimeFormat(language, { ...style, timeZone: 'UTC' }).format(one)
          const first = language === 'en-US' ? 'other' : 'one'
          expect(await column(date, [text], { days: { first } })).toEqual([iso])
        },
      ),
    )
  })

  it('have a time of a zone that they name, or that was said', async () => {
    const moment = attribute('datetime')
    const berlin = timeZone('Europe/Berlin') ?? String
    expect(await column(moment, ['2025-06-01T09:30:00Z', '2025-06-01 09:30 +02:00', '31.12.2025 6:05 pm UTC'])).toEqual(
      ['2025-06-01T09:30:00.000Z', '2025-06-01T09:30:00.000+02:00', '2025-12-31T18:05:00.000Z'],
    )
    expect(await column(moment, ['2025-06-01 09:30', '2025-06-01'])).toEqual([
      bad('--time-zone'),
      bad('no time of day'),
    ])
    // The clocks of that night go from 2 to 3, and half a year later from 3 to 2.
    const cells = [
      '2025-06-01 09:30',
      '2025-12-01T09:30:15',
      '2025-03-30 02:30',
      '2025-10-26 02:30',
      '2025-10-26 03:30',
    ]
    expect(await column(moment, cells, { timeZone: berlin })).toEqual([
      '2025-06-01T07:30:00.000Z',
      '2025-12-01T08:30:15.000Z',
      bad('twice there, or never'),
      bad('twice there, or never'),
      '2025-10-26T02:30:00.000Z',
    ])
    expect(timeZone('Mars/Olympus')).toBeUndefined()
  })
})

describe('other types', () => {
  it('yes and no are understood in several languages', async () => {
    const box = attribute('checkbox')
    expect(await column(box, ['yes', 'JA', 'Oui', 'sí', 'WAHR', '1', 'x', true])).toEqual(Array(8).fill(true))
    expect(await column(box, ['no', 'Nein', 'non', 'FALSCH', '0', 'não', false])).toEqual(Array(7).fill(false))
    expect(await column(box, ['perhaps', '2'])).toEqual([bad('neither yes nor no'), bad('neither yes nor no')])
  })

  it('amounts have a currency before or behind them', async () => {
    const money = attribute('currency')
    expect(
      await column(money, ['12.50 EUR', '€12.50', '12.50 €', "CHF 1'000", '7', '-£3', '{"amount":2,"code":"USD"}']),
    ).toEqual([
      { amount: 12.5, code: 'EUR' },
      { amount: 12.5, code: 'EUR' },
      { amount: 12.5, code: 'EUR' },
      { amount: 1000, code: 'CHF' },
      7,
      { amount: -3, code: 'GBP' },
      { amount: 2, code: 'USD' },
    ])
    expect(await column(money, ['$5', 'much', 'EUR 5 EUR'])).toEqual([
      bad('--currency'),
      bad('no amount'),
      bad('no amount'),
    ])
    expect(await column(money, ['$5', '5'], { currency: 'CAD' })).toEqual([
      { amount: 5, code: 'CAD' },
      { amount: 5, code: 'CAD' },
    ])
    expect(await column(money, ['1.234 €'])).toBe('--decimal: 1.234 €, line 2')
  })

  it('phone numbers are E.164 where their country is said, and as written where not', async () => {
    const phone = attribute('phone_number')
    const german = async () => ({ country: 'DE', names: (await dialledIn('DE')) ?? expect.fail('no country') })
    expect(
      await column(phone, ['030 901820', '+44 20 7946 0958', '0049 30 901820', '030 901820 ext. 12'], {
        dialled: await german(),
      }),
    ).toEqual(['+4930901820', '+442079460958', '+4930901820', '+4930901820;ext=12'])
    expect(await column(phone, ['030 901820', 'n/a'])).toEqual(['030 901820', bad('a phone number such as')])
    expect(await column(phone, ['12'], { dialled: await german() })).toEqual([bad('no phone number of DE')])
  })

  it('options are named exactly, by id, or but for case and spaces', async () => {
    const options = [
      { id: 'opt_won', value: 'Won', archived: false },
      { id: 'opt_old', value: 'Old', archived: true },
    ]
    expect(await column(attribute('select', { options }), ['Won', 'opt_won', ' wON ', 'Old', 'old', 'Lost'])).toEqual([
      'Won',
      'opt_won',
      'Won',
      'Old',
      bad('one of its options: Won'),
      bad('one of its options: Won'),
    ])
  })

  it('lists are taken apart, and one bad value is a bad cell', async () => {
    const emails = attribute('email', { multiple: true })
    expect(await column(emails, ['a@x.example; b@x.example;', ['c@x.example'], 'a@x.example; nobody'])).toEqual([
      ['a@x.example', 'b@x.example'],
      ['c@x.example'],
      bad('"nobody" must be an e-mail address'),
    ])
    const tags = attribute('text', { multiple: true })
    expect(await column(tags, ['a, b;c'], { separator: ',' })).toEqual([['a', 'b;c']])
    expect(await column(tags, ['a; b'], { separator: '' })).toEqual([['a; b']])
    const json = '["a; b", " c", "[d]"]'
    expect(await column(tags, [json, '[a; b'])).toEqual([
      ['a; b', ' c', '[d]'],
      ['[a', 'b'],
    ])
    expect(await column(tags, [json], { separator: '' })).toEqual([[json]])
  })

  it('records are named by what finds them, or by id', async () => {
    const id = '0197a1b2-0000-7000-8000-000000000000'
    const company = attribute('relation', { related: 'companies' })
    expect(await column(company, ['acme.com', id], { relatedBy: 'domains' })).toEqual([
      { match: { domains: 'acme.com' } },
      id,
    ])
    expect(await column(company, ['Acme'])).toEqual([bad('id (UUID) of a record of companies')])
  })

  it('texts stay as they are, and what is too long is refused', async () => {
    expect(await column(attribute('text'), [' Ada ', 12, 'x'.repeat(256)])).toEqual([
      ' Ada ',
      '12',
      bad('at most 255 characters'),
    ])
  })
})
