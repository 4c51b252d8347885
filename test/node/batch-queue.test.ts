import { describe, expect, it } from 'vitest'
import { OverloadedError, UnavailableError } from '../../src/storage/driver.ts'
import { batchQueue, type QueueLimits } from '../../src/storage/drivers/batch-queue.ts'

const LIMITS: QueueLimits = {
  groups: 1,
  groupBatches: 3,
  groupCharacters: 10,
  waitingBatches: 5,
  waitingCharacters: 50,
}

const nextTurn = () => new Promise((done) => setImmediate(done))

/**
 * A database that finishes a group when it is told to.
 * @param atOnce of a group, how many it answers before it ends
 */
const open = (limits: Partial<QueueLimits> = {}, atOnce = Number.POSITIVE_INFINITY) => {
  const groups: string[][] = []
  const finish: (() => void)[] = []
  const queue = batchQueue(
    async (group) => {
      groups.push(group.map(([statement]) => statement?.sql ?? ''))
      await new Promise<void>((resolve) => finish.push(resolve))
      return group
        .slice(0, atOnce)
        .map(([statement]) => ({ result: { results: [{ rows: [{ ...statement }] }], milliseconds: 1 } }))
    },
    { ...LIMITS, ...limits },
  )
  const send = (sql: string, characters = 1, isAbandoned?: () => boolean) => {
    const sent = queue.batch([{ sql, params: ['x'.repeat(characters)] }], isAbandoned && { isAbandoned })
    sent.catch(() => undefined)
    return sent
  }
  const sendFor = (organizationId: string, ...texts: readonly string[]) =>
    texts.map((sql) => {
      const sent = queue.batch([{ sql, params: ['x'] }], { organizationId })
      sent.catch(() => undefined)
      return sent
    })
  const finishOne = async () => {
    finish.shift()?.()
    await nextTurn()
  }
  return { groups, send, sendFor, finishOne }
}

describe('the queue in front of a database', () => {
  it('runs together what arrives in one turn, then what arrived meanwhile, and answers each its own', async () => {
    const { groups, send, finishOne } = open()
    const answers = [send('a'), send('b')]
    await nextTurn()
    expect(groups).toEqual([['a', 'b']])
    answers.push(send('c'), send('d'), send('e'), send('f'))
    await nextTurn()
    expect(groups).toHaveLength(1)
    for (let n = 0; n < 3; n++) await finishOne()
    expect(groups).toEqual([['a', 'b'], ['c', 'd', 'e'], ['f']])
    const rows = (await Promise.all(answers)).map(({ results }) => results[0]?.rows[0]?.sql)
    expect(rows).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  it('lets no small batch wait for many large ones, and takes a large one alone', async () => {
    const { groups, send, finishOne } = open()
    for (const [sql, size] of [
      ['large', 30],
      ['a', 4],
      ['b', 4],
      ['c', 4],
    ] as const)
      send(sql, size)
    await nextTurn()
    for (let n = 0; n < 3; n++) await finishOne()
    expect(groups).toEqual([['large'], ['a', 'b'], ['c']])
  })

  it('refuses at once what is too much, by number or by size, and takes more when there is room', async () => {
    const { send, finishOne } = open()
    send('running')
    await nextTurn()
    for (let n = 0; n < 5; n++) send(String(n))
    await expect(send('sixth')).rejects.toBeInstanceOf(UnavailableError)
    await finishOne()
    const later = send('later', 48)
    const tooMuch = send('too much', 10)
    await expect(tooMuch).rejects.toBeInstanceOf(UnavailableError)
    for (let n = 0; n < 3; n++) await finishOne()
    expect((await later).results).toHaveLength(1)
  })

  it('takes a batch of any size when nobody waits', async () => {
    const { groups, send } = open()
    send('huge', 1_000)
    await nextTurn()
    expect(groups).toEqual([['huge']])
  })

  it('does not run what nobody waits for any more', async () => {
    const { groups, send, finishOne } = open()
    let gone = false
    send('running')
    await nextTurn()
    const abandoned = send('abandoned', 1, () => gone)
    send('kept', 1, () => false)
    gone = true
    await finishOne()
    expect(groups).toEqual([['running'], ['kept']])
    await expect(abandoned).rejects.toBeInstanceOf(UnavailableError)
  })

  it('goes on when all that was left had been abandoned', async () => {
    const { groups, send, finishOne } = open()
    send('running')
    await nextTurn()
    send('abandoned', 1, () => true)
    await finishOne()
    send('after')
    await nextTurn()
    expect(groups).toEqual([['running'], ['after']])
  })

  it('tells all of a group when the whole group failed, and runs the next', async () => {
    let calls = 0
    const queue = batchQueue(async (group) => {
      if (calls++ === 0) throw new UnavailableError('away')
      return group.map(() => ({ result: { results: [], milliseconds: 0 } }))
    }, LIMITS)
    const first = await Promise.allSettled([queue.batch([]), queue.batch([])])
    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await queue.batch([])).results).toEqual([])
  })

  it('runs as many groups at a time as it may', async () => {
    const { groups, send } = open({ groups: 2, groupBatches: 1 })
    for (const sql of ['a', 'b', 'c']) send(sql)
    await nextTurn()
    expect(groups).toEqual([['a'], ['b']])
  })

  it('takes what waits from each organisation in turn, however many one of them has sent', async () => {
    const { groups, send, sendFor, finishOne } = open({ groupBatches: 2, waitingBatches: 20 })
    send('running')
    await nextTurn()
    sendFor('a', 'a1', 'a2', 'a3', 'a4')
    sendFor('b', 'b1')
    send('operator')
    sendFor('c', 'c1', 'c2')
    for (let n = 0; n < 5; n++) await finishOne()
    expect(groups).toEqual([['running'], ['a1', 'b1'], ['operator', 'c1'], ['a2', 'c2'], ['a3', 'a4']])
  })

  it('what a group had no time for waits on, in its order, behind nobody who has had a turn since', async () => {
    const { groups, sendFor, finishOne } = open({ groupBatches: 4, waitingBatches: 20 }, 1)
    const answers = sendFor('a', 'a1', 'a2', 'a3')
    answers.push(...sendFor('c', 'c1'))
    await nextTurn()
    answers.push(...sendFor('b', 'b1'))
    for (let n = 0; n < 5; n++) await finishOne()
    expect(groups.map(([first]) => first)).toEqual(['a1', 'c1', 'b1', 'a2', 'a3'])
    const rows = (await Promise.all(answers)).map(({ results }) => results[0]?.rows[0]?.sql)
    expect(rows).toEqual(['a1', 'a2', 'a3', 'c1', 'b1'])
  })

  it('has room for others when one organisation has filled its half, by number or by size', async () => {
    const { send, sendFor, finishOne } = open({ waitingBatches: 6 })
    send('running')
    await nextTurn()
    const [, , , tooMany] = sendFor('a', '1', '2', '3', '4')
    await expect(tooMany).rejects.toBeInstanceOf(OverloadedError)
    const others = sendFor('b', '1', '2', '3')
    for (let n = 0; n < 3; n++) await finishOne()
    expect(await Promise.all(others)).toHaveLength(3)
    const large = open({ waitingBatches: 20, waitingCharacters: 4 })
    large.send('running')
    await nextTurn()
    const [, , third] = large.sendFor('a', '1', '2', '3')
    await expect(third).rejects.toBeInstanceOf(OverloadedError)
    const other = large.sendFor('b', '1')[0]
    await large.finishOne()
    await large.finishOne()
    expect((await other)?.results).toHaveLength(1)
  })
})
