import { EdgeUpsertError, ForeignAnswerError } from '../client/index.ts'
import { mayPass } from '../client/retry.ts'
import { ExitError, UsageError } from './exit-errors.ts'
import { sentenceOf } from './failure.ts'

/**
 * Whatever keeps a command from its beginning is wrong usage, whoever has found it: an option, a file, a key, or the server.
 * Only what may pass by itself is none, since the same command may be given again.
 * @param work calls its argument right before the first request that may write
 */
export const untilBegun = async <T>(work: (begun: () => void) => Promise<T>): Promise<T> => {
  let hasBegun = false
  try {
    return await work(() => {
      hasBegun = true
    })
  } catch (error) {
    // A page of a proxy may be gone the next time.
    const passes = error instanceof ForeignAnswerError || (error instanceof EdgeUpsertError && mayPass(error, true))
    if (hasBegun || passes || error instanceof ExitError) throw error
    throw new UsageError(sentenceOf(error), { cause: error })
  }
}
