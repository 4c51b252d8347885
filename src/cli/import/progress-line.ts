import { progress } from '../output.ts'

/** How far it is: one line that is written over on a terminal, a line every so many rows elsewhere. */

/** Milliseconds between two of them. */
const EVERY = 100

const number = (value: number) => Math.round(value).toLocaleString('en-US')

const duration = (seconds: number): string => {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** @param ms since the first of `done` rows was sent; rows of an earlier run are not among them */
export const progressText = (done: number, before: number, total: number, ms: number): string => {
  const rate = ms > 0 ? ((done - before) * 1_000) / ms : 0
  const left = rate > 0 ? `, ${duration((total - done) / rate)} left` : ''
  return `${number(done)} of ${number(total)} rows (${Math.floor((100 * done) / Math.max(1, total))} %), ${number(rate)} a second${left}`
}

export interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export class ProgressLine {
  readonly #terminal: Terminal | undefined
  readonly #word: string
  readonly #total: number
  readonly #before: number
  readonly #begin = performance.now()
  #shownAt = 0

  /** @param before rows of an earlier run */
  constructor(word: string, total: number, before: number, stream: Terminal = process.stderr) {
    this.#word = word
    this.#total = total
    this.#before = before
    this.#terminal = stream.isTTY === true && process.env.TERM !== 'dumb' ? stream : undefined
  }

  /** @param done rows of the file that are told, one more than the last time */
  show(done: number): void {
    const now = performance.now()
    if (!this.#terminal) progress(this.#word, done)
    else if (now - this.#shownAt >= EVERY) this.#draw(this.#terminal, done, now)
  }

  #draw(terminal: Terminal, done: number, now: number): void {
    this.#shownAt = now
    terminal.write(`\r${progressText(done, this.#before, this.#total, now - this.#begin)}\x1b[K`)
  }

  /** Takes the line away, so that what is told next stands alone. */
  end(): void {
    if (this.#shownAt > 0) this.#terminal?.write('\r\x1b[K')
  }
}
