import { StaleError } from '../engine/session.ts'

/** Whoever loses against another change reads anew and tries again, and one of them always wins. */
const ATTEMPTS = 20

/**
 * Changes something as it was read, and reads it anew where it has been changed in between.
 * @param read what it throws is thrown on
 * @param write throws StaleError where it is not any more as it was read: then it has changed nothing
 * @throws StaleError when others are always first
 */
export const asRead = async <R, T>(read: () => Promise<R>, write: (found: R) => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    const found = await read()
    try {
      return await write(found)
    } catch (error) {
      if (!(error instanceof StaleError) || attempt === ATTEMPTS) throw error
    }
  }
}
