import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { UsageError } from '../exit-errors.ts'
import { readJson, writeJson } from '../files.ts'
import { LockedError, lock } from '../lock.ts'
import type { KeptRefused } from './refused-file.ts'
import type { Counts } from './report.ts'
import { stateFolder, sweep } from './state.ts'

/** How far an import has come, kept where a later run of the same finds it. */

export interface Kept {
  readonly importId: string
  /** Of the file, from its beginning: all that became of them has been told. */
  readonly rows: number
  readonly counts: Counts
  readonly refused: KeptRefused
}

/** What nobody has gone on with for so long is forgotten. */
const KEPT_MS = 30 * 86_400_000

const folder = (): string => stateFolder('imports')

/** Where it is kept. @throws Error when nothing can be */
const preparedFolder = (): string => {
  mkdirSync(folder(), { recursive: true })
  sweep(folder(), KEPT_MS)
  return folder()
}

const nameOf = (identity: unknown): string =>
  createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32)

/** @param doing what the other process does. @throws UsageError while it does */
const lockFor = (path: string, doing: string): (() => void) => {
  try {
    return lock(path, doing)
  } catch (error) {
    throw error instanceof LockedError ? new UsageError(error.message, { cause: error }) : error
  }
}

/**
 * Two imports of one file that differ in an option are two, and would write their refused rows into one file.
 * @returns what gives it back
 * @throws UsageError while another one writes to it; Error when nothing can be kept
 */
export const lockRefused = (path: string): (() => void) => {
  // However the way to it is spelt.
  const folderOf = dirname(resolve(path))
  const file = join(existsSync(folderOf) ? realpathSync(folderOf) : folderOf, basename(path))
  return lockFor(join(preparedFolder(), `${nameOf(file)}.refused.lock`), `writes refused rows to ${path}`)
}

const BESIDE = ['listed', 'seen'] as const

const forgetAt = (path: string): void => {
  for (const ending of ['json', ...BESIDE]) rmSync(`${path}.${ending}`, { force: true })
}

export class Checkpoint {
  readonly #path: string
  readonly #release: () => void
  /** What an earlier run has left. */
  readonly found: Kept | undefined

  private constructor(path: string, release: () => void, found: Kept | undefined) {
    this.#path = path
    this.#release = release
    this.found = found
  }

  /**
   * @param identity all that makes it the same import
   * @param anew whether to forget what an earlier run has left
   * @throws UsageError while another process runs the same; Error when the folder cannot be used
   */
  static open(identity: readonly unknown[], anew: boolean): Checkpoint {
    const path = join(preparedFolder(), nameOf(identity))
    const release = lockFor(`${path}.lock`, 'imports the same')
    const isKept = !anew && existsSync(`${path}.json`)
    return new Checkpoint(path, release, isKept ? readJson<Kept>(`${path}.json`) : undefined)
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
    this.#release()
  }
}
