import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { fileSystemOf } from '../../bench/lib/medium.ts'
import { allProcesses, processOf, treeSeconds } from '../../bench/lib/processes.ts'

describe('the CPU of a process and of all that it started', () => {
  const process = (pid: number, parent: number, cpuSeconds: number, endedSeconds = 0) => ({
    pid,
    parent,
    command: 'any',
    cpuSeconds,
    endedSeconds,
  })

  it('counts who runs, at any depth, and who has ended, and nobody else', () => {
    const all = [process(1, 0, 100), process(2, 1, 1, 0.5), process(3, 2, 2), process(4, 3, 4, 0.25), process(5, 1, 50)]
    expect(treeSeconds(2, all)).toBe(1 + 0.5 + 2 + 4 + 0.25)
  })

  it('reads a command with blanks and brackets', () => {
    const stat = '42 (a (b) c) S 7 42 42 0 -1 4194304 1 2 3 4 150 50 20 5 20 0 11 0'
    expect(processOf(stat)).toEqual({ pid: 42, command: 'a (b) c', parent: 7, cpuSeconds: 2, endedSeconds: 0.25 })
  })

  it.runIf(globalThis.process.platform === 'linux')('agrees with what processes know of themselves', async () => {
    const burn =
      'for (let used = 0; used < 300_000; { user: used } = process.cpuUsage()) for (let i = 0; i < 1e6; i++);'
    const parent = `require('node:child_process').execFileSync(process.execPath, ['-e', '${burn}'])
      console.log('child ended'); process.stdin.resume()`
    const child = spawn(globalThis.process.execPath, ['-e', parent], { stdio: ['pipe', 'pipe', 'inherit'] })
    try {
      await once(createInterface({ input: child.stdout }), 'line')
      const own = allProcesses().find(({ pid }) => pid === child.pid)
      expect(own?.parent).toBe(globalThis.process.pid)
      expect(own?.endedSeconds).toBeGreaterThanOrEqual(0.29)
      expect(treeSeconds(child.pid ?? 0)).toBeGreaterThanOrEqual((own?.cpuSeconds ?? Number.NaN) + 0.29)
    } finally {
      child.kill('SIGKILL')
    }
  })
})

describe('the file system of a folder', () => {
  const mounts = [
    '/dev/vda / ext4 rw 0 0',
    'tmpfs /tmp tmpfs rw 0 0',
    '/dev/vdb /tmp/disk xfs rw 0 0',
    '/dev/vdc /with\\040blank btrfs rw 0 0',
    'overlay /twice overlay rw 0 0',
    'tmpfs /twice tmpfs rw 0 0',
    '',
  ].join('\n')

  it.each([
    ['/home/somebody', 'ext4'],
    ['/tmp', 'tmpfs'],
    ['/tmp/edge-upsert-1', 'tmpfs'],
    ['/tmpfile', 'ext4'],
    ['/tmp/disk/data', 'xfs'],
    ['/with blank/data', 'btrfs'],
    ['/twice', 'tmpfs'],
  ])('of %s is that of the mount nearest above it', (path, type) => {
    expect(fileSystemOf(path, mounts)).toBe(type)
  })

  it('is told unknown where nothing is known of mounts', () => {
    expect(fileSystemOf('/tmp', '')).toBe('an unknown file system')
  })

  it.runIf(globalThis.process.platform === 'linux')('is found in what Linux tells', () => {
    expect(fileSystemOf('/proc/self', readFileSync('/proc/mounts', 'utf8'))).toBe('proc')
  })
})
