import { beforeAll, describe, expect, it } from 'vitest'
import { Access } from '../../src/auth/access.ts'
import type { DirectoryQuery } from '../../src/auth/directory.ts'
import { Kept } from '../../src/auth/kept.ts'
import { sqlDirectory } from '../../src/storage/directory.ts'
import { createWorld, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})

describe('what an isolate keeps', () => {
  const directoryOf = () => {
    const asked: DirectoryQuery[] = []
    const directory = sqlDirectory(world.driver)
    const look = (query: DirectoryQuery) => {
      asked.push(query)
      return directory.look(query)
    }
    return { asked, directory: { look } }
  }
  const secretsOf = (...secrets: readonly [string, ...string[]]) => {
    const [first, ...others] = secrets
    const key = { kind: 'key', value: first } as const
    return { secrets: [key, ...others.map((value) => ({ kind: 'developer_secret', value }) as const)] } as const
  }

  it('is one schema for all keys of an organisation, until it changes', async () => {
    const access = new Access()
    const { directory, asked } = directoryOf()
    const [first, second] = [await world.issue(), await world.issue()]
    const open = (secret: string) => access.open(directory, secretsOf(secret), undefined)
    const [one, two] = [await open(first.secret), await open(second.secret)]
    expect(two.organization).toBe(one.organization)
    expect((await open(first.secret)).cached).toBe(true)
    expect(asked.length).toBe(2)

    await world.addAttribute('people', { label: 'Changes the revision', type: 'text' })
    const fresh = await one.refresh()
    expect(fresh.organization.revision).toBeGreaterThan(one.organization.revision)
    const other = await open(second.secret)
    expect([other.cached, other.organization]).toEqual([false, fresh.organization])
    expect(other.organization).toBe(fresh.organization)
  })

  it('has no member id that is none: neither looked for nor kept', async () => {
    const access = new Access()
    const { directory, asked } = directoryOf()
    const secret = (await world.issue({ kind: 'developer_secret', scopes: [], allowlist: ['192.0.2.10'] })).secret
    const open = (memberId: string) =>
      access.open(
        directory,
        { ...secretsOf(world.token, secret), member: { id: memberId, field: 'member_id' } },
        '192.0.2.10',
      )
    await expect(open('m'.repeat(1_000_000))).rejects.toThrow('unknown_member')
    await expect(open('constructor')).rejects.toThrow('unknown_member')
    expect(asked.map((query) => query.memberId)).toEqual([undefined, undefined])
    expect(access.keptBytes).toBe(0)
    expect((await open(world.memberId.toUpperCase())).memberId).toBe(world.memberId)
    expect(access.keptBytes).toBeGreaterThan(0)
  })

  it('never weighs more than it may, whatever the keys are', () => {
    const kept = new Kept<string>(10_000, (text) => text.length)
    kept.set('k'.repeat(1_000_000), '')
    expect([kept.bytes, kept.get('k'.repeat(1_000_000))]).toEqual([0, undefined])
    for (let i = 0; i < 1_000; i++) {
      kept.set(`key ${i}`, 'v'.repeat(i % 300))
      kept.get('key 0')
      expect(kept.bytes).toBeLessThanOrEqual(10_000)
    }
    expect(kept.get('key 0')).toBe('')
    expect(kept.get('key 1')).toBeUndefined()
    expect(kept.get('key 999')).toBeDefined()
    kept.set('key 999', 'v')
    kept.delete('key 0')
    kept.delete('key 999')
    kept.delete('never set')
    for (let i = 1; i < 999; i++) kept.delete(`key ${i}`)
    expect(kept.bytes).toBe(0)
  })
})
