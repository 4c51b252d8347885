import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second, in which Linux counts. */
const TICKS = 100

interface Stat {
  readonly pid: number
  readonly parent: number
  /** Of itself, and of its children that have ended. */
  readonly seconds: number
}

const statOf = (pid: string): Stat[] => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
      .map(Number)
    const ticks = [11, 12, 13, 14].reduce((sum, i) => sum + (fields[i] ?? 0), 0)
    return [{ pid: Number(pid), parent: fields[1] ?? 0, seconds: ticks / TICKS }]
  } catch {
    // It has ended since it was listed.
    return []
  }
}

/** Seconds of CPU of a process and of everything that it has started: PostgreSQL has a process for each connection. */
export const cpuOfTree = (root: number): number => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(statOf)
  const children = Map.groupBy(all, ({ parent }) => parent)
  const sum = (pid: number): number =>
    (all.find((one) => one.pid === pid)?.seconds ?? 0) +
    (children.get(pid) ?? []).reduce((total, child) => total + sum(child.pid), 0)
  return sum(root)
}
