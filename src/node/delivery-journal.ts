import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { type Backlog, cannotKeep, type Resume, WAITING_CHARACTERS, type WaitingDelivery } from '../hooks/backlog.ts'
import { WAITING_DAYS } from '../hooks/definition.ts'
import { databaseName } from './database-url.ts'
import { type JournalFile, type KeptInJournal, openJournal } from './journal-file.ts'

/**
 * Deliveries that wait for their database in a file of their own: SQLite again, since a write that it has answered outlives
 * the process and the power. It is made with the first delivery that has to wait.
 */

const DAY_MS = 86_400_000

/** Milliseconds until a hook is tried again: twice as many each time. */
const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000

/** Milliseconds between looks for what nobody of this process has put there. */
const LOOK_MS = 10_000

export interface DeliveryJournal extends Backlog {
  /**
   * Runs what waits from now on, of each hook in order: what earlier processes have left first, and later on what another one
   * leaves or a command takes up again. Should two processes do so at once, a delivery is still the same one in both.
   */
  start(resume: Resume): Promise<void>
  close(): Promise<void>
}

/**
 * @param url `file:` and a path
 * @param log takes a line whenever deliveries begin to wait, were written after all, are given up, or dropped
 */
export const deliveryJournal = (
  url: string,
  log: (line: string) => void,
  { lookMs = LOOK_MS }: { readonly lookMs?: number } = {},
): DeliveryJournal => {
  const closing = new AbortController()
  /** By address: deliveries that are on their way into the file. */
  const entering = new Map<string, number>()
  /** Hooks that somebody follows: whatever else comes for them waits too. */
  const followed = new Map<string, Promise<void>>()
  let opened: Promise<JournalFile> | undefined
  let looking: Promise<void> | undefined
  let run: Resume | undefined

  const tell = (what: object) => log(JSON.stringify({ at: new Date().toISOString(), ...what }))
  const tellFault = (error: unknown) => tell({ error: `The journal of deliveries cannot be used: ${String(error)}` })
  const pause = (ms: number) => wait(ms, undefined, { signal: closing.signal, ref: false }).catch(() => undefined)
  const file = async (): Promise<JournalFile> => {
    opened ??= openJournal(url)
    try {
      return await opened
    } catch (error) {
      // The next one tries again: what was in the way may be gone by then.
      opened = undefined
      throw error
    }
  }

  /** @returns whether it has come to its end, one way or the other */
  const tryOnce = async (journal: JournalFile, resume: Resume, { sequence, delivery }: KeptInJournal) => {
    const waiting = JSON.parse(delivery) as WaitingDelivery
    const resumed = await resume(waiting)
    const isTooOld = Date.now() - waiting.receivedAt > WAITING_DAYS * DAY_MS
    if (resumed === 'later' && !isTooOld) return false
    if (resumed === 'later' || resumed === 'gone') {
      const dropped = await journal.giveUp(sequence)
      tell({
        delivery: waiting.id,
        givenUp: resumed === 'gone' ? 'its hook takes none any more' : 'it has waited too long',
      })
      for (const id of dropped) tell({ delivery: id, dropped: 'too much was given up after it' })
    } else await journal.done(sequence)
    return true
  }

  /** Until nothing of the hook waits: in order, and the next one only after the one before it. */
  const follow = async (address: string, resume: Resume) => {
    const journal = await file()
    let waitMs = FIRST_WAIT_MS
    let done = 0
    while (!closing.signal.aborted) {
      const first = await journal.first(address)
      if (!first && !entering.has(address)) break
      if (first && (await tryOnce(journal, resume, first))) {
        done++
        waitMs = FIRST_WAIT_MS
        continue
      }
      await pause(first ? waitMs : 10)
      if (first) waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
    }
    tell({ deliveriesWritten: done })
  }

  const followFromNow = (address: string) => {
    if (!run || closing.signal.aborted || followed.has(address)) return
    const following = follow(address, run)
      .catch(tellFault)
      .finally(() => followed.delete(address))
    followed.set(address, following)
  }

  const look = async () => {
    if (!existsSync(databaseName(url))) return
    for (const address of await (await file()).addresses()) followFromNow(address)
  }

  const lookOn = async () => {
    for (;;) {
      await pause(lookMs)
      if (closing.signal.aborted) return
      await look().catch(tellFault)
    }
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
        if (!(await (await file()).put(address, text))) cannotKeep('too much waits for it already')
        followFromNow(address)
      } finally {
        enter(address, -1)
      }
    },
    async start(resume) {
      run = resume
      await look()
      looking = lookOn()
    },
    async close() {
      closing.abort()
      await looking
      await Promise.all(followed.values())
      await (await opened)?.close()
    },
  }
}
