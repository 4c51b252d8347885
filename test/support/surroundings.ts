import { mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What the tests, and the processes that they start, find around them. It changes how long they take, and nothing else. */

/** Linux keeps this folder in memory. */
const MEMORY = '/dev/shm'
/** More than all tests ever have there at the same time. */
const NEEDED_BYTES = 2 ** 30
const PREFIX = 'edge-upsert-tests-'
const QUICK_PACKAGES = pathToFileURL(join(import.meta.dirname, 'quick-packages.mjs')).href

const isRoomy = (folder: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize >= NEEDED_BYTES
  } catch {
    return false
  }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Else it is another user's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** A run that was killed could not remove its own. */
const removeAbandoned = (): void => {
  for (const name of readdirSync(MEMORY))
    if (name.startsWith(PREFIX) && !isRunning(Number.parseInt(name.slice(PREFIX.length), 10)))
      rmSync(join(MEMORY, name), { recursive: true, force: true })
}

/**
 * Databases lie in memory, where there is enough of it: no test is about the disk. Those that kill, kill processes and
 * not the machine, so what was written is there whether or not a disk has it. Processes share what Node has compiled, and the bundle of the Worker.
 */
export const prepareSurroundings = (): void => {
  process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/node')
  process.env.NODE_OPTIONS = `${process.env.NODE_OPTIONS ?? ''} --import ${QUICK_PACKAGES}`.trimStart()
  if (!process.env.TMPDIR && isRoomy(MEMORY)) {
    removeAbandoned()
    const folder = mkdtempSync(join(MEMORY, `${PREFIX}${process.pid}-`))
    process.env.TMPDIR = folder
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  }
  const bundles = mkdtempSync(join(tmpdir(), 'edge-upsert-bundles-'))
  process.env.BUNDLES_OF_THIS_RUN = bundles
  // What whoever runs the tests has logged in to is not for them.
  process.env.XDG_CONFIG_HOME = join(bundles, 'configuration')
  process.on('exit', () => rmSync(bundles, { recursive: true, force: true }))
}
