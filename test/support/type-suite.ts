import { beforeAll, expect, it } from 'vitest'
import type { AssertCommand, WriteMode } from '../../src/engine/command.ts'
import { readScopeOf } from '../../src/engine/read.ts'
import { type TypeName, typeNames } from '../../src/schema/schema.ts'
import { recordReader } from '../../src/storage/record-reader.ts'
import { recordOf, type StorageWorld, verdicts } from './storage-world.ts'

interface TypeCase {
  readonly type: TypeName
  /** Two different values; of references none, since they must exist first. */
  readonly values: readonly [unknown, unknown]
  readonly matchable: boolean
  readonly alwaysList?: true
  readonly options?: readonly string[]
  readonly related?: string
}

const options = ['One', 'Two']
const typeCases: readonly TypeCase[] = [
  { type: 'text', values: ['a "quoted" text', '{"amount":1}'], matchable: true },
  { type: 'long_text', values: ['line\nline', '漢字 🙂'], matchable: true },
  { type: 'number', values: [2.5, 3], matchable: true },
  { type: 'checkbox', values: [true, false], matchable: true },
  { type: 'date', values: ['2025-06-01', '2025-06-02'], matchable: true },
  { type: 'datetime', values: ['2025-06-01T09:30:00.000Z', '2025-06-02T09:30:00.000Z'], matchable: true },
  { type: 'email', values: ['kind@suite.example', 'kind-2@suite.example'], matchable: true },
  { type: 'domain', values: ['suite.example', 'kind.example'], matchable: true },
  { type: 'phone_number', values: ['+49 171 1', '+49 171 2'], matchable: true },
  { type: 'url', values: ['https://suite.example/a', 'https://suite.example/b'], matchable: true },
  { type: 'select', values: ['opt_one', 'opt_two'], matchable: true, options },
  { type: 'multiselect', values: ['opt_one', 'opt_two'], matchable: true, alwaysList: true, options },
  { type: 'status', values: ['opt_one', 'opt_two'], matchable: true, options },
  { type: 'rating', values: [1, 5], matchable: true },
  { type: 'currency', values: [{ amount: 12.5, code: 'EUR' }, { amount: 12.5 }], matchable: false },
  { type: 'relation', values: [undefined, undefined], matchable: true, related: 'people' },
  { type: 'user', values: [undefined, undefined], matchable: true },
]

const person = (email: string): AssertCommand => ({
  object: 'people',
  match: [{ name: 'emails', value: email }],
  values: {},
})

/** Every type, alone and in a list: written, unchanged, merged, matched and read as it was written. */
export const typeSuite = (world: () => StorageWorld): void => {
  const one = async (command: AssertCommand) => (await world().run([command])).outcomes[0]
  it('there is a case of every type', () => {
    expect(typeCases.map(({ type }) => type)).toEqual(typeNames)
  })
  beforeAll(async () => {
    await world().addObject('kinds')
    for (const { type, options, related } of typeCases)
      for (const multiple of [false, true])
        await world().addAttributes('kinds', {
          label: `${type} ${multiple ? 'list' : 'one'}`,
          type,
          multiple,
          ...(options && { options }),
          ...(related && { related }),
        })
  })
  /** Two values of the type; records and members are made first. */
  const pairOf = async ({ type, values }: TypeCase): Promise<readonly [unknown, unknown]> => {
    if (type === 'user') return [(await world().member()).id, (await world().member()).id]
    if (type !== 'relation') return values
    const [a, b] = [await one(person('kind-a@suite.example')), await one(person('kind-b@suite.example'))]
    return [recordOf(a).id, recordOf(b).id]
  }
  const stored = (value: unknown) => (value instanceof Object ? expect.objectContaining(value) : value)

  it.each(typeCases)('$type: written, unchanged, appended, removed, matched and read', async (typeCase) => {
    const { type, alwaysList, matchable } = typeCase
    const [a, b] = await pairOf(typeCase)
    const [single, list] = [`${type}_one`, `${type}_list`]
    const whole = { [single]: alwaysList ? [a] : a, [list]: [a, b, a] }
    const made = recordOf(await one({ object: 'kinds', match: [], values: whole }))
    expect(made.data[single]?.[0]).toEqual(alwaysList ? [stored(a)] : stored(a))
    expect(made.data[list]?.[0]).toEqual([stored(a), stored(b)])
    const byId = (values: AssertCommand['values'], mode?: WriteMode) =>
      one({
        object: 'kinds',
        match: [{ name: 'id', value: made.id }],
        values,
        ...(mode && { writeModes: { [list]: mode } }),
      })
    expect((await byId(whole))?.status).toBe('unchanged')
    expect((await byId({ [list]: [b, a] }, 'append'))?.status).toBe('unchanged')
    expect(recordOf(await byId({ [list]: [a] }, 'remove')).data[list]?.[0]).toEqual([stored(b)])
    expect(recordOf(await byId({ [list]: [a] }, 'append')).data[list]?.[0]).toEqual([stored(b), stored(a)])
    expect(recordOf(await byId({ [list]: [a] }, 'prepend')).data[list]?.[0]).toEqual([stored(a), stored(b)])
    const scope = readScopeOf(await world().session())
    expect((await recordReader(world().driver).byId(scope, 'kinds', made.id))?.data[list]?.[0]).toEqual([
      stored(a),
      stored(b),
    ])
    for (const name of [single, list]) {
      const found = await one({ object: 'kinds', match: [{ name, value: a }], values: {}, mode: 'update' })
      expect(verdicts(found ? [found] : [])).toEqual([matchable ? 'unchanged' : 'not_matchable'])
      if (matchable) expect(recordOf(found).id).toBe(made.id)
    }
  })
}
