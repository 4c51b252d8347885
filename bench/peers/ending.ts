import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allProcesses, descendantsOf } from '../lib/processes.ts'

/**
 * Whatever ends this process, an error or a signal, also ends all that it started and deletes what that wrote. There is
 * one way for it, and it does not wait for anything: Miniflare ends the process within its own handler of signals, so a
 * handler that had to wait would never come to its end.
 */

const endAll = (folder: string) => {
  // The databases are deleted, so none of them has to close.
  for (const pid of descendantsOf(process.pid, allProcesses())) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  // Those just killed may still be writing.
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
}

/** From now on temporary files of this process and of all that it starts lie in one folder, which goes when it ends. */
export const endEverythingWithThis = (): void => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-peers-'))
  // PostgreSQL runs as another user and must get through to its own folder in there.
  chmodSync(folder, 0o711)
  process.env.TMPDIR = folder
  process.on('exit', () => endAll(folder))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1))
}
