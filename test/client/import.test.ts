import { execFileSync } from 'node:child_process'
import { chmodSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runHere } from '../support/commands.ts'
import { answers, type Fault, faults } from '../support/fault-proxy.ts'
import { useImportWorld } from '../support/import-world.ts'
import { seedKey } from '../support/node-server.ts'

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

/** Each with an e-mail of its own, so that tests do not meet. */
let files = 0
const csv = (name: string, ...lines: readonly string[]) => world.write(`${++files}-${name}`, lines.join('\n'))

describe('a file', () => {
  const head = ['first_name', 'emails', 'city']
  const row = (n: number, city: string) => [`Zoé${n}`, `f${files}-${n}@format.example`, city]
  it.each([
    ['UTF-8 with a mark, and semicolons', ';', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-8, and commas', ',', (text: string) => Buffer.from(text)],
    ['UTF-16 with a mark, and tabs', '\t', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 without one', ';', (text: string) => Buffer.from(text, 'utf16le')],
    ['UTF-16, the higher byte first', ',', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['Windows-1252, and bars', '|', windows1252],
  ])('may be %s', async (_, delimiter, encoded) => {
    files++
    const city = delimiter === ',' ? '"Zürich, old; town"' : 'Zürich, old town’s'
    const line = (cells: readonly string[]) => cells.join(delimiter)
    const text = [head, row(1, city), row(2, 'Bern')].map(line).join('\r\n')
    const { code, out } = await world.importPeople(world.write(`${files}-format.csv`, encoded(text)))
    expect([code, out]).toEqual([0, '2 created, 0 updated, 0 unchanged, 0 refused, of 2 rows.\n'])
    expect(await valuesOf(`f${files}-1@format.example`)).toMatchObject({
      first_name: 'Zoé1',
      city: city.replaceAll('"', ''),
    })
  })

  it('that comes to nothing is told by exit code 2, and nothing is sent', async () => {
    const good = ['first_name,emails', 'Ada,ada@usage.example']
    const cases: readonly (readonly [told: RegExp, file: string, ...args: string[]])[] = [
      [
        /^No attribute of people is called "Vorname", "Citty" \(is it city\?\): .*--map.*--ignore/m,
        csv('u.csv', 'Vorname,emails,Citty', 'a,a@b.example,c'),
      ],
      [/--match: no column is tracking_id/, csv('u.csv', ...good), '--match', 'tracking_id'],
      [/--match: people cannot be found by "emals" \(is it emails\?\)/, csv('u.csv', ...good), '--match', 'emals'],
      [/no object "peopel" \(is it people\?\)/, csv('u.csv', ...good), '--object', 'peopel'],
      [/there is no column "X"/, csv('u.csv', ...good), '--ignore', 'X'],
      [/--map: "emals" is no attribute of people \(is it emails\?\)/, csv('u.csv', ...good), '--map', 'emails=emals'],
      [/both first_name, which holds one value/, csv('u.csv', 'first_name,First name,emails', 'a,b,c@d.example')],
      [/Two columns are called "emails"/, csv('u.csv', 'emails,emails', 'a,b')],
      [/Line 2: column 3 has a value here, and no name/, csv('u.csv', 'first_name,emails,', 'a,b@c.example,c')],
      [/Line 3: a quotation mark that is opened here or below is closed nowhere/, csv('u.csv', ...good, 'A,"b')],
      [/Column "height", line 2: of "1.234" either sign/, csv('u.csv', 'emails,height', 'a@b.example,1.234')],
      [/is empty: its first line/, csv('u.csv', '')],
      [
        /is neither UTF-8 nor Windows-1252/,
        world.write('mixed.csv', Buffer.from('emails,city\na@b.example,Zü', 'utf8').fill(0xfc, 12, 13)),
      ],
      [/is a workbook/, world.write('book.csv', 'PK\x03\x04...')],
      [
        /is a workbook of an older kind/,
        world.write('old.csv', Buffer.from('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1')),
      ],
      [/is a PDF/, world.write('print.csv', '%PDF-1.7\n')],
      [/is a page/, world.write('page.csv', '\ufeff\r\n<HTML><table>')],
      [/is no text in utf-16le: .*--encoding/, world.write('bytes.csv', Buffer.from([0, 0xd8, 0, 0xd8, 1, 0, 1, 0]))],
      [/--decimal: "x" must be a point or a comma/, csv('u.csv', ...good), '--decimal', 'x'],
      [/--country: "Germany" must be a country code/, csv('u.csv', ...good), '--country', 'Germany'],
      [/--on-bad-cell: "go" must be one of skip-cell, skip-row, stop/, csv('u.csv', ...good), '--on-bad-cell', 'go'],
      [/unknown option '--mach' .*See "npm run admin -- import --help"/, csv('u.csv', ...good), '--mach', 'x'],
    ]
    for (const [told, file, ...args] of cases) {
      const { code, out, err } = await world.importPeople(file, ...args)
      expect(err).toMatch(told)
      expect([told, code, out]).toEqual([told, 2, ''])
    }
    expect(world.proxy.seen.filter(({ method }) => method !== 'GET')).toEqual([])
    const without = await world.run('import', csv('u.csv', ...good), '--object', 'people')
    expect([without.code, without.err]).toEqual([2, expect.stringContaining('Unique are emails, tracking_id.')])
    expect((await world.importPeople('nowhere.csv')).code).toBe(2)
    const before = await world.run('--object', 'people', 'import', csv('u.csv', ...good))
    expect([before.code, before.err]).toEqual([2, expect.stringContaining("unknown option '--object'")])
    expect((await world.run('undo')).code).toBe(2)
  })

  it('by a key that may not write is not begun, dry or not, and is none to go on with', async () => {
    const { token } = await seedKey(world.databaseUrl, { scopes: ['crm:read'] })
    const file = csv('r.csv', 'emails', 'a@may-not.example')
    for (const dry of [[], ['--dry-run']]) {
      const args = ['import', file, '--object', 'people', '--match', 'emails', '--api', world.proxy.url, ...dry]
      const { code, out, err } = await runHere(args, { API_KEY: token, XDG_STATE_HOME: `${world.folder}/may-not` })
      expect([code, out, err]).toEqual([2, '', expect.stringMatching(/\nThe key lacks the scope crm:write\. .*\n$/)])
      expect(err).not.toContain('goes on')
    }
    expect(globSync('may-not/edge-upsert/imports/*.json', { cwd: world.folder })).toEqual([])
  })

  it('may leave columns out, name them otherwise, and give one list several', async () => {
    const file = csv(
      'c.csv',
      'Rufname,Mail 1,Mail 2,Secret,,First Name',
      'x,a@columns.example,b@columns.example,s,,Ada',
    )
    const args = ['--map', 'Mail 1=emails', '--map', 'Mail 2=emails', '--ignore', 'Secret', '--ignore', 'Rufname']
    const { code, err } = await world.importPeople(file, ...args)
    expect(err).toContain('Column "First Name" is first_name.\nLeft out: "Rufname", "Secret" (as --ignore says).')
    expect(code).toBe(0)
    expect(await valuesOf('b@columns.example')).toEqual({
      first_name: 'Ada',
      emails: ['a@columns.example', 'b@columns.example'],
    })
    // Each of them may be the one that is stored.
    const other = csv('c.csv', 'emails,city', 'new@columns.example; b@columns.example,Bern')
    expect((await world.importPeople(other)).out).toContain('1 updated')
  })

  it('is matched by several attributes in order, together, or by id', async () => {
    const file = csv('m.csv', 'tracking_id,emails,city', 't1,,Bern', ',t2@match.example,Basel', ',,Genf')
    const match = ['--match', 'tracking_id,emails']
    expect((await world.importPeople(file, ...match)).out).toContain('2 created, 0 updated, 0 unchanged, 1 refused')
    const { id } = await people().getBy('tracking_id', 't1')
    const byId = csv('m.csv', 'id,city', `${id},Zug`)
    expect((await world.importPeople(byId, '--match', 'id')).out).toContain('0 created, 1 updated')
    expect((await valuesOf('t2@match.example')).city).toBe('Basel')
    expect((await people().get(id)).values.city).toBe('Zug')
  })
})

describe('a cell', () => {
  it('that is empty says nothing, or clears', async () => {
    await world.importPeople(csv('e.csv', 'emails,city,job_title', 'a@empty.example,Bern,Cook'))
    const file = csv('e.csv', 'emails,city,job_title', 'a@empty.example,,Baker')
    await world.importPeople(file)
    expect(await valuesOf('a@empty.example')).toMatchObject({ city: 'Bern', job_title: 'Baker' })
    await world.importPeople(file, '--empty', 'clear')
    expect(await valuesOf('a@empty.example')).toEqual({ emails: ['a@empty.example'], job_title: 'Baker' })
  })

  it('that is bad is left out alone, with its row, or ends the import', async () => {
    const file = csv(
      'b.csv',
      'emails,born,city',
      'a@bad.example,2001-01-01,Bern',
      'b@bad.example,soon,Bern',
      'c@bad.example,,Bern',
    )
    const stop = await world.importPeople(file, '--on-bad-cell', 'stop')
    expect([stop.code, stop.out]).toEqual([1, ''])
    expect(stop.err).toMatch(/Line 3, column "born": "soon" is no day.*What stands before it has been sent/)
    const cells = await world.importPeople(file, '--on-bad-cell', 'skip-cell', '--json')
    expect(cells.code).toBe(3)
    expect(JSON.parse(cells.out)).toEqual({
      importId: expect.stringMatching(/^people-\d{4}-\d\d-\d\d-[0-9a-f]{8}$/),
      rows: 3,
      created: 2,
      updated: 0,
      unchanged: 1,
      refused: 0,
      incomplete: 1,
      refusedFile: `${file}.refused.csv`,
    })
    expect(await valuesOf('b@bad.example')).toEqual({ emails: ['b@bad.example'], city: 'Bern' })
    expect(rowsOf(world.read(`${file}.refused.csv`))[1]).toMatch(/^3,born,.*,b@bad.example,soon,Bern$/)
  })
})

describe('a run', () => {
  it('that is dry tells what would be with examples, and writes neither records nor a file', async () => {
    await world.importPeople(csv('d.csv', 'emails,city', 'old@dry.example,Bern', 'same@dry.example,Bern'))
    const file = csv(
      'd.csv',
      'emails,city',
      'old@dry.example,Basel',
      'same@dry.example,Bern',
      'new@dry.example,Bern',
      'no,Bern',
    )
    const { code, out, err } = await world.importPeople(file, '--dry-run')
    expect([code, out.split('\n')]).toEqual([
      3,
      [
        'Would be: 1 created, 1 updated, 1 unchanged, 1 refused, of 4 rows.',
        'created, line 4: new@dry.example | Bern',
        'updated, line 2: old@dry.example | Basel',
        'unchanged, line 3: same@dry.example | Bern',
        'refused, line 5: emails: "no" must be an e-mail address.',
        '',
      ],
    ])
    expect(err).not.toContain('refused.csv')
    expect(world.has(`${file}.refused.csv`)).toBe(false)
    expect((await valuesOf('old@dry.example')).city).toBe('Bern')
  })

  it('does not overwrite rows that somebody may be mending', async () => {
    const file = csv('r.csv', 'emails,city', 'nobody,Bern')
    expect((await world.importPeople(file)).code).toBe(3)
    const again = await world.importPeople(file)
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('is there already')])
    const elsewhere = `${world.folder}/elsewhere.csv`
    expect((await world.importPeople(file, '--refused', elsewhere)).code).toBe(3)
    expect(world.read(elsewhere)).toBe(world.read(`${file}.refused.csv`))
    const nowhere = await world.importPeople(file, '--refused', `${world.folder}/nowhere/r.csv`)
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('takes no file for refused rows')])
  })

  it('names the import in the history, so that it can be found', async () => {
    const { out } = await world.importPeople(csv('h.csv', 'emails,city', 'a@history.example,Bern'), '--json')
    const { importId } = JSON.parse(out) as { importId: string }
    const body = { importId }
    const undone = await world.client().call('post', '/v1/changes/revert', { body, query: { dryRun: 'true' } })
    expect(undone.records).toHaveLength(1)
  })

  it('keeps refused rows in the order of the file, whoever refused them', async () => {
    const lines = Array.from({ length: 3_000 }, (_, n) => {
      // Of each ten one that never leaves, and one that the server sends back.
      if (n % 10 === 3) return `nobody-${n},Bern,`
      return n % 10 === 7
        ? `o${n}@order.example,Bern,0197a1b2-0000-7000-8000-000000000000`
        : `o${n}@order.example,Bern,`
    })
    const file = csv('o.csv', 'emails,city,company', ...lines)
    expect((await world.importPeople(file)).out).toBe(
      '2400 created, 0 updated, 0 unchanged, 600 refused, of 3000 rows.\n',
    )
    const told = rowsOf(world.read(`${file}.refused.csv`))
      .slice(1)
      .map((line) => Number(line.split(',')[0]))
    expect(told).toEqual(lines.flatMap((_, n) => (n % 10 === 3 || n % 10 === 7 ? [n + 2] : [])))
  })
})

describe('what records export writes', () => {
  it('comes back unchanged', async () => {
    const texts = [
      '=1+1',
      '-x',
      "'quoted'",
      '+49 (30) 1',
      ' spaces ',
      'a; b',
      '"q"',
      'zwei\nZeilen',
      '@x',
      '\ttab',
      '1.234',
      'null',
    ]
    const items = texts.map((note, n) => ({
      match: { emails: `e${n}@export.example` },
      values: {
        emails: [`e${n}@export.example`, `f${n}@export.example`],
        note,
        city: 'Export',
        height: [1e-7, 1234.567, -5, 0, 1e15][n % 5] ?? 0,
        born: '2001-02-03',
        last_seen: '2025-06-01T09:30:00.123Z',
        do_not_call: n % 2 === 0,
        stage: 'Lead',
        tags: ['x', 'y z'],
        revenue: { amount: 12.5, code: 'EUR' },
        company: { match: { domains: 'acme.example' } },
        phone_number: '+49 (30) 901820',
      },
    }))
    await world
      .client()
      .records('companies')
      .assert({ match: { domains: 'acme.example' }, values: { domains: ['acme.example'] } })
    await people().assertBatch(items as never)
    for (const values of ['readable', 'stored']) {
      const file = `${world.folder}/export-${values}.csv`
      const args = ['records', 'export', 'people', '--to', file, '--values', values, '--filter', 'city=Export']
      expect((await world.run(...args)).code).toBe(0)
      for (const match of ['emails', 'id']) {
        const { out, err } = await world.importPeople(file, '--match', match, '--decimal', '.')
        expect(err).toContain('"createdAt", "updatedAt" (made by the server).')
        expect([values, match, out]).toEqual([
          values,
          match,
          `0 created, 0 updated, 12 unchanged, 0 refused, of 12 rows.\n`,
        ])
      }
    }
  })
})

describe('how columns are read', () => {
  const rows = (name: string, intern = 'Intern') => [
    `Vorname;Kontakt;${intern};Geboren`,
    `Ada;a@${name}.example;x;10.12.1815`,
    `Zoë;z@${name}.example;x;26.12.1780`,
  ]
  const said = ['--map', 'Vorname=first_name', '--map', 'Kontakt=emails', '--map', 'Geboren=born', '--ignore', 'Intern']

  it('is offered for the next file with the same columns, and used when that is wanted', async () => {
    const first = csv('r.csv', ...rows('remember-1'))
    expect((await world.importPeople(first, '--remembered')).err).toContain('no file with these columns has been')
    expect((await world.importPeople(first, ...said)).out).toContain('2 created')
    const next = csv('r.csv', ...rows('remember-2'))
    const offered = await world.importPeople(next)
    expect([offered.code, offered.err]).toEqual([2, expect.stringContaining('--remembered reads this one alike')])
    expect(offered.err).toContain('--map Vorname=first_name')
    const { code, out, err } = await world.run(
      'import',
      next,
      '--object',
      'people',
      '--remembered',
      '--match',
      'emails',
    )
    expect([code, out]).toEqual([0, '2 created, 0 updated, 0 unchanged, 0 refused, of 2 rows.\n'])
    expect(err).toMatch(/^Read as remembered: .*--ignore Intern/)
    const other = csv('o.csv', 'Vorname;Kontakt;Geboren', 'Ada;x@remember.example;1.2.1990')
    expect((await world.importPeople(other)).err).not.toContain('--remembered')
  })

  it('is saved in a file, with what the cells have told, and what is said besides wins', async () => {
    const kept = `${world.folder}/mapping.json`
    const first = csv('m.csv', ...rows('mapping-1', 'Haus'))
    expect((await world.importPeople(first, ...said.slice(0, -1), 'Haus', '--save-mapping', kept)).code).toBe(0)
    expect(JSON.parse(world.read(kept))).toEqual({
      match: 'emails',
      map: ['Vorname=first_name', 'Kontakt=emails', 'Geboren=born'],
      ignore: ['Haus'],
      dateFormat: ['Geboren=day-first'],
    })
    // Of itself it could be either.
    const doubtful = csv('m.csv', 'Vorname;Kontakt;Haus;Geboren', 'Ada;d@mapping.example;x;01.02.2003')
    const args = ['--object', 'people', '--mapping', kept]
    expect((await world.run('import', doubtful, ...args, '--map', 'Vorname=last_name')).out).toContain('1 created')
    expect(await valuesOf('d@mapping.example')).toMatchObject({ last_name: 'Ada', born: '2003-02-01' })
  })

  it.each([
    ['{"mapp":[]}', /mapp/],
    ['{"map":"x"}', /, map: /],
    ['{', /is no JSON/],
  ])('is refused of a file such as %s', async (text, message) => {
    const kept = world.write(`${++files}-mapping.json`, text)
    const { code, err } = await world.importPeople(csv('x.csv', 'emails', 'x@mapping.example'), '--mapping', kept)
    expect([code === 0, err]).toEqual([false, expect.stringMatching(message)])
  })
})

it('nothing that is read, or that somebody else has written, is overwritten by what an option names', async () => {
  const source = csv('own.csv', 'emails', 'a@own.example')
  const mapping = world.write('own-mapping.json', '{"match":"emails"}')
  const notes = world.write('notes.txt', 'mine')
  const before = [source, mapping, notes].map(world.read)
  for (const [args, message] of [
    [['--refused', source, '--force'], /^--refused: .*own\.csv is what is read/],
    [['--refused', source.replace(world.folder, `${world.folder}/.`), '--force'], /^--refused: .*is what is read/],
    [['--refused', mapping, '--mapping', mapping, '--force'], /^--refused: .*is the file of a mapping/],
    [['--save-mapping', source, '--dry-run'], /^--save-mapping: .*is what is read/],
    [['--save-mapping', notes], /^--save-mapping: .*notes\.txt is there, and is no mapping/],
  ] as const) {
    const { code, err } = await world.importPeople(source, ...args)
    expect([code, err]).toEqual([2, expect.stringMatching(message)])
  }
  const proposed = await runHere(['infer', source, '--to', source, '--force'])
  expect([proposed.code, proposed.err]).toEqual([2, expect.stringMatching(/^--to: .*is what is read/)])
  const types = await world.run('types', '--to', notes)
  expect([types.code, types.err]).toEqual([1, expect.stringContaining('is there already')])
  expect([source, mapping, notes].map(world.read)).toEqual(before)
})

describe('what is said of one column', () => {
  const file = (name: string) => world.write(`${name}.csv`, `E-Mail;Born\n${name}@said.example;04.03.2025`)
  const map = ['--map', 'E-Mail=emails']
  const bornOf = async (name: string) => (await valuesOf(`${name}@said.example`)).born

  it('goes before what is said of all, whichever form the one and the other have', async () => {
    for (const [name, ofAll, ofOne] of [
      ['form-first', 'DD.MM.YYYY', 'month-first'],
      ['form-last', 'day-first', 'MM.DD.YYYY'],
    ] as const) {
      const said = ['--date-format', `Born=${ofOne}`, '--date-format', ofAll]
      expect(await world.importPeople(file(name), ...map, ...said)).toMatchObject({ code: 0 })
      expect([name, await bornOf(name)]).toEqual([name, '2025-04-03'])
    }
  })

  it('goes before what a mapping says, and so does what is said of all', async () => {
    const mapping = world.write('form.json', JSON.stringify({ dateFormat: ['DD.MM.YYYY'], map: ['E-Mail=emails'] }))
    const said = ['--mapping', mapping, '--date-format', 'month-first']
    expect(await world.importPeople(file('mapped'), ...said)).toMatchObject({ code: 0 })
    expect(await bornOf('mapped')).toBe('2025-04-03')
  })

  it('names one that there is: a separator is no column that is misspelt', async () => {
    const path = world.write('tags.csv', 'emails,email_labels\ntags@said.example,a; b')
    expect(await world.importPeople(path, '--separator', 'emial_labels=,')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--separator: there is no column "emial_labels"; there are "emails"'),
    })
    expect((await world.importPeople(path, '--separator', ';=', '--dry-run')).code).toBe(0)
  })
})

it('a row with more to be found by than is looked for is refused, since it could be made twice', async () => {
  await people().assert({ values: { first_name: 'Ada', last_name: 'Dup' } })
  const emails = Array.from({ length: 11 }, (_, n) => `many${n}@match.example`).join(';')
  const path = world.write('many.csv', `emails,first_name,last_name\n${emails},Ada,Dup`)
  const match = ['--object', 'people', '--match', 'emails,first_name+last_name']
  const run = await world.run('import', path, ...match)
  expect(run).toMatchObject({ code: 3, out: expect.stringContaining('0 created, 0 updated, 0 unchanged, 1 refused') })
  expect(rowsOf(world.read(`${path}.refused.csv`))[1]).toContain(
    'The row has 12 values of emails and of first_name and last_name to be found by, and 10 are looked for',
  )
})

it('the command for the mended file says what stands between its cells, where nothing else tells', async () => {
  for (const [name, head, said] of [
    ['tilde-said', '', ['--delimiter', '~']],
    ['tilde-told', 'sep=~\n', []],
  ] as const) {
    const path = world.write(`${name}.csv`, `${head}emails~first_name\nnobody~Ada`)
    const run = await world.importPeople(path, ...said)
    expect(run.code).toBe(3)
    const printed = /Mend it, then: npm run admin -- (.*)/.exec(run.err)?.[1] ?? ''
    const words = printed.split(' ').map((word) => word.replace(/^'(.*)'$/, '$1'))
    world.write(
      `${name}.csv.refused.csv`,
      world.read(`${path}.refused.csv`).replace('nobody~', `${name}@sign.example~`),
    )
    expect(await world.run(...words.slice(0, words.indexOf('--api')))).toMatchObject({ code: 0 })
    expect((await valuesOf(`${name}@sign.example`)).first_name).toBe('Ada')
  }
})

describe('what is wrong before anything is sent', () => {
  const path = () => world.write('usage.csv', 'emails\nu@usage.example')
  const key = { API_KEY: '' }
  it.each<readonly [string, (file: string) => Promise<{ readonly code: number; readonly err: string }>, RegExp]>([
    [
      'a mapping that is not there',
      (file) => world.importPeople(file, '--mapping', 'none.json'),
      /none\.json: there is no such/,
    ],
    ['a mapping that is no JSON', (file) => world.importPeople(file, '--mapping', file), /is no JSON/],
    ['a file that is not there', () => world.importPeople('none.csv'), /none\.csv: there is no such/],
    ['a profile that is none', (file) => world.importPeople(file, '--profile', 'nope'), /no profile "nope"/],
    ['no key', (file) => world.importWith({ ...key, XDG_CONFIG_HOME: world.folder }, file), /API_KEY is missing/],
    ['a key that is none', (file) => world.importWith({ API_KEY: '中' }, file), /key: it has a character/],
    ['a key of nobody', (file) => world.importWith({ API_KEY: 'eu_none' }, file), /key/],
    [
      'a URL that is none',
      (file) => runHere(['import', file, '--object', 'people', '--match', 'emails', '--api', 'crm'], { API_KEY: 'k' }),
      /--api/,
    ],
  ])('%s: exit code 2', async (_, run, told) => {
    expect(await run(path())).toMatchObject({ code: 2, err: expect.stringMatching(told) })
    expect(world.proxy.seen.filter(({ path: asked }) => asked.includes('/batch'))).toHaveLength(0)
  })

  it('is no wrong usage where it passes by itself', async () => {
    world.proxy.next([], answers(503, { 'retry-after': '90' }))
    expect((await world.importPeople(path())).code).toBe(1)
  })
})

describe('a lost answer', () => {
  it('is told, with the way back of what it had written', async () => {
    const path = world.write('lost.csv', 'emails\nlost1@lost.example\nlost2@lost.example')
    const lost: Fault = (response, forward, request) =>
      request.path.includes('/batch') ? faults.loses(response, forward) : faults.none(response, forward)
    let isFirst = true
    world.proxy.next([], (response, forward, request) => {
      const fault = isFirst && request.path.includes('/batch') ? lost : faults.none
      if (fault === lost) isFirst = false
      return fault(response, forward, request)
    })
    const run = await world.importPeople(path, '--json')
    expect(JSON.parse(run.out)).toMatchObject({ created: 0, unchanged: 2, sentTwice: true })
    expect(run.err).toMatch(/Some of it was sent twice[\s\S]*To see what taking it back would do: .* undo people-/)
    const id = /undo (people-\S+)/.exec(run.err)?.[1] ?? ''
    isFirst = true
    world.proxy.next([faults.loses])
    const undone = await world.run('undo', id, '--yes')
    expect(undone.err).toContain('An answer was lost')
    expect(await people().getBy('emails', 'lost1@lost.example')).toMatchObject({ archivedAt: expect.any(String) })
  })
})

it('what is refused of a file is for those who may read the file, and only a file is overwritten', async () => {
  const path = world.write('own.csv', 'emails\nnobody')
  chmodSync(path, 0o600)
  expect((await world.importPeople(path)).code).toBe(3)
  expect(statSync(`${path}.refused.csv`).mode & 0o777).toBe(0o600)
  const fifo = join(world.folder, 'fifo')
  execFileSync('mkfifo', [fifo])
  for (const forced of ['--force', '--restart'])
    for (const place of [fifo, world.folder])
      expect(await world.importPeople(path, '--refused', place, forced)).toMatchObject({
        code: 2,
        err: expect.stringContaining('is no regular file, and one would take its place'),
      })
  expect(statSync(fifo).isFIFO()).toBe(true)
})

describe('--write', () => {
  it('says what becomes of what is stored, and is remembered with the rest', async () => {
    const kept = `${world.folder}/write.json`
    const first = csv('tags.csv', 'emails,tags,city', 'w@write.example,new; old,Bern')
    expect((await world.importPeople(first)).code).toBe(0)
    const next = csv('tags.csv', 'emails,tags,city', 'w@write.example,more; old,Basel')
    const args = ['--write', 'tags=append', '--write', 'city=keep', '--save-mapping', kept]
    expect((await world.importPeople(next, ...args)).out).toContain('1 updated')
    expect(await valuesOf('w@write.example')).toMatchObject({ tags: ['new', 'old', 'more'], city: 'Bern' })
    expect(JSON.parse(world.read(kept))).toMatchObject({ write: ['tags=append', 'city=keep'] })
    const gone = csv('tags.csv', 'emails,tags,city', 'w@write.example,new,Chur')
    const again = ['--mapping', kept, '--write', 'tags=remove', '--dry-run']
    expect((await world.importPeople(gone, ...again)).out).toContain('1 updated')
    expect((await world.importPeople(gone, '--mapping', kept)).out).toContain('1 unchanged')
  })

  it.each([
    ['tags', /must be an attribute and one of replace, keep, fill, append, prepend, remove/],
    ['tags=add', /^--write: "tags=add" must be/],
    ['tag=append', /no column is the attribute "tag" \(is it tags\?\)/],
    ['city=append', /city holds one value, and append is for lists/],
  ])('%s is refused before anything is sent', async (said, message) => {
    const file = csv('tags.csv', 'emails,tags,city', 'x@write.example,a,b')
    const { code, err } = await world.importPeople(file, '--write', said)
    expect([code, err]).toEqual([2, expect.stringMatching(message)])
  })
})
