import { useSignal } from '@preact/signals'
import { refusedKey } from '../session/session.ts'

export interface Action {
  /** @returns whether it was done; what went wrong is in `error` */
  run(work: () => Promise<unknown>): Promise<boolean>
  readonly error: unknown
  readonly isWaiting: boolean
}

/** Something that is done at a press, and may be refused. */
export const useAction = (): Action => {
  const error = useSignal<unknown>(undefined)
  const isWaiting = useSignal(false)
  const run = async (work: () => Promise<unknown>) => {
    error.value = undefined
    isWaiting.value = true
    try {
      await work()
      return true
    } catch (failure) {
      refusedKey(failure)
      error.value = failure
      return false
    } finally {
      isWaiting.value = false
    }
  }
  return { run, error: error.value, isWaiting: isWaiting.value }
}
