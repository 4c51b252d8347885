import { UnavailableError } from './driver.ts'

/** @throws UnavailableError after that time: the work is let go, and nobody knows whether it will be done */
export const inTime = <T>(work: Promise<T>, timeoutMs: number): Promise<T> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const cause = new DOMException('The time limit has passed', 'TimeoutError')
      reject(new UnavailableError(`The database has not answered within ${timeoutMs} ms`, { cause }))
    }, timeoutMs)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
