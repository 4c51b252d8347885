import { expect, it } from 'vitest'
import { useImportWorld } from '../support/import-world.ts'

/** An import is taken back: dry first, then all of it but for what somebody else has changed since. */

const world = useImportWorld()
const people = () => world.client({ url: world.serverUrl }).records('people')
const importIdIn = (err: string) => /^Import (\S+):/m.exec(err)?.[1] ?? ''
const email = (n: number) => `u${n}@undo.example`
const wordsOf = (err: string, command: string) => (new RegExp(`(${command} .*?) --api`).exec(err)?.[1] ?? '').split(' ')

it('tells what would be, does it with --yes over several pages, and names what stays', async () => {
  await people().assertBatch([
    { match: { emails: email(0) }, values: { emails: [email(0)], city: 'Before' } },
    { match: { emails: email(1) }, values: { emails: [email(1)], city: 'Before' } },
  ])
  const lines = Array.from({ length: 450 }, (_, n) => `${email(n)},After`)
  const imported = await world.importPeople(world.write('undo.csv', ['emails,city', ...lines].join('\n')))
  expect(imported.out).toContain('448 created, 2 updated')
  await people().assert({ match: { emails: email(1) }, values: { city: 'Mine' } })

  const dry = await world.run(...wordsOf(imported.err, 'undo'))
  const { id } = await people().getBy('emails', email(1))
  const conflict = new RegExp(`^people ${id} stays: city has been changed since by key:\\S+\n`)
  expect([dry.code, dry.out]).toEqual([3, expect.stringMatching(conflict)])
  expect(dry.out).toContain('Would be: 1 reverted, 448 archived, 1 unchanged; 1 with something that stays.')
  expect((await people().getBy('emails', email(0))).values.city).toBe('After')

  const done = await world.run(...wordsOf(dry.err, 'undo'))
  expect([done.code, done.out]).toEqual([3, expect.stringMatching(conflict)])
  expect(done.out).toContain('\n1 reverted, 448 archived, 1 unchanged; 1 with something that stays.\n')
  expect((await people().getBy('emails', email(0))).values.city).toBe('Before')
  expect((await people().getBy('emails', email(1))).values.city).toBe('Mine')
  const left: string[] = []
  const filter = { attribute: 'city', operator: 'in', value: ['Before', 'After', 'Mine'] } as const
  for await (const { values } of people().query({ filter })) left.push(String(values.city))
  expect(left.sort()).toEqual(['Before', 'Mine'])
  // In pages of the server, twice.
  expect(world.proxy.seen.filter(({ path }) => path.startsWith('/v1/changes/revert')).length).toBeGreaterThan(4)
})

it('erases what was created where that is asked for, and tells it as JSON', async () => {
  const file = world.write('erase.csv', 'emails,city\ne1@undo.example,Bern')
  const importId = importIdIn((await world.importPeople(file)).err)
  const { code, out } = await world.run('undo', importId, '--yes', '--erase', '--json')
  expect([code, JSON.parse(out)]).toEqual([
    0,
    {
      importId,
      dryRun: false,
      records: 1,
      reverted: 0,
      archived: 0,
      erased: 1,
      unchanged: 0,
      gone: 0,
      refused: 0,
      conflicts: 0,
      cutOff: false,
    },
  ])
  expect((await world.importPeople(file)).out).toContain('1 created')
})

it('says that it knows nothing of an import that was none', async () => {
  const { code, err } = await world.run('undo', 'nothing-of-it')
  expect([code, err]).toEqual([
    1,
    expect.stringContaining('There is no change of the import "nothing-of-it". Correct the id.'),
  ])
})
