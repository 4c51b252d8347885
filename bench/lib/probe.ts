import { Agent, request } from 'node:http'

/** What others wait while somebody sends something dear. */

const EVERY_MS = 20
/** How long the small requests under way may still take. */
const GRACE_MS = 5_000
/**
 * Asks for something small every 20 ms, whether or not what was asked before has been answered.
 * @returns how to stop it, and learn the longest that one of them waited, in milliseconds
 */
export const startProbe = (url: string, token: string): (() => Promise<number>) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  let longest = 0
  const pending = new Map<Promise<void>, number>()
  const ask = () => {
    const started = performance.now()
    const answered = new Promise<void>((resolve) => {
      const done = () => {
        longest = Math.max(longest, performance.now() - started)
        resolve()
      }
      const call = request(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
        response.resume()
        response.on('end', done)
        response.on('error', done)
      })
      call.on('error', done)
      call.end()
    })
    pending.set(answered, started)
    answered.finally(() => pending.delete(answered))
  }
  const timer = setInterval(ask, EVERY_MS)
  ask()
  return async () => {
    clearInterval(timer)
    await Promise.race([Promise.all(pending.keys()), new Promise((done) => setTimeout(done, GRACE_MS))])
    // Who has no answer even now has waited for as long as we know.
    for (const started of pending.values()) longest = Math.max(longest, performance.now() - started)
    agent.destroy()
    return longest
  }
}
