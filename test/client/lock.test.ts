import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { LockedError, lock, whileLocked } from '../../src/cli/lock.ts'

/** Who has a lock, and when nobody has it any more. */

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-lock-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'a.lock')
beforeEach(() => rmSync(path, { force: true }))

describe('a lock', () => {
  it('is had by one at a time, this process among them, and given back', () => {
    const release = lock(path)
    expect(() => lock(path)).toThrow(LockedError)
    release()
    expect(existsSync(path)).toBe(false)
    lock(path)()
  })

  it('is that of another process while it lives, and nobody’s afterwards', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const start = `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
    writeFileSync(path, JSON.stringify({ pid: child.pid, start }))
    expect(() => lock(path)).toThrow(`Process ${child.pid} is at it`)
    // Another process that has the same number now, as in a container that is started each night.
    writeFileSync(path, JSON.stringify({ pid: child.pid, start: `${boot} 1` }))
    lock(path)()
    writeFileSync(path, JSON.stringify({ pid: child.pid, start }))
    child.kill('SIGKILL')
    await once(child, 'exit')
    lock(path)()
  })

  it.each([
    ['of this number and another start', JSON.stringify({ pid: process.pid, start: 'before' })],
    ['of this process, which it does not know of', undefined],
  ])('%s is none', (_, text) => {
    if (text === undefined) {
      const release = lock(path)
      const own = readFileSync(path, 'utf8')
      release()
      writeFileSync(path, own)
    } else writeFileSync(path, text)
    lock(path)()
  })

  it('in which nothing stands is being made, or was left so', () => {
    writeFileSync(path, '')
    expect(() => lock(path)).toThrow(LockedError)
    utimesSync(path, 1, 1)
    lock(path)()
  })

  it('is waited for, and lets everybody do what they have to', async () => {
    let count = 0
    const add = () => {
      const before = count
      expect(existsSync(path)).toBe(true)
      count = before + 1
    }
    await Promise.all(Array.from({ length: 5 }, () => whileLocked(path, add)))
    expect(count).toBe(5)
  })
})
