import { expect, it } from 'vitest'
import { runHere } from '../support/commands.ts'
import { useImportWorld } from '../support/import-world.ts'

/** From a file to a schema, and from both to records. */

const world = useImportWorld()

const HEAD = 'Kunden-Nr;Name;E-Mail;PLZ;Geboren;Umsatz;Größe;Aktiv;Stufe;Seite;Notiz;Leer;Имя'
const ROWS = 60
const row = (n: number) =>
  [
    `0${1000 + n}`,
    `Name ${n}`,
    `k${n}@infer.example`,
    `0${1000 + n}`,
    n === 7 ? 'gestern' : `${(n % 28) + 1}.12.1980`,
    `${n}.234,50 €`,
    n === 9 ? 'groß' : `1,${80 + (n % 9)}`,
    n % 2 ? 'ja' : 'nein',
    ['Gold', 'Silber', 'Bronze'][n % 3],
    'https://x.example/a',
    n === 3 ? '"zwei\nZeilen"' : `Notiz ${n}`,
    '',
    `Я${n}`,
  ].join(';')
const file = (name: string) =>
  world.write(name, [HEAD, ...Array.from({ length: ROWS }, (_, n) => row(n + 1))].join('\n'))

it('what is proposed is planned, applied and imported into, and the cells that contradict are the ones refused', async () => {
  const path = file('Kunden 2025.csv')
  const to = `${world.folder}/kunden.json`
  const { code, err } = await runHere(['infer', path, '--to', to])
  expect(code).toBe(0)
  const { objects } = JSON.parse(world.read(to))
  expect(objects[0]).toMatchObject({ slug: 'kunden_2025', pluralName: 'Kunden 2025' })
  expect(objects[0].attributes).toEqual([
    { slug: 'kunden_nr', label: 'Kunden-Nr', type: 'text', unique: true },
    { slug: 'name', label: 'Name', type: 'text' },
    { slug: 'e_mail', label: 'E-Mail', type: 'email', unique: true },
    { slug: 'plz', label: 'PLZ', type: 'text' },
    { slug: 'geboren', label: 'Geboren', type: 'date' },
    { slug: 'umsatz', label: 'Umsatz', type: 'currency' },
    { slug: 'grosse', label: 'Größe', type: 'number' },
    { slug: 'aktiv', label: 'Aktiv', type: 'checkbox' },
    {
      slug: 'stufe',
      label: 'Stufe',
      type: 'select',
      options: ['Silber', 'Bronze', 'Gold'].map((value) => ({ value })),
    },
    { slug: 'seite', label: 'Seite', type: 'url' },
    { slug: 'notiz', label: 'Notiz', type: 'long_text' },
    { slug: 'leer', label: 'Leer', type: 'text' },
    { slug: 'column_13', label: 'Имя', type: 'text' },
  ])
  expect(err).toMatch(/Column "Geboren" is date\.\n {2}Against it are 1 of 60 cells: line 9: "gestern" is no day/)
  expect(err).toMatch(/Column "Leer" is text\.\n {2}No cell of it has a value/)

  const planned = await world.run('schema', 'plan', to)
  expect([planned.code, planned.out]).toEqual([0, expect.stringContaining('kunden_2025')])
  expect((await world.run('schema', 'apply', to)).code).toBe(0)
  const again = await world.run('schema', 'plan', to)
  expect([again.out, again.err]).toEqual(['', 'Nothing to do: the schema is what the document says.\n'])
  const [, words = ''] = /^npm run admin -- (import .*)$/m.exec(err) ?? []
  expect(words).toContain('--match kunden_nr')
  const into = ['--object', 'kunden_2025', '--match', 'kunden_nr']
  const { out } = await world.run('import', path, ...into)
  expect(out).toBe('58 created, 0 updated, 0 unchanged, 2 refused, of 60 rows.\n')
  expect((await world.run('import', path, ...into, '--force')).out).toContain('58 unchanged, 2 refused')
})

it.each([
  ['ab.csv', 'ab_rows'],
  ['Ü.csv', 'u_rows'],
  ['2024.csv', 'rows_2024'],
  ['Objects.csv', 'objects_rows'],
  [`${'long name '.repeat(11)}.csv`, 'long_name_long_name_long_name_long_name_long_name_long_name_'],
  ['people.csv', 'people'],
])('proposes of %s what can be applied', async (name, slug) => {
  const path = world.write(name, `emails,${'Column '.repeat(20)}\na@x.example,b`)
  const to = `${path}.json`
  await runHere(['infer', path, '--to', to])
  expect(JSON.parse(world.read(to)).objects[0].slug).toBe(slug)
  const { code, err } = await world.run('schema', 'plan', to)
  expect([code, err]).toEqual([0, ''])
})

it('proposes of other formats, too, and lists, and what nothing decides', async () => {
  const lines = Array.from({ length: 4 }, (_, n) => ({
    id: n + 1,
    mails: `a${n}@x.example; b${n}@x.example`,
    day: `0${n + 1}/02/2003`,
    phone: `+49 30 90182${n}`,
    sure: n % 2 === 0,
    size: n / 2,
  }))
  const path = world.write('things.ndjson', lines.map((one) => JSON.stringify(one)).join('\n'))
  const { out } = await runHere(['infer', path, '--object', 'Thing'])
  expect(JSON.parse(out).objects[0]).toEqual({
    slug: 'thing',
    singularName: 'Thing',
    pluralName: 'Thing',
    attributes: [
      { slug: 'id_2', label: 'id', type: 'number', unique: true },
      { slug: 'mails', label: 'mails', type: 'email', multiple: true },
      { slug: 'day', label: 'day', type: 'date' },
      { slug: 'phone', label: 'phone', type: 'phone_number' },
      { slug: 'sure', label: 'sure', type: 'checkbox' },
      { slug: 'size', label: 'size', type: 'number' },
    ],
  })
})
