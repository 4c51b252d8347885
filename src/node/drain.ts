import type { Server } from 'node:http'

/** Connections that have gone idle since closing began are not closed by themselves. */
const SWEEP_MS = 50

/**
 * Takes no further connections and waits for the requests under way.
 * @returns false when the time was up and what was left had to be cut
 */
export const drain = (server: Server, milliseconds: number): Promise<boolean> =>
  new Promise((resolve) => {
    let finished = true
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
    const deadline = setTimeout(() => {
      finished = false
      server.closeAllConnections()
    }, milliseconds)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(deadline)
      resolve(finished)
    })
    server.closeIdleConnections()
  })
