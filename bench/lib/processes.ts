import { readdirSync, readFileSync } from 'node:fs'

/** What Linux tells of processes. */

/** Clock ticks a second, in which Linux counts. */
const TICKS = 100

export interface Process {
  readonly pid: number
  readonly command: string
  readonly parent: number
  /** Seconds of CPU that it has spent so far, all its threads together. */
  readonly cpuSeconds: number
  /** Seconds of CPU of those of its children, and of their children, that have ended. */
  readonly endedSeconds: number
}

/** @param stat a line of /proc/<pid>/stat; the command in it may hold blanks and brackets */
export const processOf = (stat: string): Process => {
  const commandEnds = stat.lastIndexOf(')')
  const fields = stat.slice(commandEnds + 2).split(' ')
  const seconds = (at: number) => (Number(fields[at]) + Number(fields[at + 1])) / TICKS
  return {
    pid: Number.parseInt(stat, 10),
    command: stat.slice(stat.indexOf('(') + 1, commandEnds),
    parent: Number(fields[1]),
    cpuSeconds: seconds(11),
    endedSeconds: seconds(13),
  }
}

/** @throws Error when there is no such process */
export const processWith = (pid: number): Process => processOf(readFileSync(`/proc/${pid}/stat`, 'utf8'))

export const allProcesses = (): Process[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      return [processWith(Number(name))]
    } catch {
      // It has ended since the folder was read.
      return []
    }
  })

/** All that a process has started, at any depth, as far as it has not ended. */
export const descendantsOf = (root: number, processes: readonly Process[]): number[] =>
  processes.filter(({ parent }) => parent === root).flatMap(({ pid }) => [pid, ...descendantsOf(pid, processes)])

/**
 * Seconds of CPU of a process and of all that it started, those included that have ended meanwhile: what ends moves
 * into what its parent counts of its children, so nothing is lost and nothing counted twice.
 */
export const treeSeconds = (root: number, processes: readonly Process[] = allProcesses()): number => {
  const tree = new Set([root, ...descendantsOf(root, processes)])
  return processes
    .filter(({ pid }) => tree.has(pid))
    .reduce((sum, { cpuSeconds, endedSeconds }) => sum + cpuSeconds + endedSeconds, 0)
}
