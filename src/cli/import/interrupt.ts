import { InterruptedError } from '../exit-errors.ts'

const signals = ['SIGINT', 'SIGTERM'] as const

/**
 * Ends work by its own means when somebody asks this process to end; who asks twice ends the process.
 * @param work throws what its signal is aborted with
 */
export const interruptible = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
  const stopping = new AbortController()
  const stop = (signal: (typeof signals)[number]) => stopping.abort(new InterruptedError(signal))
  for (const signal of signals) process.once(signal, stop)
  try {
    return await work(stopping.signal)
  } finally {
    for (const signal of signals) process.off(signal, stop)
  }
}
