import { breaking } from '../mutant.ts'

const FOUND = 'a query finds what its filter lets through, and nothing else'
const ORDERED = 'a query answers in the order that it was asked for, page by page'
const BOUNDED = 'a query looks at so much and no more'

export const query = [
  ...breaking(
    FOUND,
    'engine/query/operators.ts',
    ['gt takes its own end', "gt: { ask: beyond('from', false) }", "gt: { ask: beyond('from', true) }"],
    ['gte leaves its own end out', "gte: { ask: beyond('from', true) }", "gte: { ask: beyond('from', false) }"],
    ['lt is gt', "lt: { ask: beyond('to', false) }", "lt: { ask: beyond('from', false) }"],
    ['lte leaves its own end out', "lte: { ask: beyond('to', true) }", "lte: { ask: beyond('to', false) }"],
    ['ne is eq', 'ne: { not: equals }', 'ne: { ask: equals }'],
    ['not_in is in', 'not_in: { not: isOneOf }', 'not_in: { ask: isOneOf }'],
    ['not_exists is exists', 'not_exists: { not: exists }', 'not_exists: { ask: exists }'],
  ),
  ...breaking(
    FOUND,
    'engine/query/condition.ts',
    ['a prefix has no end', 'if (moved === undefined) return { from }', 'if (moved !== -1) return { from }'],
    ['the end of a prefix is one too late', 'codePoint + 1)', 'codePoint + 2)'],
  ),
  ...breaking(
    FOUND,
    'engine/query/plan.ts',
    [
      'a walk goes along what an "or" asks',
      "return condition.kind === 'and' ? condition.of.flatMap(leavesOf) : []",
      "return condition.kind === 'not' ? [] : condition.of.flatMap(leavesOf)",
    ],
    [
      'of two bounds the wider one',
      'return order > 0 || (order === 0 && !a.inclusive) ? a : b',
      'return order > 0 || (order === 0 && !a.inclusive) ? b : a',
    ],
    ['what the walk has not met is not judged', 'return { walk, ...(rest && { condition: rest }) }', 'return { walk }'],
    ['of several words one is enough', 'search.prefixes.length === 1 ? [search] : []', '[search]'],
  ),
  ...breaking(
    FOUND,
    'storage/condition-sql.ts',
    ['and is or', "condition.kind === 'and' ? 'AND' : 'OR'", "condition.kind === 'and' ? 'OR' : 'OR'"],
    ['not is nothing', '`(NOT ${treeSql(condition.of, parts, bit)})`', '`(${treeSql(condition.of, parts, bit)})`'],
    ['the code of a currency counts', "iif(e.key IS 'code', NULL, e.value)", 'e.value'],
  ),
  ...breaking(
    ORDERED,
    'storage/walk-sql.ts',
    ['downwards is upwards', "(direction === 'desc' ? ('DESC' as const) : ('ASC' as const))", "('ASC' as const)"],
    [
      'a record with several values is met several times',
      '  return { counts: `k.${rows.by} = (${first})`, looks: true as const }',
      '  return {}',
    ],
    [
      'a page of one value begins anew',
      'if (isPoint(walk.range)) return `${tie} ${word} ${parts.parameters.add(id)}`',
      'if (isPoint(walk.range)) return `1`',
    ],
  ),
  ...breaking(BOUNDED, 'storage/query-sql.ts', [
    'what lies behind the work limit is found',
    ' OR sum(cost) OVER along >= ${mostBytes})',
    ')',
  ]),
]
