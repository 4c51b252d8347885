import type { EdgeUpsertError } from '../client/index.ts'
import { wasBegun } from '../client/retry.ts'

/** Requests that were sent again though the server may have done them: what it did then is not told of any more. */
export class LostAnswers {
  #count = 0

  get any(): boolean {
    return this.#count > 0
  }

  readonly onRetry = (error: EdgeUpsertError): void => {
    if (wasBegun(error)) this.#count++
  }
}
