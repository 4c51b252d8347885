import { describe, expect, it } from 'vitest'
import { type AssertCommand, Created, Reference, type WriteMode } from '../../src/engine/command.ts'
import { problem } from '../../src/engine/errors.ts'
import { type Plan, type PlannedItem, plan } from '../../src/engine/plan/index.ts'
import { keyIndexes, type ObjectSchema, type Organization, relationsOf } from '../../src/schema/schema.ts'
import { attribute, object } from '../../src/schema/standard/define.ts'

/** A plan is a value: everything here runs without a database, a clock or a platform. */

const items: ObjectSchema = {
  ...object('items', 'Item', 'Items', [
    attribute('code', 'text', { unique: true }),
    attribute('emails', 'email', { multiple: true, unique: true }),
    attribute('room', 'text'),
    attribute('number', 'number'),
    attribute('batch', 'text', { indexed: true }),
    attribute('note', 'text'),
    attribute('tags', 'text', { multiple: true }),
    attribute('seen', 'datetime'),
    attribute('price', 'currency'),
    attribute('parent', 'relation', { related: 'items' }),
    attribute('friends', 'relation', { related: 'items', multiple: true }),
    attribute('owner', 'user'),
    { ...attribute('gone', 'text'), archived: true },
  ]),
  combinations: [{ name: 'place', attributes: ['room', 'number'], unique: true }],
}
const strict = object('strict', 'Strict', 'Stricts', [
  attribute('name', 'text', { required: true, unique: true }),
  attribute('home', 'relation', { required: true, related: 'items' }),
  { ...attribute('old', 'text', { required: true }), archived: true },
])
const objects = new Map([items, strict].map((o) => [o.slug, o]))
const organization: Organization = {
  id: 'o',
  name: 'O',
  crmMode: 'b2b',
  history: 'off',
  historyDays: null,
  defaultCountry: null,
  automaticIndexing: true,
  subscribed: false,
  status: 'active',
  revision: 1,
  objects,
  archivedObjects: new Map(),
  indexes: keyIndexes(objects.values()),
  relations: relationsOf(objects.values()),
}

const ID = '0190A5C4-0000-7000-8000-00000000000A'
const command = (more: Partial<AssertCommand> = {}): AssertCommand => ({
  object: 'items',
  match: [{ name: 'code', value: 'a' }],
  values: {},
  ...more,
})
const planned = (more: Partial<AssertCommand>, earlier: readonly (Plan | undefined)[] = []): Plan => {
  const planning = plan(command(more), organization, earlier)
  if (!('plan' in planning)) throw new Error(JSON.stringify(planning))
  return planning.plan
}
const item = (more: Partial<AssertCommand>): PlannedItem => planned(more).item
const extras = (more: Partial<AssertCommand>) => item(more).extras
/** `code field` of every problem. */
const problems = (more: Partial<AssertCommand>): string[] => {
  const planning = plan(command(more), organization)
  if (!('refusal' in planning)) throw new Error(JSON.stringify(planning))
  return planning.refusal.problems.map((p) => (p.field === undefined ? p.code : `${p.code} ${p.field}`))
}
const by = (name: string, value: unknown) => ({ match: [{ name, value }] })

describe('keys', () => {
  it('are normalised as the stored values are', () => {
    expect(planned(by('code', 'A b')).match).toEqual([['code', 'A b']])
    expect(planned(by('emails', ' Ada@X.Example ')).match).toEqual([['emails', 'ada@x.example']])
    expect(planned(by('id', ID)).match).toEqual([['id', ID.toLowerCase()]])
  })
  it('of a combination are one text, in its order', () => {
    expect(planned(by('place', ['R "1"', 2.5])).match).toEqual([['place', '["R \\"1\\"",2.5]']])
  })
  it('come first and fallbacks, in the order of the command', () => {
    const match = [...by('emails', 'x@y.example').match, ...by('code', 'c').match, ...by('place', ['A', 1]).match]
    expect(item({ match })).toMatchObject({
      name: 'emails',
      value: 'x@y.example',
      extras: {
        fallbacks: [
          ['code', 'c'],
          ['place', '["A",1]'],
        ],
      },
    })
  })
  it('an id is exact, so it stands alone', () => {
    expect(problems({ match: [...by('code', 'c').match, ...by('id', ID).match] })).toEqual(['not_matchable id'])
  })
  it('none: nothing is looked up', () => {
    const made = item({ match: [], values: { note: 'n' } })
    expect(made).not.toHaveProperty('name')
    expect(made).not.toHaveProperty('extras')
  })
  it.each([
    ['code', undefined, 'empty_match_value code'],
    ['code', null, 'empty_match_value code'],
    ['code', '', 'empty_match_value code'],
    ['code', 7, 'wrong_type code'],
    ['emails', 'nobody', 'invalid_value emails'],
    ['id', '', 'empty_match_value id'],
    ['id', 'seven', 'invalid_value id'],
    ['price', 12, 'not_matchable price'],
    ['nonsense', 'x', 'unknown_attribute nonsense'],
    ['gone', 'x', 'unknown_attribute gone'],
  ])('%s = %j: %s', (name, value, expected) => {
    expect(problems(by(name, value))).toEqual([expected])
  })
  it.each([
    [['A'], ['empty_match_value number']],
    [
      ['', null],
      ['empty_match_value room', 'empty_match_value number'],
    ],
    ['A', ['empty_match_value room', 'empty_match_value number']],
    [['A', 'two'], ['wrong_type number']],
  ])('of a combination %j: %j', (value, expected) => {
    expect(problems(by('place', value))).toEqual(expected)
  })
  it('of an attribute without key rows stop the plan: index it first', () => {
    const planning = plan(command(by('note', 'n')), organization)
    expect(planning).toEqual({ unindexed: { object: 'items', attribute: items.attributes.get('note') } })
    const unlesser = { when: { absent: { object: 'items', name: 'room', value: 'A' } } }
    expect(plan(command(unlesser), organization)).toMatchObject({ unindexed: { attribute: { slug: 'room' } } })
    const referrer = { values: { parent: new Reference('room', 'A') } }
    expect(plan(command(referrer), organization)).toMatchObject({ unindexed: { attribute: { slug: 'room' } } })
  })
  it('a wrong value comes before the missing index', () => {
    expect(problems(by('number', 'seven'))).toEqual(['wrong_type number'])
  })
})

describe('values', () => {
  it('are wrapped, and null removes', () => {
    expect(item({ values: { code: 'a', note: 'n', number: 0, tags: ['t', 't'], room: null } }).attributes).toEqual({
      code: ['a'],
      note: ['n'],
      number: [0],
      tags: [['t']],
      room: null,
    })
  })
  it('undefined is not there', () => {
    expect(item({ values: { note: undefined } }).attributes).toEqual({})
  })
  it('every problem is told, once each', () => {
    const values = { nonsense: 1, gone: 'x', number: 'one', note: 5 }
    expect(problems({ values, ...by('emails', '') })).toEqual([
      'empty_match_value emails',
      'unknown_attribute nonsense',
      'unknown_attribute gone',
      'wrong_type number',
      'wrong_type note',
    ])
    expect(problems({ ...by('emails', 'bad'), values: { emails: 'bad' } })).toEqual(['invalid_value emails'])
  })
  it('there is no such object', () => {
    expect(problems({ object: 'nothing' })).toEqual(['unknown_object'])
  })
})

describe('write modes', () => {
  const note = (mode: WriteMode) => item({ values: { note: 'n' }, writeModes: { note: mode } })
  const tags = (mode: WriteMode) => item({ values: { tags: ['t'] }, writeModes: { tags: mode } })
  const creates = ({ attributes, onCreate = {} }: PlannedItem) =>
    Object.fromEntries(Object.entries({ ...attributes, ...onCreate }).filter(([, value]) => value !== null))

  it('replace: on both branches', () => {
    expect(note('replace').attributes).toEqual({ note: ['n'] })
    expect(creates(note('replace'))).toEqual({ code: ['a'], note: ['n'] })
  })
  it('create_only: on a create', () => {
    expect(note('create_only').attributes).toEqual({})
    expect(creates(note('create_only'))).toEqual({ code: ['a'], note: ['n'] })
  })
  it('fill: on a create, and on an update of what is empty', () => {
    expect([note('fill').attributes, note('fill').extras]).toEqual([{}, { fills: { note: ['n'] } }])
    expect(creates(note('fill'))).toEqual({ code: ['a'], note: ['n'] })
    expect(item({ values: { note: null }, writeModes: { note: 'fill' } })).not.toHaveProperty('extras')
  })
  it('append, prepend and remove: merged into the list of the record; a create has what is added', () => {
    expect([tags('append').attributes, tags('append').merges]).toEqual([{}, { tags: ['append', ['t']] }])
    expect(creates(tags('prepend'))).toEqual({ code: ['a'], tags: [['t']] })
    expect(creates(tags('remove'))).toEqual({ code: ['a'] })
  })
  it('need a list to merge', () => {
    expect(problems({ values: { note: 'n' }, writeModes: { note: 'append' } })).toEqual(['invalid_value note'])
    expect(problems({ values: { tags: null }, writeModes: { tags: 'remove' } })).toEqual(['invalid_value tags'])
  })
  it('name attributes of the object, with a value here or without', () => {
    const writeModes = (slug: string) => ({ values: { tags: ['t'] }, writeModes: { [slug]: 'append' as const } })
    for (const slug of ['tagz', 'toString', '$.a', 'gone', 'place', 'id'])
      expect(problems(writeModes(slug))).toEqual([`unknown_attribute ${slug}`])
    expect(problems({ values: { tagz: ['t'] }, writeModes: { tagz: 'append' } })).toEqual(['unknown_attribute tagz'])
    expect(item(writeModes('note')).attributes).toEqual({ tags: [['t']] })
  })
  it('a required attribute is not cleared', () => {
    const cleared = { object: 'strict', ...by('name', 'n'), values: { home: null } }
    expect(problems(cleared)).toEqual(['not_clearable home'])
  })
})

describe('a plan never drops the key that it matches by', () => {
  const conflict = (slug: string) => [`match_key_conflict ${slug}`]
  const emails = by('emails', 'x@y.example')

  it('another value, or none, is a conflict in every mode that would write it', () => {
    for (const mode of ['replace', 'create_only'] as const) {
      expect(problems({ values: { code: 'b' }, writeModes: { code: mode } })).toEqual(conflict('code'))
      expect(problems({ values: { code: null }, writeModes: { code: mode } })).toEqual(conflict('code'))
    }
    const filled = plan(command({ values: { code: 'b' }, writeModes: { code: 'fill' } }), organization)
    expect(filled).toMatchObject({
      refusal: { problems: [{ code: 'match_key_conflict', detail: 'one value to match by, another to write' }] },
    })
    expect(problems({ ...emails, values: { emails: ['z@y.example'] } })).toEqual(conflict('emails'))
    const removing = { values: { emails: ['x@y.example'] }, writeModes: { emails: 'remove' as const } }
    expect(problems({ ...emails, ...removing })).toEqual(conflict('emails'))
    expect(problems({ ...by('place', ['A', 1]), values: { number: 2 } })).toEqual(conflict('number'))
  })
  it('the same value is none, however it is spelt', () => {
    expect(item({ ...emails, values: { emails: ['z@y.example', 'X@Y.example'] } }).attributes).toEqual({
      emails: [['z@y.example', 'x@y.example']],
    })
    expect(item({ ...by('place', ['A', 1]), values: { number: 1, room: 'A' } }).attributes).toMatchObject({
      number: [1],
    })
  })
  it('keys that no record could hold both are refused', () => {
    const match = (...keys: [string, unknown][]) => ({ match: keys.map(([name, value]) => ({ name, value })) })
    expect(problems(match(['code', 'xyzw'], ['code', 'B-2']))).toEqual(conflict('code'))
    expect(problems(match(['place', ['A', 1]], ['place', ['B', 1]]))).toEqual(conflict('room'))
    const several = item(match(['emails', 'x@y.example'], ['emails', 'z@y.example']))
    expect(several.onCreate).toEqual({ emails: [['z@y.example', 'x@y.example']] })
  })
  it('of many keys, or many problems, the first hundred are enough', () => {
    const keys = Array.from({ length: 11 }, (_, i) => ({ name: 'code', value: `c${i}` }))
    expect(problems({ match: keys })).toEqual(['too_many_values'])
    const values = Object.fromEntries(Array.from({ length: 90_000 }, (_, i) => [`unknown_${i}`, 1]))
    expect(problems({ values })).toHaveLength(100)
  })
  it('what could not be written whatever the record holds is refused', () => {
    const values = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`t${i}`, '\u0001'.repeat(5_000)]))
    expect(problems({ values })).toContain('record_too_large')
  })
  it('what is created holds the key', () => {
    expect(item({}).onCreate).toEqual({ code: ['a'] })
    expect(item(emails).onCreate).toEqual({ emails: [['x@y.example']] })
    expect(item(by('place', ['A', 1])).onCreate).toEqual({ room: ['A'], number: [1] })
    const appended = item({ ...emails, values: { emails: ['z@y.example'] }, writeModes: { emails: 'append' } })
    expect(appended.onCreate).toEqual({ emails: [['x@y.example', 'z@y.example']] })
  })
})

describe('whether it may create, and update', () => {
  const home = new Reference('code', 'h')
  const strictly = (more: Partial<AssertCommand>) => planned({ object: 'strict', ...by('name', 'n'), ...more })

  it('by mode', () => {
    expect(extras({})).toBeUndefined()
    expect(extras({ mode: 'insert' })).toEqual({ mayUpdate: 0 })
    expect(extras({ mode: 'update' })).toEqual({ mayCreate: 0 })
  })
  it('never by a version, an id or a lifecycle', () => {
    expect(extras({ ifVersion: 3 })).toEqual({ mayCreate: 0, ifVersion: 3 })
    expect(extras(by('id', ID))).toEqual({ mayCreate: 0 })
    expect(extras({ lifecycle: 'archive' })).toEqual({ mayCreate: 0, lifecycle: 'archive' })
  })
  it('by an id that no record has, where the command says so and does not only update', () => {
    const byUnknown = { ...by('id', ID), onUnknownId: 'create' } as const
    expect(extras(byUnknown)).toBeUndefined()
    expect(extras({ ...byUnknown, mode: 'update' })).toEqual({ mayCreate: 0 })
    expect(extras({ ...byUnknown, onUnknownId: 'refuse' })).toEqual({ mayCreate: 0 })
    const createProblems = [problem('required', 'code')]
    expect(planned({ ...byUnknown, createProblems })).toMatchObject({
      createProblems,
      item: { extras: { mayCreate: 0 } },
    })
  })
  it('not without what is required: the key and a reference count as given, archived attributes are not asked for', () => {
    expect(strictly({}).createProblems).toEqual([problem('required', 'home', ' to create a record')])
    expect(strictly({}).item.extras).toEqual({ mayCreate: 0 })
    for (const given of [home, ID]) {
      const { createProblems, item: made } = strictly({ values: { home: given } })
      expect(createProblems).toEqual([])
      expect(made.extras).not.toHaveProperty('mayCreate')
    }
  })
  it("not against the contract's own reasons, which come first", () => {
    const createProblems = [problem('required', 'nickname')]
    expect(strictly({ createProblems }).createProblems.map((p) => p.field)).toEqual(['nickname', 'home'])
    expect(extras({ createProblems })).toEqual({ mayCreate: 0 })
  })
  it('a command that never creates is not told what a creation lacks', () => {
    const createProblems = [problem('required', 'nickname')]
    expect(strictly({ mode: 'update', createProblems }).createProblems).toEqual([])
  })
})

describe('references', () => {
  const refs = (values: AssertCommand['values'], writeModes: AssertCommand['writeModes'] = {}) =>
    extras({ values, writeModes })?.refs

  it('are looked up within the write: by key, for one branch or both, one value or a list', () => {
    const parent = new Reference('emails', 'Ada@X.example')
    expect(refs({ parent })).toEqual([['parent', 'items', 'emails', 'ada@x.example', 1, null, null, null, 2]])
    expect(refs({ parent }, { parent: 'create_only' })?.[0]?.[5]).toBe('create')
    expect(refs({ friends: parent })?.[0]?.[4]).toBe(2)
    expect(refs({ friends: [parent, new Reference('code', 'b')] })?.map((r) => r[3])).toEqual(['ada@x.example', 'b'])
    expect(problems({ values: { parent: [parent, parent] } })).toEqual(['wrong_type parent'])
    for (const mode of ['append', 'prepend', 'remove', 'fill'] as const)
      expect(problems({ values: { friends: parent }, writeModes: { friends: mode } })).toEqual([
        'invalid_value friends',
      ])
    expect(refs({ parent: new Reference('place', ['A', 1]) })?.[0]).toContain('["A",1]')
  })
  it('have a second key for what the first does not name', () => {
    const parent = new Reference('id', ID, new Reference('code', ID))
    expect(refs({ parent })).toEqual([['parent', 'items', 'id', ID.toLowerCase(), 1, null, 'code', ID]])
    expect(problems({ values: { parent: new Reference('id', ID, new Reference('nothing', ID)) } })).toEqual([
      'invalid_value parent',
    ])
  })
  it('name what an earlier command creates: needed by a creation, kept by an update that it created nothing for', () => {
    const first = planned({ match: [] })
    const id = first.item.writeId
    const refsBehind = (writeModes: AssertCommand['writeModes'] = {}) =>
      planned({ values: { parent: new Created(0) }, writeModes }, [first]).item.extras?.refs
    expect(refsBehind()).toEqual([
      ['parent', 'items', 'id', id, 1, 'create'],
      ['parent', 'items', 'id', id, 3, 'update'],
    ])
    expect(refsBehind({ parent: 'create_only' })).toEqual([['parent', 'items', 'id', id, 1, 'create']])
    expect(problems({ values: { friends: new Created(0) } })).toEqual(['wrong_type friends'])
    expect(problems({ values: { note: new Created(0) } })).toEqual(['wrong_type note'])
    expect(problems({ values: { parent: new Created(0) }, writeModes: { parent: 'fill' } })).toEqual([
      'wrong_type parent',
    ])
  })
  it('find the record to write by what a relation of another holds', () => {
    const through = (relatedTo: AssertCommand['relatedTo']) => ({ match: [], ...(relatedTo && { relatedTo }) })
    const parentOf = { object: 'items', attribute: 'parent', name: 'emails', value: 'A@b.example' }
    expect(extras(through(parentOf))).toEqual({ relatedTo: ['items', 'emails', 'a@b.example', 'parent'] })
    expect(problems(through({ ...parentOf, value: 'none' }))).toEqual(['invalid_value emails'])
    for (const attribute of ['friends', 'owner', 'note', 'nothing'])
      expect(problems(through({ ...parentOf, attribute }))).toEqual([`not_matchable ${attribute}`])
    expect(problems({ relatedTo: parentOf })).toEqual(['not_matchable parent'])
  })
  it('ids are only checked', () => {
    expect(refs({ parent: ID })).toEqual([['parent', 'items', 'id', ID.toLowerCase(), 0, null]])
    // What is taken away need not be there: it is only found out what the id means by now.
    expect(refs({ friends: [ID] }, { friends: 'remove' })).toEqual([
      ['friends', 'items', 'id', ID.toLowerCase(), 4, null],
    ])
    expect(refs({ owner: ID })).toEqual([['owner', 'members', 'id', ID.toLowerCase(), 0, null]])
  })
  it('members go by e-mail address or id', () => {
    expect(refs({ owner: new Reference('email', 'M@X.example') })?.[0]).toEqual([
      'owner',
      'members',
      'email',
      'm@x.example',
      1,
      null,
    ])
    expect(refs({ owner: new Reference('id', ID) })?.[0]?.[3]).toBe(ID.toLowerCase())
  })
  it.each([
    ['note', new Reference('code', 'c'), 'wrong_type note'],
    ['parent', new Reference('code', ''), 'invalid_value parent'],
    ['parent', new Reference('nonsense', 'c'), 'invalid_value parent'],
    ['owner', new Reference('name', 'M'), 'invalid_value owner'],
    ['owner', new Reference('email', 'nobody'), 'invalid_value owner'],
    ['owner', new Reference('id', 'seven'), 'invalid_value owner'],
  ])('%s = %j: %s', (slug, reference, expected) => {
    expect(problems({ values: { [slug]: reference } })).toEqual([expected])
  })
})

describe('conditions', () => {
  it('several: asked of keys that can find several only', () => {
    expect(extras({ onSeveral: 'error', ...by('batch', 'b') }) ?? {}).toHaveProperty('onSeveral', 'error')
    expect(extras({ onSeveral: 'error' }) ?? {}).not.toHaveProperty('onSeveral')
    expect(extras({ onSeveral: 'error', ...by('place', ['A', 1]) }) ?? {}).not.toHaveProperty('onSeveral')
    expect(extras({ onSeveral: 'error', ...by('id', ID) }) ?? {}).not.toHaveProperty('onSeveral')
  })
  it('agreement: asked of several keys only', () => {
    expect(item({ keysAgree: true })).not.toHaveProperty('extras.keysAgree')
    expect(
      item({ keysAgree: true, match: [...by('code', 'a').match, ...by('emails', 'x@y.example').match] }),
    ).toHaveProperty('extras.keysAgree', 1)
  })
  it('only if newer: an attribute with an order, and a value of it', () => {
    const seen = '2025-06-01T10:00:00+02:00'
    expect(item({ ifNewer: 'seen', values: { seen } })).toMatchObject({
      extras: { ifNewer: 'seen' },
      attributes: { seen: ['2025-06-01T08:00:00.000Z'] },
    })
    expect(problems({ ifNewer: 'seen' })).toEqual(['required seen'])
    expect(problems({ ifNewer: 'tags', values: { tags: ['t'] } })).toEqual(['invalid_value tags'])
    expect(problems({ ifNewer: 'price', values: { price: 1 } })).toEqual(['invalid_value price'])
    expect(problems({ ifNewer: 'gone' })).toEqual(['unknown_attribute gone'])
  })
  it('only if newer: of what an update writes, or nothing would be compared', () => {
    const seen = '2025-06-01T10:00:00Z'
    for (const mode of ['create_only', 'fill', 'append', 'prepend', 'remove', 'replace_first'] as const)
      expect(problems({ ifNewer: 'seen', values: { seen }, writeModes: { seen: mode } })).toEqual([
        'invalid_value seen',
      ])
    expect(item({ ifNewer: 'seen', values: { seen }, writeModes: { seen: 'replace', note: 'fill' } })).toHaveProperty(
      'extras.ifNewer',
      'seen',
    )
  })
  it('when absent: a key of any object', () => {
    const absent = { object: 'items', name: 'emails', value: 'X@Y.example' }
    expect(extras({ when: { absent } })?.when).toEqual(['items', 'emails', 'x@y.example'])
    expect(problems({ when: { absent: { ...absent, object: 'nothing' } } })).toEqual(['unknown_object'])
    expect(problems({ when: { absent: { object: 'items', name: 'code', value: '' } } })).toEqual([
      'empty_match_value code',
    ])
  })
  it('when changed: the write of the command before, by its key', () => {
    const before = planned(by('code', 'first'))
    const when = { changed: { command: 0, attribute: 'note' } }
    const { writeId } = before.item
    expect(planned({ when }, [before]).item.extras?.when).toEqual(['items', 'code', 'first', writeId, 'note'])
    const made = planned({ match: [] })
    const itself = ['items', 'id', made.item.writeId, made.item.writeId, 'note']
    expect(planned({ when }, [made]).item.extras?.when).toEqual(itself)
    expect(planned({ when }, [undefined]).item.extras?.when).toEqual(['', 'id', '', '', 'note'])
    const second = { changed: { command: 1, attribute: 'note' } }
    expect(planned({ when: second }, [before, made]).item.extras?.when).toEqual(itself)
  })
  it('archived: revives unless it says otherwise', () => {
    expect(extras({ onArchived: 'revive' })).toBeUndefined()
    expect(extras({ onArchived: 'refuse' })).toEqual({ onArchived: 'refuse' })
  })
})

describe('the item', () => {
  it('draws an id of its own, and says nothing that it need not say', () => {
    const [first, second] = [item({ values: { code: 'a' } }), item({ values: { code: 'a' } })]
    expect(first.writeId).not.toBe(second.writeId)
    expect(Object.keys(first).sort()).toEqual(['attributes', 'name', 'object', 'value', 'writeId'])
  })
  it('is plain JSON', () => {
    const made = item({ values: { tags: ['t'], parent: new Reference('code', 'p') }, writeModes: { tags: 'append' } })
    expect(JSON.parse(JSON.stringify(made))).toEqual(made)
  })
})
