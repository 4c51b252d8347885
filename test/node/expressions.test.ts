import { TreeInterpreter } from '@jmespath-community/jmespath'
import { describe, expect, it } from 'vitest'
import { RefusedError } from '../../src/engine/errors.ts'
import { compileExpression, evaluator } from '../../src/hooks/expression.ts'
import { functions, leftOut } from '../../src/hooks/functions.ts'

/** What expressions of hooks come to, and what they cost at the worst that a payload can have. */

const evaluate = (text: string, context: unknown) => evaluator()(compileExpression(text, ['mapping']), context)

const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof RefusedError) return error.refusal.problems[0].code
    throw error
  }
  return 'none'
}

/** What a payload of a mebibyte can have of each kind: that on which a careless function takes longest. */
const LONG = 400_000
const long = {
  a: 'a'.repeat(LONG),
  half: 'a'.repeat(LONG / 2),
  ab: `${'a'.repeat(LONG / 2)}b`,
  ba: `b${'a'.repeat(LONG / 2)}`,
  spaces: `a${' '.repeat(LONG)}a`,
  digits: '1'.repeat(LONG),
  ones: Array.from({ length: LONG / 4 }, () => 1),
  texts: Array.from({ length: LONG / 100 }, (_, i) => `${'a'.repeat(90)}${i}`),
  same: Array.from({ length: 20 }, (_, i) => `${'a'.repeat(LONG / 20)}${i}`),
  pairs: Array.from({ length: LONG / 20 }, (_, i) => [`k${i}`, 1]),
  object: Object.fromEntries(Array.from({ length: LONG / 20 }, (_, i) => [`k${i}`, 1])),
  name: { ['k'.repeat(LONG)]: 1 },
  deep: { list: Array.from({ length: LONG / 4 }, () => ({})) },
  many: Array.from({ length: 20_000 }, () => 0),
}

/** By function: calls on which it would take the square of its arguments if it could. */
const worst: Readonly<Record<string, readonly string[]>> = {
  abs: ['abs(`1`)'],
  avg: ['avg($.ones)'],
  ceil: ['ceil(`1`)'],
  contains: ['contains($.a, $.ab)', 'contains($.a, $.ba)', 'contains($.same, $.a)', 'contains($.ones, `2`)'],
  ends_with: ['ends_with($.a, $.half)', 'ends_with($.half, $.a)'],
  find_first: ['find_first($.a, $.ab)', 'find_first($.a, $.ba)'],
  find_last: ['find_last($.a, $.ab)', 'find_last($.a, $.ba)', 'find_last($.a, $.half)'],
  floor: ['floor(`1`)'],
  from_items: ['from_items($.pairs)'],
  group_by: ['group_by($.many, &$.a)', 'group_by($.texts, &@)'],
  items: ['items($.object)'],
  join: ['join($.a, $.texts)', "join('', $.texts)"],
  keys: ['keys($.object)'],
  length: ['length($.a)', 'length($.object)'],
  lower: ['lower($.a)'],
  map: ['map(&$.a, $.many)', 'map(&$.object, $.ones)'],
  max: ['max($.ones)', 'max($.same)'],
  max_by: ['max_by($.many, &$.digits)', 'max_by($.texts, &@)'],
  merge: ['merge($.object, $.object)'],
  min: ['min($.ones)', 'min($.same)'],
  min_by: ['min_by($.many, &$.digits)'],
  not_null: ['not_null($.a)'],
  or_clear: ['or_clear($.a)'],
  replace: [
    "replace($.a, 'a', 'bb')",
    "replace($.a, 'a', 'bb', `20000`)",
    "replace('', 'a', 'bb', `200000000`)",
    "replace($.a, 'a', $.a)",
    'replace($.a, $.ab, $.a)',
  ],
  reverse: ['reverse($.a)', 'reverse($.ones)'],
  sort: ['sort($.same)', 'sort($.texts)', 'sort($.ones)'],
  sort_by: ['sort_by($.same, &@)', 'sort_by($.many, &$.a)'],
  split: ["split($.a, '')", "split($.a, 'a', `200000000`)", 'split($.a, $.ab)'],
  starts_with: ['starts_with($.a, $.half)'],
  sum: ['sum($.ones)'],
  to_array: ['to_array($.a)'],
  to_number: ['to_number($.digits)'],
  to_string: ['to_string($.name)', 'to_string($.deep)'],
  to_phone: ['to_phone($.digits)', 'to_phone($.blanks)'],
  to_time: ['to_time($.digits)'],
  trim: ['trim($.spaces)', "trim($.spaces, ' ](a+)+b[c')", 'trim($.spaces, $.a)'],
  trim_left: ['trim_left($.spaces)', 'trim_left($.a, $.a)'],
  trim_right: ['trim_right($.spaces)', 'trim_right($.a, $.a)'],
  type: ['type($.a)'],
  upper: ['upper($.a)'],
  values: ['values($.object)'],
  zip: ['zip($.ones, $.ones)'],
}

/** And what is no function. */
const others = [
  'many[?$.object]',
  'many[?!$.object]',
  'many[*].[$.object && @]',
  'many[*].[$.object || @]',
  'many[*].[$.object ? `1` : `2`]',
  'many[*].[$.a[0:1]]',
  'many[*].[$.ones[::1]]',
  'many[*].[$.a == $.digits]',
  'many[*].[$.name == $.object]',
  'many[*].[$.object.*]',
  'many[*].[$.ones[]]',
]

/** Ten times what is linear on a busy machine; the square would be minutes. */
const BOUND_MS = 10_000

const measured = (text: string): number => {
  const began = performance.now()
  codeOf(() => evaluate(text, long))
  return performance.now() - began
}

describe('functions', () => {
  it('are all of the table, or left out by name', () => {
    const all = TreeInterpreter.runtime.getRegistered()
    expect(all.filter((name) => !functions.has(name) && !leftOut.has(name))).toEqual([])
    expect([...functions.keys()].filter((name) => !all.includes(name))).toEqual(['or_clear', 'to_phone', 'to_time'])
    expect([...functions.keys()].sort()).toEqual(Object.keys(worst).sort())
  })

  it.each([...leftOut, 'toString', 'constructor', 'hasOwnProperty', 'shout'])('%s is refused', (name) => {
    expect(codeOf(() => compileExpression(`${name}(a)`, ['mapping']))).toBe('invalid_value')
  })

  it('that the library gains are refused until they are in the table', () => {
    const { runtime } = TreeInterpreter
    runtime.register('shout', ([text = null]) => text as string, [{ types: [2] }])
    try {
      expect(codeOf(() => compileExpression("shout('a')", ['mapping']))).toBe('invalid_value')
    } finally {
      runtime.unregister('shout')
    }
  })

  it.each(Object.values(worst).flat())('end in a time that grows with what they are given: %s', (call) => {
    expect(measured(call)).toBeLessThan(BOUND_MS)
  })

  it.each(Object.values(worst).flat())('are counted each time: %s', (call) => {
    expect(measured(`many[*].[${call}]`)).toBeLessThan(BOUND_MS)
  })

  it.each([
    ["trim('  a b ')", 'a b'],
    ["trim('\n a\u0085')", 'a'],
    ["trim('xxaxbxx', 'x')", 'axb'],
    ["trim('   ')", ''],
    ["trim('😀a😀', '😀')", 'a'],
    ["trim('😁a😁', '😀')", '😁a😁'],
    ["trim('\u3000\ufeff\u2028a\u00a0')", 'a'],
    ["trim('😀', '\ude00')", '😀'],
    ["trim_right('a\ud83d', '😀')", 'a\ud83d'],
    ["trim_left(' a ')", 'a '],
    ["trim_right(' a ')", ' a'],
    ["trim_right('a\nb ')", 'a\nb'],
    ["find_first('ababab', 'bab')", 1],
    ["find_last('ababab', 'bab')", 3],
    ["find_last('aaa', 'aa')", 1],
    ["find_first('abcabc', 'c', `3`)", 5],
    ["find_last('abcabc', 'c', `0`, `5`)", 2],
    ["find_first('abc', 'd')", null],
    ["find_first('', 'a')", null],
    ["contains('abc', 'bc')", true],
    ["contains('abc', 'cb')", false],
    ["contains('abc', '')", true],
    ['contains([`1`, `2`], `2`)', true],
    ["contains('abc', `1`)", null],
    ["replace('a.b.c', '.', '$&')", 'a$&b$&c'],
    ["replace('aaa', 'a', 'aa', `2`)", 'aaaaa'],
    ["replace('aaa', 'aa', 'b')", 'ba'],
    ["replace('abc', '', '-')", 'a-b-c'],
    ["replace('abc', 'b', '', `0`)", 'abc'],
    ["split('a,b,,c', ',')", ['a', 'b', '', 'c']],
    ["split('a,b,c', ',', `1`)", ['a', 'b,c']],
    ["split('a😀b', '')", ['a', '😀', 'b']],
    ["split('', '')", []],
    ["split('', ',')", ['']],
    ["reverse('a😀b')", 'b😀a'],
    ['reverse([`1`, `2`])', [2, 1]],
    ["length('a😀')", 2],
    ['length({a: `1`})', 1],
    ['sort([`10`, `9`, `1`])', [1, 9, 10]],
    ["sort(['b', 'a', 'ab', '😀', '\ufffd'])", ['a', 'ab', 'b', '\ufffd', '😀']],
    ['sort_by([{n: `2`}, {n: `1`}], &n)', [{ n: 1 }, { n: 2 }]],
    [
      "group_by(['a', 'constructor', '__proto__', 'a'], &@) | items(@)",
      [
        ['a', ['a', 'a']],
        ['constructor', ['constructor']],
        ['__proto__', ['__proto__']],
      ],
    ],
    ["max(['a', 'c', 'b'])", 'c'],
    ['min([`3`, `1`, `2`])', 1],
    ['max(`[]`)', null],
    ["max_by([{n: 'a'}, {n: 'b'}], &n)", { n: 'b' }],
    ['min_by([{n: `2`}, {n: `1`}], &n)', { n: 1 }],
    ['map(&n, [{n: `2`}, {m: `1`}])', [2, null]],
    ['merge({a: `1`}, `null`, {b: `2`, a: `3`})', { a: 3, b: 2 }],
    ['zip([`1`, `2`], [`3`])', [[1, 3]]],
    ['to_time(`1767225600`)', '2026-01-01T00:00:00.000Z'],
    ["to_phone('+36 1 234 5678 ext. 5')", '+36 1 234 5678 ext. 5'],
    ["[to_phone('n/a'), to_phone(`7`), to_phone(`null`)]", [null, null, null]],
  ])('%s', (text, expected) => {
    expect(evaluate(text, {})).toEqual(expected)
  })

  it.each([
    'trim(`1`)',
    "trim('a', 'b', 'c')",
    "replace('a', 'b', 'c', `-1`)",
    "split('a', 'b', `0.5`)",
    "find_first('a', 'b', `0.5`)",
    "merge({a: `1`}, 'text')",
    "zip([`1`], 'a')",
    "max([`1`, 'a'])",
    'max([[`1`]])',
    'length(`1`)',
    "sort_by([{n: `2`}, {n: 'a'}], &n)",
    'map(n, [`1`])',
  ])('%s is an error of the mapping, and no other', (text) => {
    expect(() => evaluate(text, {})).toThrow(Error)
    expect(() => evaluate(text, {})).not.toThrow(RangeError)
  })
})

it.each(others)('is counted each time: %s', (text) => {
  expect(measured(text)).toBeLessThan(BOUND_MS)
})

it.each([
  'many[*].[$.a == $.digits]',
  'many[*].[join($.a, $.texts)]',
  'many[*].[to_string($.name)]',
  'many[*].[$.a[0:1]]',
  'many[*].[trim($.spaces)]',
])('ends when its steps are used up: %s', (text) => {
  expect(codeOf(() => evaluate(text, long))).toBe('mapping_failed')
})

it.each(['trim', 'trim_left', 'trim_right'])(
  'counts each character that %s takes away, however short the text is',
  (name) => {
    const characters = Array.from({ length: 50_000 }, (_, i) => String.fromCodePoint(0x10000 + i)).join('')
    const calls = (count: number, call: string) => `[${Array.from({ length: count }, () => call).join(',')}]`
    const run = (text: string) => codeOf(() => evaluate(text, { characters, spaces: ' '.repeat(200_000) }))
    expect(run(`${name}('q', $.characters)`)).toBe('none')
    expect(run(calls(30, `${name}('q', $.characters)`))).toBe('mapping_failed')
    expect(run(calls(15, `${name}($.spaces)`))).toBe('mapping_failed')
  },
)

it('evaluates what its author wrote, and no expression that a payload brings along', () => {
  const injected = {
    expref: true,
    type: 'Function',
    name: 'pad_left',
    children: [
      { type: 'Literal', value: 'a' },
      { type: 'Literal', value: 1_000 },
    ],
  }
  for (const call of ['map(f, list)', 'sort_by(list, f)', 'group_by(list, f)', 'max_by(list, f)', 'min_by(list, f)'])
    expect(() => evaluate(call, { f: injected, list: ['a', 'b'] }), call).toThrow('&')
})
