import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { type Problem, problem, RefusedError } from '../../src/engine/errors.ts'
import { type Resumed, resumeWith, type WaitingDelivery } from '../../src/hooks/backlog.ts'
import { openDatabase } from '../../src/node/database.ts'
import { deliveryJournal } from '../../src/node/delivery-journal.ts'
import { openJournal } from '../../src/node/journal-file.ts'
import { secretBox } from '../../src/secrets/secret-box.ts'
import type { Statement } from '../../src/storage/driver.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-journal-'))
afterAll(() => rmSync(folder, { recursive: true }))

let url = ''
let lines: string[] = []
beforeEach(() => {
  url = `file:${join(folder, crypto.randomUUID(), 'journal.db')}`
  lines = []
})
const open = (lookMs?: number) =>
  deliveryJournal(url, (line) => lines.push(line), lookMs === undefined ? {} : { lookMs })

const waiting = (address: string, id: string, body: unknown = {}): WaitingDelivery => ({
  address,
  id,
  receivedAt: Date.now(),
  input: { body, headers: {}, query: {} },
})

/** Longer than a slow machine takes. */
const PATIENCE_MS = 20_000
const until = async (isSo: () => boolean) => {
  for (const end = Date.now() + PATIENCE_MS; !isSo() && Date.now() < end; ) await wait(20)
  expect(isSo()).toBe(true)
}

describe('a journal', () => {
  it('runs what earlier processes have left, of each hook in order, and nothing twice', async () => {
    const before = open()
    for (const [address, id] of [
      ['a', '1'],
      ['b', '2'],
      ['a', '3'],
      ['a', '4'],
    ] as const)
      await before.put(waiting(address, id))
    await before.close()

    const after = open()
    const ran: string[] = []
    let tries = 0
    await after.start(async ({ address, id }): Promise<Resumed> => {
      if (id === '1' && tries++ === 0) return 'later'
      ran.push(`${address}${id}`)
      return 'done'
    })
    // One that comes meanwhile stands in line.
    expect(after.isBehind('a')).toBe(true)
    await after.put(waiting('a', '5'))
    await until(() => !after.isBehind('a') && !after.isBehind('b'))
    expect(ran.filter((one) => one.startsWith('a'))).toEqual(['a1', 'a3', 'a4', 'a5'])
    expect(ran.filter((one) => one.startsWith('b'))).toEqual(['b2'])
    await after.close()

    const empty = open()
    await empty.start(async ({ id }) => {
      throw new Error(`${id} is run again`)
    })
    expect(empty.isBehind('a')).toBe(false)
    await empty.close()
  })

  it('gives up what its hook takes no more, tells so, and takes it up again when somebody wants it', async () => {
    const journal = open()
    await journal.start(async () => 'gone')
    await journal.put(waiting('a', '1'))
    await until(() => !journal.isBehind('a'))
    await journal.close()
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ delivery: '1', givenUp: expect.any(String) }),
    )

    const file = await openJournal(url)
    expect(await file.takeUpAgain(null)).toBe(1)
    await file.close()
    const ran: string[] = []
    const again = open()
    await again.start(async ({ id }) => {
      ran.push(id)
      return 'done'
    })
    await until(() => ran.length > 0 && !again.isBehind('a'))
    await again.close()
    expect(ran).toEqual(['1'])
  })

  it('gives up after three days what cannot be run, and not before', async () => {
    const day = 86_400_000
    const journal = open()
    let tries = 0
    await journal.start(async () => {
      tries++
      return 'later'
    })
    await journal.put({ ...waiting('old', '1'), receivedAt: Date.now() - 3 * day - 1_000 })
    await journal.put({ ...waiting('young', '2'), receivedAt: Date.now() - 3 * day + 60_000 })
    await until(() => !journal.isBehind('old') && tries >= 2)
    expect(journal.isBehind('young')).toBe(true)
    await journal.close()
    const file = await openJournal(url)
    expect(await file.list(null)).toMatchObject([
      { id: '1', givenUpAt: expect.any(String) },
      { id: '2', givenUpAt: null },
    ])
    await file.close()
  })

  it('has those in line that overtake one on its way into the file', async () => {
    const journal = open()
    const put = journal.put(waiting('a', '1'))
    expect([journal.isBehind('a'), journal.isBehind('b')]).toEqual([true, false])
    await put
    await journal.close()
  })

  it('is done with what has failed: the log has it', async () => {
    const journal = open()
    await journal.start(async () => ({ failed: '1', until: 0 }))
    await journal.put(waiting('a', '1'))
    await until(() => !journal.isBehind('a'))
    await journal.close()
    const file = await openJournal(url)
    expect(await file.list(null)).toEqual([])
    await file.close()
  })

  const LARGE = 'x'.repeat(250_000)
  /** Puts large ones until one is refused. @returns how many were taken */
  const fill = async (journal: ReturnType<typeof open>, address: string) => {
    for (let taken = 0; taken < 600; taken++) {
      const refused = await journal.put(waiting(address, String(taken), LARGE)).catch((error: unknown) => error)
      if (refused === undefined) continue
      expect(refused).toBeInstanceOf(RefusedError)
      expect((refused as RefusedError).retryAfter).toBe(60)
      return taken
    }
    throw new Error('It takes all')
  }

  it('has room for so much of one organisation, and has some for every other', async () => {
    const journal = open()
    expect(await fill(journal, 'a')).toBe(255)
    // By whichever of its hooks.
    expect(await fill(journal, 'a_1')).toBe(0)
    expect(await fill(journal, 'b_1')).toBe(128)
    expect(await fill(journal, 'c_1')).toBeGreaterThan(50)
    await journal.close()
  })

  /** A row as the file has it: it says how many characters it has, whatever is in it. */
  const rowOf = (address: string, id: string, characters: number, givenUpAt: number | null) => ({
    sql: `INSERT INTO waiting (address, characters, delivery, given_up_at)
VALUES (?1, CAST(?2 AS INTEGER), ?3, CAST(?4 AS INTEGER))`,
    params: [address, characters, JSON.stringify(waiting(address, id)), givenUpAt],
  })
  const change = async (statements: readonly Statement[]) => {
    await (await openJournal(url)).close()
    const file = await openDatabase(url)
    await file.driver.batch(statements)
    await file.close()
  }

  it('keeps what was given up beside what waits, the oldest of whoever gave up most is dropped first, and one command drops all', async () => {
    const ids = Array.from({ length: 10 }, (_, i) => String(i))
    await change([rowOf('few_1', 'few', 100, 1), ...ids.map((id) => rowOf('many_1', id, 6_399_990, 1))])
    const journal = open()
    await journal.start(async () => 'gone')
    for (const [address, id] of [
      ['many_1', 'more'],
      ['few_1', 'few more'],
    ] as const) {
      await journal.put(waiting(address, id, LARGE))
      await until(() => !journal.isBehind(address))
    }
    await journal.close()
    const dropped = lines.map((line) => JSON.parse(line)).filter((line) => line.dropped)
    expect(dropped.map(({ delivery }) => delivery)).toEqual(['0'])
    const file = await openJournal(url)
    expect((await file.list('few')).map(({ id }) => id)).toEqual(['few', 'few more'])
    expect((await file.list('many')).map(({ id }) => id)).toEqual([...ids.slice(1), 'more'])
    expect([await file.drop('many'), await file.drop(null), await file.list(null)]).toEqual([10, 2, []])
    await file.close()
  })

  it('counts what an earlier release has left uncounted', async () => {
    const drops = ['TRIGGER counts_put', 'TRIGGER counts_gone', 'TRIGGER counts_given_up', 'TABLE rooms']
    await change([
      ...drops.map((what) => ({ sql: `DROP ${what}`, params: [] })),
      rowOf('a_1', '1', 63_000_000, null),
      rowOf('a_1', '2', 999_990, null),
      rowOf('a_1', '3', 63_000_000, 1),
    ])
    const journal = open()
    await expect(journal.put(waiting('a_2', '4'))).rejects.toThrow(RefusedError)
    await journal.put(waiting('b_1', '5'))
    await journal.close()
  })

  it('is taken up by a process that runs when another one has left it, or a command takes something up again', async () => {
    const ran: string[] = []
    const running = open(20)
    await running.start(async ({ id }) => {
      ran.push(id)
      return id === 'gone' && ran.length === 1 ? 'gone' : 'done'
    })
    const killed = open()
    await killed.put(waiting('a_1', 'gone'))
    await until(() => lines.some((line) => line.includes('givenUp')))
    const file = await openJournal(url)
    expect(await file.takeUpAgain('a')).toBe(1)
    await until(() => ran.length === 2)
    await killed.put(waiting('b_1', 'left'))
    await until(() => ran.length === 3)
    expect(ran).toEqual(['gone', 'gone', 'left'])
    await Promise.all([running.close(), killed.close(), file.close()])
  })
})

describe('a delivery that waits and is refused', () => {
  const codes: readonly [code: Problem['code'], Resumed][] = [
    ['not_found', 'gone'],
    ['organization_suspended', 'later'],
    ['organization_moving', 'later'],
    ['hooks_key_missing', 'later'],
    ['internal', 'later'],
  ]
  it.each(codes)('for %s is %s', async (code, resumed) => {
    const refuses = async () => {
      throw new RefusedError(problem(code))
    }
    const resume = resumeWith(refuses, secretBox([]), () => [])
    expect(await resume(waiting('a_1', '1'))).toBe(resumed)
  })
})
