import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spreadsheet } from '../../examples/spreadsheet.ts'
import { openTable } from '../../src/cli/import/reading/open.ts'
import { openSource } from '../../src/cli/import/reading/source.ts'
import { type Ended, runHere } from '../support/commands.ts'
import { expectAccessible, useConsole } from './world.ts'

const world = useConsole()
const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-console-import-'))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

/** `edge-upsert …` with the key of the same organisation. */
const run = (...args: readonly string[]): Promise<Ended> =>
  runHere([...args, '--api', world.url], {
    API_KEY: world.organization.admin,
    XDG_STATE_HOME: join(folder, 'state'),
  })

beforeAll(async () => {
  expect((await run('schema', 'apply', 'examples/people.json')).code).toBe(0)
})

const isEmpty = async () => {
  for await (const _ of world.organization.client.records('people').query({ limit: 1 })) return false
  return true
}
const main = (page: Page) => page.getByRole('main')
const press = (page: Page, name: string | RegExp) => main(page).getByRole('button', { name }).click()
const choose = (page: Page, file: string) => page.getByLabel(/Drop a file here/).setInputFiles(file)
const status = (page: Page) => main(page).getByRole('status')
/** What the page loads from now on. */
const scriptsOf = (page: Page): readonly string[] => {
  const urls: string[] = []
  page.on('request', (request) => urls.push(request.url()))
  return urls
}
/** The four numbers. */
const tally = (page: Page) => main(page).locator('fieldset.tally').innerText()
const told = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

const TARGETS = {
  Vorname: 'first_name',
  Nachname: 'last_name',
  'E-Mail': 'emails',
  Telefon: 'phone_number',
  Geburtstag: 'born',
  Umsatz: 'revenue',
  Newsletter: 'do_not_call',
  Phase: 'stage',
  Ort: 'city',
  Bemerkung: 'note',
}

/** The file, and what each of its columns is. */
const mapSpreadsheet = async (page: Page, file: string) => {
  await choose(page, file)
  await press(page, 'On to the columns')
  for (const [column, attribute] of Object.entries(TARGETS))
    await page.getByLabel(`Attribute of ${column}`).selectOption(attribute)
  await page.getByLabel('Country of Telefon').fill('DE')
  await page.getByLabel('Country of Telefon').blur()
}

/** Found by e-mail addresses, tried, and the import begun. */
const importAll = async (page: Page) => {
  await press(page, 'On to matching')
  await page.getByLabel('Key 1, part 1').selectOption('emails')
  await press(page, 'On to trying it')
  await press(page, 'On to the import')
  await press(page, /^Import$/)
}

describe('a spreadsheet', () => {
  const ROWS = 300
  const { text, bad } = spreadsheet(ROWS, 7)

  it('is looked at, mapped, judged, tried and imported; cells are mended in place; and all of it is undone', async () => {
    const file = write('customers.csv', text)
    const page = await world.open('#/import?object=people')
    await mapSpreadsheet(page, file)
    await page.getByText(`${bad.length} rows have cells that cannot be read`).waitFor()
    await expectAccessible(page)

    await press(page, 'On to matching')
    await page.getByLabel('Key 1, part 1').selectOption('emails')
    await expect
      .poll(async () => told(await status(page).innerText()))
      .toBe(
        `Of the first 300 rows: ${ROWS - bad.length} new, 0 known, 0 ambiguous, ${bad.length} refused for something else.`,
      )
    await expectAccessible(page)

    await press(page, 'On to trying it')
    const refused = (count: number) => `${ROWS - count} created 0 updated 0 unchanged ${count} refused`
    await expect.poll(async () => told(await tally(page))).toContain(refused(bad.length))
    expect(await isEmpty()).toBe(true)
    await expectAccessible(page)

    await press(page, 'On to the import')
    await press(page, /^Import$/)
    await expect.poll(async () => told(await tally(page))).toContain(`Done ${refused(bad.length)}`)
    expect(await page.evaluate<string>('location.hash')).toMatch(/step=run&import=people-/)

    const save = page.waitForEvent('download')
    await press(page, 'Save what is not in as a file')
    const saved = await save
    expect(saved.suggestedFilename()).toBe('customers.csv.refused.csv')

    // The command finds what the console has written unchanged, and refuses the same cells for the same reasons.
    const mapped = Object.entries(TARGETS).flatMap(([column, attribute]) => ['--map', `${column}=${attribute}`])
    const asCommand = await run('import', file, '--object', 'people', '--match', 'emails', ...mapped, '--country', 'DE')
    expect(asCommand.out).toBe(
      `0 created, 0 updated, ${ROWS - bad.length} unchanged, ${bad.length} refused, of ${ROWS} rows.\n`,
    )
    expect((await buffer(await saved.createReadStream())).toString()).toBe(readFileSync(`${file}.refused.csv`, 'utf8'))

    // Three cells are mended where they stand.
    const wrong = main(page).locator('input[aria-invalid=true]')
    for (let mended = 1; mended <= 3; mended++) {
      const cell = wrong.first()
      const label = (await cell.getAttribute('aria-label')) ?? ''
      const right = {
        'E-Mail': `mended${mended}@example.com`,
        Geburtstag: '1.2.1980',
        Umsatz: '10,50 €',
        Newsletter: 'ja',
      }
      const value = right[label.split(',')[0] as keyof typeof right]
      await cell.fill(value)
      await cell.blur()
      await expect.poll(() => page.getByText('Mended', { exact: true }).count()).toBe(mended)
      expect(await page.getByLabel(label).inputValue()).toBe(value)
    }
    await expectAccessible(page)
    await press(page, 'Send the 3 mended again')
    await expect.poll(async () => told(await tally(page))).toContain(refused(bad.length - 3))

    await press(page, 'Undo the import…')
    await page.getByText(`Would be: records taken back: ${ROWS - bad.length + 3};`).waitFor()
    await page.getByRole('button', { name: 'Undo it' }).click()
    await page.getByText(`Done: records taken back: ${ROWS - bad.length + 3};`).waitFor()
    expect(await isEmpty()).toBe(true)
  })

  it('with the same columns is mapped as the last one was; a reload loses the file, and says so', async () => {
    const file = write('again.csv', text.split('\r\n').slice(0, 4).join('\r\n').replaceAll(/kunde/gi, 'again'))
    const page = await world.open('#/import?object=people')
    await mapSpreadsheet(page, file)
    await importAll(page)
    await expect.poll(async () => told(await tally(page))).toContain('Done 3 created')
    await page.reload()
    await page.getByText('The file has to be chosen again').waitFor()
    await expectAccessible(page)
    await press(page, 'Choose the file')
    await choose(page, file)
    await press(page, 'On to the columns')
    await page.getByText('which this browser has remembered').waitFor()
    await press(page, 'On to matching')
    await expect.poll(async () => told(await status(page).innerText())).toMatch(/^Of the first 3 rows: 0 new, 3 known/)
    // What the first page has begun goes on under its name.
    await press(page, 'On to trying it')
    await press(page, 'On to the import')
    await press(page, /^Import$/)
    await expect.poll(async () => told(await tally(page))).toContain('Done 0 created 0 updated 3 unchanged')
    await press(page, 'Undo the import…')
    await page.getByText('Would be: records taken back: 3;').waitFor()
  })

  it('is seen in each look', () => {
    const file = write('looks.csv', text)
    return world.lookAt('import', '#/import?object=people', async (page) => {
      await mapSpreadsheet(page, file)
      await page.getByText(`${bad.length} rows have cells that cannot be read`).waitFor()
      await page.evaluate(`for (const one of document.querySelectorAll('.wide')) one.scrollTo(0, 0)`)
    })
  })
})

it('asks what a column leaves open, and takes nothing for something that it may not be', async () => {
  const page = await world.open()
  const scripts = scriptsOf(page)
  await main(page)
    .getByRole('link', { name: /People/ })
    .click()
  await main(page).getByRole('link', { name: 'Import a file' }).waitFor()
  expect(scripts.filter((url) => /\/(import|thread)-/.test(url))).toEqual([])
  await main(page).getByRole('link', { name: 'Import a file' }).click()
  await choose(page, write('open.csv', 'emails,born,Shoes\na@open.example,03/04/2000,42\n'))
  await press(page, 'On to the columns')
  await page.getByText('either number may be the day').waitFor()
  const on = main(page).getByRole('button', { name: 'On to matching' })
  expect(await on.isDisabled()).toBe(true)
  await page.getByLabel('Form of dates of born').fill('backwards')
  await page.getByLabel('Form of dates of born').blur()
  await page.getByText(/^"backwards" must be day-first, month-first, or a form/).waitFor()
  expect(await on.isDisabled()).toBe(true)
  await page.getByLabel('Form of dates of born').fill('month-first')
  await page.getByLabel('Form of dates of born').blur()
  await page.getByText('Every cell can be read.').waitFor()
  expect(await on.isDisabled()).toBe(true)
  await press(page, 'Leave out Shoes')
  await expect.poll(() => on.isEnabled()).toBe(true)
  expect([/\/import-/, /\/thread-/].map((name) => scripts.some((url) => name.test(url)))).toEqual([true, true])
})

it('has telephone numbers read by the server, those that are mended, too', async () => {
  const page = await world.open('#/import?object=people')
  await choose(page, write('phones.csv', 'emails,phone_number\na@phones.example,0171 1234567\nb@phones.example,12\n'))
  await press(page, 'On to the columns')
  const country = page.getByLabel('Country of phone_number')
  await country.fill('XX')
  await country.blur()
  await page.getByText('"XX" must be a country code such as DE.').waitFor()
  await country.fill('DE')
  await country.blur()
  await page.getByText('1 row has a cell that cannot be read').waitFor()
  await page.getByText('"12" is no phone number of DE, nor one with its country code.').waitFor()
  const cell = page.getByLabel('phone_number, line 3')
  await cell.fill('030 901820')
  await cell.blur()
  await page.getByText('Mended', { exact: true }).waitFor()
})

it('understands a file otherwise when it is told so', async () => {
  const page = await world.open('#/import?object=people')
  await choose(
    page,
    write('headless.txt', Buffer.from('anna@here.example|M\xfcnchen\nbea@here.example|K\xf6ln\n', 'latin1')),
  )
  await page.getByText('2 rows, 2 columns').waitFor()
  expect(await page.getByLabel('Encoding').inputValue()).toBe('windows-1252')
  expect(await page.getByLabel('Between cells').inputValue()).toBe('|')
  expect(await page.getByLabel(/^The first line has/).isChecked()).toBe(false)
  await page.getByRole('cell', { name: 'München' }).waitFor()
  await page.getByLabel(/^The first line has/).check()
  await page.getByText('1 row, 2 columns').waitFor()
  await page.getByLabel('Between cells').selectOption(',')
  await page.getByText('1 row, 1 column.').waitFor()
})

it('is offered to keys that may write alone', async () => {
  const page = await world.open('#/import?object=people', { key: await world.organization.key(['crm:read']) })
  await page.getByText('it needs the scope crm:write').waitFor()
  expect(await page.getByRole('link', { name: 'Import' }).count()).toBe(0)
})

it('reads 100,000 rows while the page goes on, pauses, goes on, and is cancelled', async () => {
  const rows = Array.from({ length: 100_000 }, (_, i) => `p${i}@many.example,Name ${i},City ${i % 7}`)
  const file = write('many.csv', `emails,first_name,city\n${rows.join('\n')}\n`)
  const page = await world.open('#/import?object=people')
  // What the page drew meanwhile: nothing, if it did the work itself, and the more, the slower the machine is.
  await page.evaluate(`(() => {
    globalThis.frames = 0
    const tick = () => {
      if (document.querySelector('main')?.innerText.includes('Reading')) frames++
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  })()`)
  await choose(page, file)
  await page.getByText('100,000 rows, 3 columns').waitFor()
  await press(page, 'On to the columns')
  await page.getByText('Every cell can be read.').waitFor()
  const frames = await page.evaluate<number>('frames')
  expect(frames).toBeGreaterThan(10)
  await press(page, 'On to matching')
  await page.getByText(/^Of the first 1,000 rows/).waitFor()
  await press(page, 'On to trying it')
  await press(page, 'Pause')
  await main(page)
    .getByText(/rows, paused/)
    .waitFor()
  await press(page, 'Resume')
  await press(page, 'Cancel')
  const stoppedAt = async () => {
    const [, rows = ''] = /([\d,]+) of 100,000 rows, stopped/.exec(await main(page).innerText()) ?? []
    return Number(rows.replaceAll(',', ''))
  }
  await main(page)
    .getByText(/rows, stopped/)
    .waitFor()
  const before = await stoppedAt()
  await press(page, 'Go on')
  await expect.poll(() => page.evaluate<number>(`document.querySelector('progress').value`)).toBeGreaterThan(before)
  await press(page, 'Cancel')
  await expect.poll(stoppedAt).toBeGreaterThan(before)
})

/** What makes files differ from what RFC 4180 has in mind. */
const quirks: Readonly<Record<string, string | Buffer>> = {
  'sheet.csv': spreadsheet(40, 3).text,
  'marks.csv': 'a,b\n5" pipe,x\n"half,y\n"whole","z ""q"" z"\n" lead",trail \n',
  'torn.csv': 'a;b\n"one\ntwo";2\n3;4\n"five" 5;6\n7;8;9\n10\n;;\n\n11;12;\n',
  'open.csv': 'a,b\n1,2\n"never,closed\n3,4\n',
  'separator.csv': 'sep=|\r\na|b\r\n1|2\r\n',
  'ends.csv': 'a,b\r1,2\r\n3,4\n5,6',
  'tabs.tsv': 'a\tb\n1\t"2\t3"\n',
  'latin.csv': Buffer.from('Stra\xdfe;Ort\nBahnhof\x80;K\xf6ln\n', 'latin1'),
  'wide.csv': Buffer.from('\ufeffa;b\r\nä;ö\r\n', 'utf16le'),
  'mixed.csv': Buffer.concat([Buffer.from('a,b\nä,'), Buffer.from([0xe4, 0x0a])]),
  'objects.json': '[{"a":1,"b":["x","y"]},{"a":12345678901234567890},7,{"b":null}]',
  'cut.json': '[{"a":1},{"a"',
  'lines.ndjson': '{"a":1}\n\nnonsense\n{"a":{"b":2}}\n',
  'empty.csv': '',
}

const asCommandReads = async (file: string): Promise<unknown> => {
  const source = await openSource(file)
  try {
    const { columns, rows } = await openTable(source, { object: 'people' })
    const read: unknown[] = []
    for await (const { line, cells, broken, text } of rows()) {
      const asText = (cell: unknown) => (cell == null ? '' : typeof cell === 'string' ? cell : JSON.stringify(cell))
      const shown = text === undefined ? columns.map((_, i) => asText(cells[i])) : [text]
      read.push([line, shown, broken ?? null])
    }
    return { columns, read }
  } catch (error) {
    return String(error instanceof Error ? error.message : error).replaceAll(`${folder}/`, '')
  } finally {
    await source.close()
  }
}

it('reads what is odd in files to the same rows and complaints as the command', async () => {
  const [thread = ''] = globSync('public/console/assets/thread-*.js')
  const page = await world.open()
  for (const [name, content] of Object.entries(quirks)) {
    const base64 = Buffer.from(content).toString('base64')
    const read = await page.evaluate<unknown>(`(async () => {
      const bytes = Uint8Array.from(atob('${base64}'), (letter) => letter.charCodeAt(0))
      const worker = new Worker('/${thread.slice('public/'.length)}', { type: 'module' })
      const { port1, port2 } = new MessageChannel()
      worker.postMessage(null, [port2])
      const call = (name, ...args) => new Promise((resolve, reject) => {
        port1.onmessage = ({ data }) => data.failure === undefined ? resolve(data.value) : reject(new Error(data.failure))
        port1.postMessage({ call: 1, name, args })
      })
      try {
        const opened = await call('open', new File([bytes], ${JSON.stringify(name)}), { headless: false })
        const rows = await call('rowsAt', [...Array(opened.rowCount).keys()])
        return { columns: opened.columns, read: rows.map(({ line, cells, broken }) => [line, cells, broken ?? null]) }
      } catch (error) {
        return error.message
      } finally {
        worker.terminate()
      }
    })()`)
    expect([name, read]).toEqual([name, await asCommandReads(write(name, content))])
  }
})
