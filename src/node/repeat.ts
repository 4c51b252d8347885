import { setTimeout as wait } from 'node:timers/promises'

/**
 * Does the work now, and again whenever it has been over for so long: never twice at once, however long it takes. Keeps no
 * process alive.
 * @param work throws nothing
 * @param pauseMs milliseconds
 */
export const repeat = async (work: () => Promise<void>, pauseMs: number): Promise<never> => {
  for (;;) {
    await work()
    await wait(pauseMs, undefined, { ref: false })
  }
}
