import { describe, expect, it } from 'vitest'
import { NotFoundError } from '../../src/client/index.ts'
import { useClientWorld } from '../support/client-world.ts'
import { runHere } from '../support/commands.ts'
import { cutAfter, faults } from '../support/fault-proxy.ts'

/** The history of records, the way back and the change of many, by the client and by its commands, over the real server. */

const world = useClientWorld()
const people = () => world.client().records('people')

let named = 0
/** @returns ids, and what they are all called */
const write = async (count: number, importId?: string) => {
  const name = `u${++named}`
  const items = Array.from({ length: count }, (_, n) => ({ values: { first_name: name, last_name: `${n}` } }))
  const { outcomes } = await people().assertBatch(items, { ...(importId !== undefined && { importId }) })
  return { name, ids: outcomes.map(({ id }) => id ?? '') }
}
const filterOf = (name: string) => ({ attribute: 'first_name', operator: 'eq', value: name }) as const
const all = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const items: T[] = []
  for await (const one of source) items.push(one)
  return items
}
const pagesOf = async <P>(pages: AsyncIterable<P>): Promise<P[]> => all(pages)

describe('an undoing', () => {
  it('tells what would be, is done a page at a time as it is taken, over faults, and can be undone itself', async () => {
    const { ids } = await write(201, 'import-1')
    const dry = await pagesOf(world.client().undo({ importId: 'import-1' }, { dryRun: true }).pages())
    expect(dry.map(({ items, found, cutOff }) => [items.length, found, cutOff])).toEqual([
      [200, true, false],
      [1, true, false],
    ])
    expect((await people().get(ids[0] ?? '')).archivedAt).toBeNull()
    world.proxy.next([faults.loses, cutAfter(10)])
    const pages = world.client().undo({ importId: 'import-1' }, { importId: 'undone-1' }).pages()
    await pages.next()
    expect((await people().get(ids[0] ?? '')).archivedAt).toBeNull()
    expect((await people().get(ids[200] ?? '')).archivedAt).not.toBeNull()
    expect((await pagesOf(pages)).map(({ items }) => items.map(({ status }) => status))).toEqual([['archived']])
    const back = await all(world.client().undo({ importId: 'undone-1' }))
    expect(back.map(({ status }) => status)).toEqual(ids.map(() => 'reverted'))
    expect((await people().get(ids[0] ?? '')).archivedAt).toBeNull()
  }, 60_000)

  it('of what nobody did is an error', async () => {
    await expect(all(world.client().undo({ request: 'nobody' }))).rejects.toBeInstanceOf(NotFoundError)
  })
})

describe('of a record', () => {
  it('the history says whether it is whole, and a version comes back', async () => {
    const [id = ''] = (await write(1)).ids
    await people().assert({ match: { id }, values: { city: 'Rome' } })
    const [page] = await pagesOf(people().history(id).pages())
    expect([page?.items.map(({ version }) => version), page?.cutOff]).toEqual([[2, 1], false])
    expect(await people().revert(id, 1, { dryRun: true })).toMatchObject({ status: 'updated', changed: ['city'] })
    expect((await people().get(id)).version).toBe(2)
    const reverted = await people().revert(id, 1, { importId: 'reverting' })
    expect(reverted.record.values).not.toHaveProperty('city')
    expect((await all(people().history(id)))[0]?.importId).toBe('reverting')
  })

  it('so do the commands', async () => {
    const [id = ''] = (await write(1, 'by-command')).ids
    await people().assert({ match: { id }, values: { city: 'Rome' } })
    const run = (...args: string[]) => runHere(['records', ...args, '--api', world.serverUrl], { API_KEY: world.token })
    const told = await run('history', 'people', id)
    expect(
      told.out
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[2]),
    ).toEqual(['updated', 'created'])
    expect(told.out).toContain('by-command')
    const [newest] = (await run('history', 'people', id, '--json')).out.split('\n')
    expect(JSON.parse(newest ?? '').values).toEqual({ city: { before: null, after: 'Rome' } })
    expect((await run('revert', 'people', id, '--version', '1', '--dry-run')).out).toBe('would be set back: city\n')
    expect((await people().get(id)).version).toBe(2)
    expect((await run('revert', 'people', id, '--version', '1')).out).toBe('set back: city\n')
    expect((await people().get(id)).version).toBe(3)
  }, 60_000)
})

describe('two records', () => {
  it('become one, and are parted again', async () => {
    const [stays = '', goes = ''] = (await write(2)).ids
    expect(await people().merge(stays, { id: goes }, { dryRun: true })).toMatchObject({
      status: 'merged',
      dryRun: true,
    })
    const { request, mergedId, left } = await people().merge(stays, { id: goes }, { ifVersion: 1, loserIfVersion: 1 })
    expect([mergedId, left]).toEqual([goes, ['last_name']])
    expect((await people().get(goes)).id).toBe(stays)
    await all(world.client().undo({ request }))
    expect((await people().get(goes)).id).toBe(goes)
  })

  it('so do the commands', async () => {
    const [stays = '', goes = ''] = (await write(2)).ids
    await people().assert({ match: { id: stays }, values: { emails: [`${stays}@merge.example`], city: 'Rome' } })
    const run = (...args: string[]) => runHere([...args, '--api', world.serverUrl], { API_KEY: world.token })
    const merge = (...args: string[]) =>
      run('records', 'merge', 'people', `emails=${stays}@merge.example`, goes, '--value', 'last_name=take', ...args)
    const dry = await merge('--dry-run')
    expect(dry.out).toBe(
      `would be merged: ${goes} into ${stays}; 0 that pointed there would point here; changed: last_name; a value found no place: last_name\n`,
    )
    expect((await people().get(goes)).id).toBe(goes)
    const done = await merge()
    expect(done.out).toContain(`merged: ${goes} into ${stays}; 0 that pointed there point here`)
    expect((await people().get(goes)).id).toBe(stays)
    const importId = /undo (merge-[0-9a-f-]{36})/.exec(done.err)?.[1] ?? ''
    const again = await merge()
    expect(again.out).toBe('It had been merged before: nothing to do.\n')
    expect(again.err).toContain(`undo ${importId}`)
    const { out, err } = await run('records', 'history', 'people', `emails=${stays}@merge.example`)
    expect(out.split('\n')[0]).toContain('updated')
    expect(err).toContain(`Merged into it: ${goes}`)
    expect(err).toContain(importId)
    expect((await run('undo', importId, '--yes')).out).toContain('2 reverted')
    expect((await people().get(goes)).id).toBe(goes)
    expect(await merge('--value', 'city')).toMatchObject({ code: 1, out: '' })
  }, 60_000)
})

describe('many records', () => {
  it('are changed a page at a time, dry first, and all of it is undone together', async () => {
    const { name, ids } = await write(5)
    const filter = filterOf(name)
    const dry = people().change({ change: 'archive', filter }, { dryRun: true, limit: 2 })
    expect((await all(dry)).map(({ id }) => id)).toEqual(ids)
    const done = people().change({ change: 'update', filter, values: { city: 'Rome' } }, { importId: name, limit: 2 })
    expect((await pagesOf(done.pages())).map(({ items }) => items.map(({ status }) => status))).toEqual([
      ['updated', 'updated'],
      ['updated', 'updated'],
      ['updated'],
    ])
    await all(world.client().undo({ importId: name }))
    expect((await all(people().query({ filter }))).map(({ values }) => 'city' in values)).toEqual(ids.map(() => false))
    const erased = people().change({ change: 'erase', keys: ids.map((id) => ({ id })) })
    expect((await all(erased)).map(({ status, id }) => [status, id])).toEqual(ids.map((id) => ['erased', id]))
  })
})

describe('any operation', () => {
  it('needs no options where it needs nothing', async () => {
    expect((await world.client().call('get', '/v1/organization')).id).toEqual(expect.any(String))
  })
})
