import { beforeAll, describe, expect, it } from 'vitest'
import { useImportWorld } from '../support/import-world.ts'

/** `edge-upsert import` of CSV into the real server. */

const world = useImportWorld()
const people = () => world.client({ url: world.serverUrl }).records('people')
const valuesOf = async (email: string) => (await people().getBy('emails', email)).values
const rowsOf = (text: string) =>
  text
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split('\r\n')

beforeAll(async () => {
  const add = (label: string, type: string, more: object = {}) =>
    world.client({ url: world.serverUrl }).call('post', '/v1/objects/{object}/attributes', {
      path: { object: 'people' },
      body: { label, type, ...more } as never,
    })
  await add('Born', 'date')
  await add('Last seen', 'datetime')
  await add('Revenue', 'currency')
  await add('Height', 'number')
})

/** But for two of them it is Latin-1. */
const windows1252 = (text: string) => Buffer.from(text.replaceAll('€', '\x80').replaceAll('’', '\x92'), 'latin1')

const HEAD = 'Vorname;Nachname;E-Mail;Telefon;Geburtstag;Größe;Umsatz;Kein Anruf;Stage;Tags;Firma;Bemerkung'
const MAP = [
  ...['Vorname=first_name', 'Nachname=last_name', 'E-Mail=emails', 'Telefon=phone_number', 'Geburtstag=born'],
  ...['Größe=height', 'Umsatz=revenue', 'Kein Anruf=do_not_call', 'Firma=company.domains', 'Bemerkung=note'],
].flatMap((one) => ['--map', one])

describe('a file with quirks', () => {
  it('comes in but for its bad cells, which are explained, and mended it is complete', async () => {
    await world
      .client({ url: world.serverUrl })
      .records('companies')
      .assert({
        match: { domains: 'acme.example' },
        values: { name: 'Acme', domains: ['acme.example'] },
      })
    const rows = [
      'sep=;',
      HEAD,
      'Jürgen;Müller;jm@quirks.example;030 901820;31.12.1980;1,85;1.234,50 €;ja;customer;"a; b";acme.example;"zwei\r\nZeilen; mit ""Zeichen"""',
      '',
      "Zoë;O’Neil;zoe@quirks.example,zoe2@quirks.example;+44 20 7946 0958;1.2.1990;1.001;7;nein;;;;'=1+1",
      'Max;Falsch;max@quirks.example;;30.02.1990;groß;;vielleicht;;;;',
      ';;;;;;;;;;;',
      'Ohne;Mail;;;;;;;;;;',
      'Zu;kurz;kurz@quirks.example',
      'Stage;Unbekannt;stage@quirks.example;;;;;;Gewonnen;;;',
      'Firma;Unbekannt;firma@quirks.example;;;;;;;;nobody.example;',
      'Kaputt;"Nach"name;kaputt@quirks.example;;;;;;;;;',
      'Doch;noch;doch@quirks.example;;;;;;;;;5" Rohr',
    ]
    const file = world.write('kunden.csv', windows1252(rows.join('\r\n')))
    const { code, out, err } = await world.importPeople(file, '--country', 'DE', '--separator', 'E-Mail=,', ...MAP)
    expect(err).toContain('Column "Firma" is company, found by domains.')
    expect([code, out]).toEqual([3, '3 created, 0 updated, 0 unchanged, 6 refused, of 9 rows.\n'])
    expect(await valuesOf('jm@quirks.example')).toMatchObject({
      first_name: 'Jürgen',
      last_name: 'Müller',
      phone_number: '+4930901820',
      born: '1980-12-31',
      height: 1.85,
      revenue: { amount: 1234.5, code: 'EUR' },
      do_not_call: true,
      tags: ['a', 'b'],
      company: expect.any(String),
      note: 'zwei\r\nZeilen; mit "Zeichen"',
    })
    expect(await valuesOf('zoe2@quirks.example')).toMatchObject({
      first_name: 'Zoë',
      last_name: 'O’Neil',
      born: '1990-02-01',
      height: 1001,
      do_not_call: false,
      note: '=1+1',
    })
    expect((await valuesOf('doch@quirks.example')).note).toBe('5" Rohr')

    const refused = world.read(`${file}.refused.csv`)
    const told = rowsOf(refused)
    expect(told[0]).toBe(`refused_line;refused_column;refused_reason;${HEAD}`)
    for (const [i, part] of [
      '7;"Geburtstag; Größe; Kein Anruf";"Geburtstag: ""30.02.1990"" is no day',
      '9;;The row has no emails to be found by.;Ohne;Mail;',
      '10;;The row has 3 cells, and the first line has 12.;Zu;kurz;kurz@quirks.example',
      '11;Stage;"""Gewonnen"" must be one of its options: Lead, Contacted, Qualified, Customer, Lost."',
      '12;Firma;company refers to a record that does not exist',
      '13;;The row has a quotation mark that does not stand around a whole cell',
    ].entries())
      expect(told[i + 1]).toContain(part)

    const mended = refused
      .replace(';30.02.1990;', ';28.02.1990;')
      .replace(';groß;', ';1,7;')
      .replace(';vielleicht;', ';nein;')
      .replace('Ohne;Mail;;', 'Ohne;Mail;ohne@quirks.example;')
      .replace('kurz@quirks.example', 'kurz@quirks.example;;;;;;;;;')
      .replace(';Gewonnen;', ';Customer;')
      .replace(';nobody.example;', ';acme.example;')
      .replace('"""Nach""name"', 'Nachname')
    world.write('kunden.csv.refused.csv', mended)
    const again = err.split('Mend it, then: ')[1]?.trimEnd() ?? ''
    expect(again).toContain('--date-format Geburtstag=day-first')
    const words = [...again.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
    const second = await world.run(...words.slice(words.indexOf('import'), words.indexOf('--api')))
    expect([second.code, second.out]).toEqual([0, '6 created, 0 updated, 0 unchanged, 0 refused, of 6 rows.\n'])
    expect(await valuesOf('max@quirks.example')).toMatchObject({ born: '1990-02-28', height: 1.7, do_not_call: false })
    expect(world.has(`${world.folder}/kunden.csv.refused-2.csv`)).toBe(false)

    const third = await world.importPeople(file, '--country', 'DE', '--separator', 'E-Mail=,', '--force', ...MAP)
    expect(third.out).toBe('0 created, 0 updated, 3 unchanged, 6 refused, of 9 rows.\n')
  })
})
