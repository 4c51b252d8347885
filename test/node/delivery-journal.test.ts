import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { RefusedError } from '../../src/engine/errors.ts'
import type { Resumed, WaitingDelivery } from '../../src/hooks/backlog.ts'
import { deliveryJournal, openJournal, takeUpAgain } from '../../src/node/delivery-journal.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-journal-'))
afterAll(() => rmSync(folder, { recursive: true }))

let url = ''
let lines: string[] = []
beforeEach(() => {
  url = `file:${join(folder, crypto.randomUUID(), 'journal.db')}`
  lines = []
})
const open = () => deliveryJournal(url, (line) => lines.push(line))

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
    expect(await takeUpAgain(file)).toBe(1)
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

  it('has room for so much, and says so to whoever comes then', async () => {
    const journal = open()
    const large = 'x'.repeat(250_000)
    let refused: unknown
    let taken = 0
    while (!refused && taken < 400)
      await journal.put(waiting('a', String(taken), large)).then(
        () => taken++,
        (error: unknown) => {
          refused = error
        },
      )
    await journal.close()
    expect(taken).toBe(255)
    expect(refused).toBeInstanceOf(RefusedError)
    expect((refused as RefusedError).retryAfter).toBe(60)
  })
})
