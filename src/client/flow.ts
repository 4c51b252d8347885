import { type AnsweredError, type EdgeUpsertError, RateLimitError, ServerError } from './errors.ts'
import { backoff, wait } from './retry.ts'

/** The server takes no more for now, and says so: it passes with waiting alone. */
export const isBusy = (error: unknown): error is AnsweredError =>
  error instanceof RateLimitError || (error instanceof ServerError && error.retryAfterMs !== undefined)

/** How many requests may be under way: halved when the server says that it is busy, one more for each that it answers. */
export class Flow {
  readonly #most: number
  readonly #patienceMs: number
  #limit: number
  #notBefore = 0
  /** Since the first refusal after the last answer: who has brought nothing to send has not been waiting. */
  #busySince: number | undefined

  constructor(most: number, patienceMs: number) {
    this.#most = most
    this.#limit = most
    this.#patienceMs = patienceMs
  }

  get limit(): number {
    return Math.max(1, Math.floor(this.#limit))
  }

  onAnswer(): void {
    this.#busySince = undefined
    this.#limit = Math.min(this.#most, this.#limit + 1)
  }

  onBusy(error: EdgeUpsertError): void {
    if (!isBusy(error)) return
    const now = Date.now()
    this.#busySince ??= now
    this.#limit = Math.max(1, this.#limit / 2)
    this.#notBefore = Math.max(this.#notBefore, now + (error.retryAfterMs ?? 0))
  }

  /** Whether the time that the server has named comes before nobody waits any more. */
  isPatient(): boolean {
    const now = Date.now()
    return Math.max(now, this.#notBefore) - (this.#busySince ?? now) < this.#patienceMs
  }

  /** Until the time that the server has named, for whichever request it was. */
  async turn(signal: AbortSignal): Promise<void> {
    const left = this.#notBefore - Date.now()
    if (left > 0) await wait(left + backoff(1, Math.random()), signal)
  }
}
