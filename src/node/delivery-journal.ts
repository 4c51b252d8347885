import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import {
  type Backlog,
  cannotKeep,
  type Resume,
  WAITING_CHARACTERS,
  WAITING_DAYS,
  type WaitingDelivery,
} from '../hooks/backlog.ts'
import type { SqlDriver } from '../storage/driver.ts'
import { type OpenDatabase, openDatabase } from './database.ts'
import { databaseName } from './database-url.ts'

/**
 * Deliveries that wait for their database in a file of their own: SQLite again, since a write that it has answered outlives
 * the process and the power. It is made with the first delivery that has to wait.
 */

const DAY_MS = 86_400_000

/** Characters of all deliveries that wait or were given up. */
const ROOM = 64_000_000

/** Milliseconds until a hook is tried again: twice as many each time. */
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS waiting (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    address TEXT NOT NULL,
    characters INTEGER NOT NULL,
    delivery TEXT NOT NULL,
    given_up_at INTEGER
  )`,
  'CREATE INDEX IF NOT EXISTS waiting_by_address ON waiting (address, sequence) WHERE given_up_at IS NULL',
]

const PUT = 'INSERT INTO waiting (address, characters, delivery) VALUES (?1, CAST(?2 AS INTEGER), ?3)'
const USED = 'SELECT coalesce(sum(characters), 0) AS used FROM waiting'
const FIRST =
  'SELECT sequence, delivery FROM waiting WHERE address = ?1 AND given_up_at IS NULL ORDER BY sequence LIMIT 1'
const DONE = 'DELETE FROM waiting WHERE sequence = CAST(?1 AS INTEGER)'
const GIVE_UP = 'UPDATE waiting SET given_up_at = CAST(?2 AS INTEGER) WHERE sequence = CAST(?1 AS INTEGER)'
const TAKE_UP = 'UPDATE waiting SET given_up_at = NULL WHERE given_up_at IS NOT NULL RETURNING sequence'
const ADDRESSES = 'SELECT DISTINCT address FROM waiting WHERE given_up_at IS NULL'

const rowsOf = async (driver: SqlDriver, sql: string, ...params: (string | number)[]) =>
  (await driver.batch([{ sql, params }])).results[0]?.rows ?? []

/** A journal in the file of this URL; made if it is not there. Whoever opens it closes it. */
export const openJournal = async (url: string): Promise<OpenDatabase> => {
  const opened = await openDatabase(url)
  await opened.driver.batch(SCHEMA.map((sql) => ({ sql, params: [] })))
  return opened
}

/** Has what was given up wait again, for the server that uses the file. @returns how many there were */
export const takeUpAgain = async ({ driver }: OpenDatabase): Promise<number> => (await rowsOf(driver, TAKE_UP)).length

/** What is in the file, oldest first; `givenUpAt` in ISO 8601, null for what is still tried. */
export const waitingIn = async ({ driver }: OpenDatabase) =>
  (await rowsOf(driver, "SELECT address, delivery ->> 'id' AS id, given_up_at FROM waiting ORDER BY sequence")).map(
    ({ address, id, given_up_at: at }) => ({
      address: String(address),
      id: String(id),
      givenUpAt: at === null ? null : new Date(Number(at)).toISOString(),
    }),
  )

export interface DeliveryJournal extends Backlog {
  /** Runs what waits from now on, of each hook in order: what earlier processes have left first. */
  start(resume: Resume): Promise<void>
  close(): Promise<void>
}

/**
 * @param url `file:` and a path
 * @param log takes a line whenever deliveries begin to wait, were written after all, or are given up
 */
export const deliveryJournal = (url: string, log: (line: string) => void): DeliveryJournal => {
  const closing = new AbortController()
  /** By address: deliveries that are on their way into the file. */
  const entering = new Map<string, number>()
  /** Hooks that somebody follows: whatever else comes for them waits too. */
  const followed = new Map<string, Promise<void>>()
  let opened: Promise<OpenDatabase> | undefined
  /** Characters of what is in the file, and of what is on its way. */
  let used = 0
  let run: Resume | undefined

  const tell = (what: object) => log(JSON.stringify({ at: new Date().toISOString(), ...what }))
  const database = async (): Promise<SqlDriver> => {
    opened ??= openJournal(url).then(async (journal) => {
      used += Number((await rowsOf(journal.driver, USED))[0]?.used)
      return journal
    })
    try {
      return (await opened).driver
    } catch (error) {
      // The next one tries again: what was in the way may be gone by then.
      opened = undefined
      throw error
    }
  }

  /** @returns whether it has come to its end, one way or the other */
  const tryOnce = async (
    driver: SqlDriver,
    resume: Resume,
    { sequence, delivery }: Readonly<Record<string, unknown>>,
  ) => {
    const waiting = JSON.parse(String(delivery)) as WaitingDelivery
    const resumed = await resume(waiting)
    const isTooOld = Date.now() - waiting.receivedAt > WAITING_DAYS * DAY_MS
    if (resumed === 'later' && !isTooOld) return false
    if (resumed === 'done' || resumed === 'failed') {
      await rowsOf(driver, DONE, Number(sequence))
      used -= String(delivery).length
    } else {
      await rowsOf(driver, GIVE_UP, Number(sequence), Date.now())
      tell({
        delivery: waiting.id,
        givenUp: resumed === 'gone' ? 'its hook takes none any more' : 'it has waited too long',
      })
    }
    return true
  }

  /** Until nothing of the hook waits: in order, and the next one only after the one before it. */
  const follow = async (address: string, resume: Resume) => {
    const driver = await database()
    let waitMs = FIRST_WAIT_MS
    let done = 0
    while (!closing.signal.aborted) {
      const [first] = await rowsOf(driver, FIRST, address)
      if (!first && !entering.has(address)) break
      if (first && (await tryOnce(driver, resume, first))) {
        done++
        waitMs = FIRST_WAIT_MS
        continue
      }
      await wait(first ? waitMs : 10, undefined, { signal: closing.signal, ref: false }).catch(() => undefined)
      if (first) waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
    }
    tell({ deliveriesWritten: done })
  }

  const followFromNow = (address: string) => {
    if (!run || followed.has(address)) return
    const following = follow(address, run)
      .catch((error: unknown) => tell({ error: `The journal of deliveries cannot be used: ${String(error)}` }))
      .finally(() => followed.delete(address))
    followed.set(address, following)
  }

  const enter = (address: string, more: 1 | -1) => {
    const count = (entering.get(address) ?? 0) + more
    if (count > 0) entering.set(address, count)
    else entering.delete(address)
  }

  return {
    isBehind: (address) => followed.has(address) || entering.has(address),
    async put(waiting) {
      const text = JSON.stringify(waiting)
      if (text.length > WAITING_CHARACTERS) cannotKeep('the delivery is too large to be kept until it does')
      const { address } = waiting
      enter(address, 1)
      try {
        const driver = await database()
        if (used + text.length > ROOM) cannotKeep('too much waits for it already')
        used += text.length
        await rowsOf(driver, PUT, address, text.length, text).catch((error: unknown) => {
          used -= text.length
          throw error
        })
        followFromNow(address)
      } finally {
        enter(address, -1)
      }
    },
    async start(resume) {
      run = resume
      if (!existsSync(databaseName(url))) return
      for (const { address } of await rowsOf(await database(), ADDRESSES)) followFromNow(String(address))
    },
    async close() {
      closing.abort()
      await Promise.all(followed.values())
      await (await opened)?.close()
    },
  }
}
