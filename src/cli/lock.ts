import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** What one process at a time may do. A file says which; it outlives a process that is killed, and is known for dead then. */

/** Another process has it, or this one already. */
export class LockedError extends Error {
  override readonly name = 'LockedError'

  /**
   * @param pid undefined where it has not yet written which it is
   * @param doing what it does
   */
  constructor(pid: number | undefined, path: string, doing = 'is at it') {
    const who = pid === undefined ? 'Another process' : `Process ${pid}`
    super(`${who} ${doing} just now: wait for it. If that is another program, remove ${path}.`)
  }
}

interface Holder {
  readonly pid: number
  /** When it was started, in words of this machine; absent where the system does not tell. */
  readonly start?: string
}

/** Of the numbers behind the name of a process, which may have spaces and brackets itself: when it was started. */
const START_FIELD = 19

/** The same number is given again: in a container that is started each night, the same one each night. */
const startOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[START_FIELD]}`
  } catch {
    return undefined
  }
}

/** Those of this process, by their paths. */
const held = new Set<string>()

/** Sending a signal of no kind tells whether there is somebody to send it to. */
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const isAlive = ({ pid, start }: Holder, path: string): boolean => {
  if (!isRunning(pid)) return false
  const now = startOf(pid)
  if (start !== undefined && now !== undefined && start !== now) return false
  return pid !== process.pid || held.has(path)
}

/** @returns undefined for what is no lock, such as one that is being written */
const holderIn = (text: string): Holder | undefined => {
  try {
    const { pid, start } = JSON.parse(text) as Partial<Holder>
    return typeof pid === 'number' && pid > 0 ? { pid, ...(start !== undefined && { start }) } : undefined
  } catch {
    return undefined
  }
}

/** Milliseconds in which somebody who has made a lock has written in it. */
const WRITING_MS = 10_000

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)

/** @returns undefined where it has gone meanwhile */
const found = (path: string): { readonly text: string; readonly isNew: boolean } | undefined => {
  try {
    return { text: readFileSync(path, 'utf8'), isNew: Date.now() - statSync(path).mtimeMs < WRITING_MS }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Only the one that was judged: another process that found it dead as well may have put its own there since. */
const takeAway = (path: string, judged: string): void => {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  if (readFileSync(aside, 'utf8') === judged) rmSync(aside, { force: true })
  else renameSync(aside, path)
}

/**
 * @param doing what is done meanwhile, as others are told
 * @returns what gives it back
 * @throws LockedError while somebody has it; Error where no file can be written there
 */
export const lock = (path: string, doing?: string): (() => void) => {
  const start = startOf(process.pid)
  const own = JSON.stringify({ pid: process.pid, ...(start !== undefined && { start }) } satisfies Holder)
  for (;;) {
    try {
      writeFileSync(path, own, { flag: 'wx', mode: 0o600 })
      held.add(path)
      return () => {
        held.delete(path)
        rmSync(path, { force: true })
      }
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
    const there = found(path)
    if (!there) continue
    const holder = holderIn(there.text)
    if (holder ? isAlive(holder, path) : there.isNew) throw new LockedError(holder?.pid, path, doing)
    takeAway(path, there.text)
  }
}

/** Between two looks at what somebody else has. */
const LOOK_MS = 20
/** What is done at once is over by then. */
const PATIENCE_MS = 10_000

/** Does what takes no time when nobody else does it. @throws LockedError when somebody does it for too long */
export const whileLocked = async <T>(path: string, work: () => T): Promise<T> => {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    let release: () => void
    try {
      release = lock(path)
    } catch (error) {
      if (!(error instanceof LockedError) || Date.now() > until) throw error
      await wait(LOOK_MS)
      continue
    }
    try {
      return work()
    } finally {
      release()
    }
  }
}
