import { v7 } from 'uuid'
import { describe, expect, it } from 'vitest'
import { requireOperator } from '../../src/auth/operator.ts'
import { noCost } from '../../src/storage/meter.ts'
import { newMove } from '../../src/tenants/move/state.ts'
import { tenantOperations } from '../../src/tenants/operations.ts'
import type { Place } from '../../src/tenants/place.ts'
import { recorded } from '../../src/tenants/recorded.ts'
import { lookAfter } from '../../src/tenants/upkeep.ts'
import { OPERATOR, operatorOf } from '../support/operator.ts'
import {
  create,
  deployment,
  findings,
  lineOf,
  logOf,
  moved,
  operate,
  pagesOf,
  places,
  put,
  send,
} from '../support/tenants-world.ts'

/** How the log calls whoever shows the secret. */
const operatorName = await requireOperator(
  new Headers({ authorization: `Bearer ${OPERATOR}` }),
  operatorOf(deployment),
  undefined,
)

describe('the log of operators', () => {
  const created = ['operator', 'create', 'done']
  /** As a request leaves the line of a move that is not over. */
  const theirs = { operator: operatorName, action: 'move', requestId: null, detail: null }
  const begun = (to: Place) => ({ from: places.shared(), to, state: newMove(to) })

  it('has a line before anything is done, and its outcome afterwards', async () => {
    const id = v7()
    const { log } = deployment.directory
    const by = { name: 'somebody', requestId: null }
    const seen = () => logOf(id).then((lines) => lines.map(([, , outcome]) => outcome))
    await recorded(log, by, { action: 'test', tenantId: id }, async () => expect(await seen()).toEqual(['started']))
    const failing = recorded(log, by, { action: 'test', tenantId: id }, async () => {
      throw new Error('for once')
    })
    await expect(failing).rejects.toThrow('for once')
    expect(await seen()).toEqual(['done', 'failed'])
  })

  it('has one line for a move, however many requests go on with it, and one for what would have been another', async () => {
    const { id } = await create(places.shared())
    await deployment.directory.change(await lineOf(id), { move: begun({ shape: 'object' }), status: 'moving' })
    const elsewhere = { place: { shape: 'database', binding: 'DB_OWN' } }
    expect((await operate('POST', `/${id}/move`, elsewhere)).body.code).toBe('wrong_status')
    // As two pieces of a large move.
    const { sequence } = await deployment.directory.log.begin({ ...theirs, tenantId: id })
    await deployment.directory.log.end(sequence, { outcome: 'failed' })
    await moved(id, { shape: 'object' })
    expect(await logOf(id)).toEqual([created, ['operator', 'move', 'wrong_status'], ['operator', 'move', 'done']])
  })

  it('has a line of upkeep for a move that it finishes, for a source that it lets go, and for what it erases', async () => {
    const { id } = await create(places.shared())
    await deployment.directory.change(await lineOf(id), { move: begun({ shape: 'object' }), status: 'moving' })
    await lookAfter(deployment, Date.now())
    await lookAfter(deployment, Date.now())
    expect(await logOf(id)).toEqual([created, ['upkeep', 'move', 'done']])
    const later = Date.now() + 86_400_000 + 60_000
    await lookAfter(deployment, later)
    await lookAfter(deployment, later)
    await operate('POST', `/${id}/delete`, { waitDays: 0 })
    await lookAfter(deployment, later)
    expect((await logOf(id)).slice(2)).toEqual([
      ['upkeep', 'let go', 'done'],
      ['operator', 'delete', 'done'],
      ['upkeep', 'erase', 'done'],
    ])
  })

  it('ends the line of a move that is taken back', async () => {
    const { id } = await create(places.shared())
    await deployment.directory.change(await lineOf(id), { move: begun({ shape: 'object' }), status: 'moving' })
    await deployment.directory.log.begin({ ...theirs, operator: 'another', tenantId: id })
    for (let n = 0; n < 100 && !(await operate('POST', `/${id}/move/back`)).body.isOver; n++);
    expect(await logOf(id)).toEqual([created, ['operator', 'move', 'returned'], ['operator', 'move back', 'done']])
  })

  it('has one line for all pages of a restore and of a repair, and none for what only reads', async () => {
    const { id, key } = await create(places.shared())
    await put(key, 'paged@tenant.example')
    const pages = (await pagesOf(id)).filter((page) => page.length > 0)
    await findings(id, false)
    await operate('GET', `/${id}/usage`)
    await operate('POST', `/${id}/suspend`)
    expect(pages.length).toBeGreaterThan(2)
    for (const [i, lines] of pages.entries()) {
      expect((await operate('POST', `/${id}/restore`, { lines, dryRun: true })).status).toBe(204)
      await operate('POST', `/${id}/restore`, { lines, hasMore: i < pages.length - 1 })
      const [, , outcome] = (await logOf(id)).at(-1) ?? []
      expect(outcome).toBe(i < pages.length - 1 ? 'started' : 'done')
    }
    await findings(id, true)
    expect(await logOf(id)).toEqual([
      created,
      ['operator', 'suspend', 'done'],
      ['operator', 'restore', 'done'],
      ['operator', 'repair', 'done'],
    ])
    const { body } = await send('GET', `/v1/operator-log?tenantId=${id}&limit=2`, { token: OPERATOR })
    expect(body.actions[1].detail).toEqual({ lines: pages.flat().length })
  })

  it('goes on with the line of an operation that failed, when it is tried again', async () => {
    const id = v7()
    const { log } = deployment.directory
    const step = (end: string | undefined) =>
      recorded(
        log,
        { name: 'somebody', requestId: null },
        { action: 'test', tenantId: id, isGoingOn: true, endOf: () => end },
        async () => {
          if (end === 'failed') throw new Error('for once')
        },
      ).catch(() => undefined)
    for (const end of [undefined, 'failed', undefined, 'done']) await step(end)
    expect(await logOf(id)).toEqual([['operator', 'test', 'done']])
    await step('done')
    expect(await logOf(id)).toHaveLength(2)
  })

  it('has one line for an operation that is tried again, and another for any other', async () => {
    const id = v7()
    const { log } = deployment.directory
    const step = (operator: string, action: string, detail: object | null, fails = true) =>
      recorded(log, { name: operator, requestId: null }, { action, tenantId: id, detail }, async () => {
        if (fails) throw new Error('for once')
      }).catch(() => undefined)
    for (const fails of [true, true, false]) await step('somebody', 'move', { to: 'a' }, fails)
    for (const fails of [true, false]) await step('somebody', 'suspend', null, fails)
    for (const to of ['a', 'b', 'b']) await step('somebody', 'move', { to })
    for (const _ of [1, 2]) await step('another', 'move', { to: 'b' })
    await step('somebody', 'move', { to: 'b' })
    expect(await logOf(id)).toEqual([
      ['operator', 'move', 'done'],
      ['operator', 'suspend', 'done'],
      ['operator', 'move', 'failed'],
      ['operator', 'move', 'failed'],
      ['operator', 'move', 'failed'],
      ['operator', 'move', 'failed'],
    ])
  })

  it('has one line for a deletion that failed and is tried again later', async () => {
    const { id } = await create(places.shared())
    const real = deployment.directory
    let failures = 2
    const directory: typeof real = {
      ...real,
      change: async (line, change) => {
        if (failures-- > 0) throw new Error('for once')
        return real.change(line, change)
      },
      metered: () => directory,
    }
    const by = { name: operatorName, requestId: null }
    const remove = (waitDays: number) =>
      tenantOperations({ ...deployment, directory }, by, noCost()).delete(id, waitDays)
    for (const _ of [1, 2]) {
      await expect(remove(3)).rejects.toThrow('for once')
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    await remove(3)
    expect(await logOf(id)).toEqual([created, ['operator', 'delete', 'done']])
  })

  it('has one line for a restore and a repair whose requests come again, and counts what was put back once', async () => {
    const { id, key } = await create(places.shared())
    await put(key, 'again@tenant.example')
    const pages = (await pagesOf(id)).filter((page) => page.length > 0)
    const [first = []] = pages
    await operate('POST', `/${id}/suspend`)
    const detail = async () =>
      (await send('GET', `/v1/operator-log?tenantId=${id}&limit=1`, { token: OPERATOR })).body.actions[0].detail
    const restore = (lines: object[]) => operate('POST', `/${id}/restore`, { lines, hasMore: true })
    for (const _ of [1, 2]) expect((await restore(first)).status).toBe(204)
    const { log } = deployment.directory
    const by = { name: operatorName, requestId: null }
    const failing = { action: 'restore', tenantId: id, isGoingOn: true, more: () => ({ lines: 0 }) }
    await recorded(log, by, failing, () => Promise.reject(new Error('for once'))).catch(() => undefined)
    expect(await detail()).toEqual({ lines: first.length })
    // What the client was told has it begin at the beginning.
    for (const lines of pages) await restore(lines)
    const { length } = pages.flat()
    expect(await detail()).toEqual({ lines: length })
    const repair = () =>
      recorded(log, by, { action: 'repair', tenantId: id, isLong: true, endOf: () => undefined }, async () => undefined)
    for (const _ of [1, 2]) await repair()
    expect((await logOf(id)).map(([, action]) => action)).toEqual(['create', 'suspend', 'restore', 'repair'])
  })

  it('has what was refused before it came to be an operation', async () => {
    const { id } = await create(places.shared())
    expect((await operate('POST', `/${id}/move`, { place: { shape: 'moon' } })).body).toMatchObject({
      code: 'invalid_value',
      errors: [{ field: 'place.shape', detail: 'place.shape must be one of shared, object, database.' }],
    })
    const repeated = { token: OPERATOR, headers: { 'idempotency-key': 'k1' }, body: { waitDays: 0 } }
    expect((await send('POST', `/v1/tenants/${id}/delete`, repeated)).body).toMatchObject({
      code: 'unknown_parameter',
      errors: [{ field: 'Idempotency-Key' }],
    })
    expect((await operate('GET', `/${id}`)).body.status).toBe('active')
    expect(await logOf(id)).toEqual([
      created,
      ['operator', 'move', 'invalid_value'],
      ['operator', 'delete', 'unknown_parameter'],
    ])
  })

  const elsewhere = { place: { shape: 'object' } }
  const nowhere = { place: { shape: 'database', url: 'https://user:password@host.example' } }
  const dry: readonly (readonly [string, string, object?])[] = [
    ['GET', ''],
    ['GET', '?unknown=1'],
    ['GET', '/usage'],
    ['GET', '/export'],
    ['GET', '/export?cursor=xyz'],
    ['POST', '/verify', {}],
    ['POST', '/verify', { repair: false }],
    ['POST', '/verify', { cursor: 'xyz' }],
    ['POST', '/verify', { repair: 'perhaps' }],
    ['POST', '/restore', { lines: [], dryRun: true }],
    ['POST', '/restore', { lines: [{ table: 'nothing' }], dryRun: true }],
    ['POST', '/restore', { lines: [], dryRun: true, ...nowhere }],
    ['POST', '/move?dryRun=true', elsewhere],
    ['POST', '/move?dryRun=true', nowhere],
    ['POST', '/move?dryRun=true', { place: { shape: 'moon' } }],
    ['POST', '/move/back?dryRun=true'],
    ['POST', '/place?dryRun=true', { place: { shape: 'shared' } }],
    ['POST', '/place?dryRun=true', nowhere],
    ['POST', '/place?dryRun=true', {}],
    ['POST', '/rewind?dryRun=true', { to: '2026-01-31T09:30:00.000Z' }],
    ['POST', '/rewind?dryRun=true', { to: 'never' }],
    ['POST', '/delete?dryRun=true', { waitDays: 1 }],
    ['POST', '/delete?dryRun=true', { waitDays: -1 }],
    ['POST', '/delete?dryRun=true&abandon=perhaps', {}],
  ]

  it('has what was refused by a route that has no dry run, whatever was sent of one', async () => {
    const { id } = await create(places.shared())
    const sent: readonly (readonly [action: string, path: string, body?: object])[] = [
      ['key', '/keys', { name: 'k', dryRun: true }],
      ['suspend', '/suspend?dryRun=true'],
      ['restore', '/restore?dryRun=true', { lines: [] }],
      ['delete', '/delete', { waitDays: 1, dryRun: true }],
    ]
    for (const [, path, body] of sent) {
      const { status } = await operate('POST', `/${id}${path}`, body)
      expect([path, status >= 400 && status < 500]).toEqual([path, true])
    }
    expect((await logOf(id)).map(([, action]) => action)).toEqual(['create', ...sent.map(([action]) => action)])
  })

  it('has nothing of what only reads and of dry runs, accepted or refused', async () => {
    const { id } = await create(places.shared())
    const served: Record<string, boolean> = {}
    for (const [method, path, body] of dry) {
      const { status } = await operate(method, `/${id}${path}`, body)
      served[String(status < 400)] = true
      expect([method, path, body, await logOf(id)]).toEqual([method, path, body, [created]])
    }
    expect(served).toEqual({ true: true, false: true })
  })

  it('has what was to change something, and was refused for its body', async () => {
    const { id } = await create(places.shared())
    const wanted: readonly (readonly [string, object, string])[] = [
      ['/verify', { repair: true, cursor: 'xyz' }, 'repair'],
      ['/restore', { lines: [{ table: 'nothing' }] }, 'restore'],
      ['/move?dryRun=false', nowhere, 'move'],
      ['/place', nowhere, 'place'],
      ['/rewind', { to: 'never' }, 'rewind'],
      ['/delete', { waitDays: -1 }, 'delete'],
    ]
    for (const [path, body] of wanted) await operate('POST', `/${id}${path}`, body)
    expect((await logOf(id)).map(([, action]) => action)).toEqual(['create', ...wanted.map(([, , action]) => action)])
  })
})
