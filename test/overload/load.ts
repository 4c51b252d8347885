import { type Answer, Connection, type Target } from './connection.ts'

/** One request: the body to send, and what to do with its answer. */
export interface Work {
  readonly body: string
  answered(answer: Answer): void
}

/**
 * Closed: each connection sends its next request when the last one is answered, as clients do that wait.
 * @returns answers of a success, per second
 */
export const closedLoop = async (
  target: Target,
  connections: number,
  milliseconds: number,
  next: () => Work,
): Promise<number> => {
  const started = performance.now()
  const isOver = () => performance.now() - started >= milliseconds
  let successes = 0
  const lane = async () => {
    const connection = new Connection(target)
    while (!isOver() && connection.isOpen) {
      const work = next()
      const answer = await connection.send(work.body)
      work.answered(answer)
      if (typeof answer === 'number' && answer < 300) successes++
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: connections }, lane))
  return (1_000 * successes) / (performance.now() - started)
}

/** More than the server lets in, so that some are turned away. */
const CLIENTS = 1_200

/** What has been turned away waits for as long before it tries again. */
const BACK_OFF_MS = 1_000

const TICK_MS = 2

/**
 * Open: requests come at their rate whatever becomes of those before, as from a crowd of clients with a connection each.
 * @returns how many found every client still waiting for an answer, and when the last one was sent; once all that were
 * sent have been answered or turned away
 */
export const openLoop = async (
  target: Target,
  perSecond: number,
  milliseconds: number,
  next: () => Work,
): Promise<{ readonly unsent: number; readonly ended: number }> => {
  const idle: (Connection | undefined)[] = Array.from({ length: CLIENTS }, () => undefined)
  const underWay = new Set<Promise<void>>()
  const send = async (kept: Connection | undefined) => {
    const work = next()
    const connection = kept?.isOpen ? kept : new Connection(target)
    const answer = await connection.send(work.body)
    work.answered(answer)
    setTimeout(() => idle.push(connection), answer === 'refused' ? BACK_OFF_MS : 0)
  }
  const started = performance.now()
  let due = 0
  let unsent = 0
  for (let elapsed = 0; elapsed < milliseconds; elapsed = performance.now() - started) {
    for (; due < Math.floor((elapsed * perSecond) / 1_000); due++) {
      if (idle.length === 0) {
        unsent++
        continue
      }
      const one: Promise<void> = send(idle.pop()).then(() => void underWay.delete(one))
      underWay.add(one)
    }
    await new Promise((done) => setTimeout(done, TICK_MS))
  }
  const ended = performance.now()
  await Promise.all(underWay)
  for (const connection of idle) connection?.close()
  return { unsent, ended }
}
