import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../exit-errors.ts'
import { readJson, writeJson } from '../files.ts'
import type { Counts } from './report.ts'
import { stateFolder, sweep } from './state.ts'

/** How far an import has come, kept where a later run of the same finds it. */

export interface Kept {
  readonly importId: string
  /** Of the file, from its beginning: all that became of them has been told. */
  readonly rows: number
  readonly counts: Counts
  /** Length of the file of refused rows. */
  readonly refusedBytes: number
}

/** What nobody has gone on with for so long is forgotten. */
const KEPT_MS = 30 * 86_400_000

const folder = (): string => stateFolder('imports')

/** Sending a signal of no kind tells whether there is somebody to send it to. */
const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const isThere = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EEXIST'

/** @throws UsageError when another process has it */
const lock = (path: string): void => {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (!isThere(error)) throw error
      const pid = Number(readFileSync(path, 'utf8'))
      if (pid === process.pid || (pid > 0 && isRunning(pid)))
        throw new UsageError(
          `Process ${pid} imports the same just now: wait for it. If that is another program, remove ${path}.`,
        )
      // Whoever had it is gone.
      rmSync(path, { force: true })
    }
  }
}

const BESIDE = ['listed', 'seen'] as const

const forgetAt = (path: string): void => {
  for (const ending of ['json', ...BESIDE]) rmSync(`${path}.${ending}`, { force: true })
}

export class Checkpoint {
  readonly #path: string
  /** What an earlier run has left. */
  readonly found: Kept | undefined

  private constructor(path: string, found: Kept | undefined) {
    this.#path = path
    this.found = found
  }

  /**
   * @param identity all that makes it the same import
   * @param anew whether to forget what an earlier run has left
   * @throws UsageError while another process runs the same; Error when the folder cannot be used
   */
  static open(identity: readonly unknown[], anew: boolean): Checkpoint {
    const name = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32)
    mkdirSync(folder(), { recursive: true })
    sweep(folder(), KEPT_MS)
    const path = join(folder(), name)
    lock(`${path}.lock`)
    const isKept = !anew && existsSync(`${path}.json`)
    return new Checkpoint(path, isKept ? readJson<Kept>(`${path}.json`) : undefined)
  }

  /** Of an import that has been taken back: the same file is to be imported from its beginning. */
  static forgetImport(importId: string): void {
    if (!existsSync(folder())) return
    for (const name of readdirSync(folder()).filter((one) => one.endsWith('.json')))
      if (readJson<Kept>(join(folder(), name)).importId === importId)
        forgetAt(join(folder(), name).slice(0, -'.json'.length))
  }

  keep(kept: Kept): void {
    writeJson(`${this.#path}.json`, kept)
  }

  /** Where what else there is to be known of it may be kept; forgotten with it. */
  beside(name: (typeof BESIDE)[number]): string {
    return `${this.#path}.${name}`
  }

  /** It has come to its end, or cannot be gone on with. */
  forget(): void {
    forgetAt(this.#path)
  }

  /** Another process may go on. */
  release(): void {
    rmSync(`${this.#path}.lock`, { force: true })
  }
}
