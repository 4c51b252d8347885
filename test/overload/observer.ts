import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

/**
 * A thread of its own, so that what it measures is not what the load generator waits for: how long /health takes over
 * one connection, and how much memory the server has. It tells both when it is asked, and begins anew.
 */

const { url, pid } = workerData as { readonly url: string; readonly pid: number }
const EVERY_MS = 50
const PATIENCE_MS = 10_000

let health: number[] = []
let residentMb = 0

const { hostname, port } = new URL(url)
const socket = connect(Number(port), hostname).setEncoding('latin1')

/** Milliseconds until the answer is there. */
const askHealth = async (): Promise<number> => {
  const started = performance.now()
  socket.write(`GET /health HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`)
  try {
    const [answer] = await once(socket, 'data', { signal: AbortSignal.timeout(PATIENCE_MS) })
    return String(answer).startsWith('HTTP/1.1 200') ? performance.now() - started : Number.POSITIVE_INFINITY
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

const memoryMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1_024

parentPort?.on('message', () => {
  parentPort?.postMessage({ health, residentMb })
  health = []
  residentMb = 0
})

for (;;) {
  residentMb = Math.max(residentMb, memoryMb())
  health.push(await askHealth())
  await new Promise((done) => setTimeout(done, EVERY_MS))
}
