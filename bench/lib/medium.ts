import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from './statistics.ts'

/** Where the databases of a benchmark lie: what durable writing costs there decides what their figures mean. */

const PAGE = Buffer.alloc(4_096)
const FSYNCS = 50
const IN_MEMORY = new Set(['tmpfs', 'ramfs'])

/** The type of the file system that a path is on. @param mounts the text of /proc/mounts */
export const fileSystemOf = (path: string, mounts: string): string => {
  let best = { point: '', type: 'an unknown file system' }
  for (const line of mounts.split('\n')) {
    const [, escaped = '', type = ''] = line.split(' ')
    const point = escaped.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    const isAbove = point === '/' || path === point || path.startsWith(`${point}/`)
    // Of two mounts at one point the later one is seen.
    if (point !== '' && isAbove && point.length >= best.point.length) best = { point, type }
  }
  return best.type
}

/** Median milliseconds of writing a page at the end of a file and waiting until it is durable. */
const fsyncMilliseconds = (parent: string): number => {
  const folder = mkdtempSync(join(parent, 'edge-upsert-fsync-'))
  try {
    const file = openSync(join(folder, 'pages'), 'w')
    const samples = Array.from({ length: FSYNCS }, () => {
      const started = performance.now()
      writeSync(file, PAGE)
      fsyncSync(file)
      return performance.now() - started
    })
    closeSync(file)
    return median(samples)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Disk or memory, which file system, and what fsync costs there. @param folder TMPDIR names another one */
export const medium = (folder: string = tmpdir()): string => {
  let mounts = ''
  try {
    mounts = readFileSync('/proc/mounts', 'utf8')
  } catch {
    // Only Linux tells.
  }
  const type = fileSystemOf(realpathSync(folder), mounts)
  const kind = IN_MEMORY.has(type) ? 'in memory' : 'on disk'
  return `data ${kind} (${type}), fsync of 4 KB ${fsyncMilliseconds(folder).toFixed(2)} ms`
}
