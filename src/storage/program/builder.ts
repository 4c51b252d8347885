import { placeholder } from './names.ts'

/**
 * What the fragments of the assert program are written with. SQLite's language has no `let`: a view with an INSTEAD OF
 * trigger is the one way to compute a value once and go on with it. So the program is a chain of views, its stages; the
 * trigger of a stage computes the columns of the next and inserts them there.
 *
 * Nothing here runs in the product: scripts/build-program.ts makes a migration of it.
 */

/** A view, with its columns named once: whoever hands a row on names what it gives, and cannot swap two. */
export interface Stage<Column extends string = string> {
  readonly view: string
  readonly columns: readonly Column[]
}

export const stage = <const Column extends string>(name: string, columns: readonly Column[]): Stage<Column> => ({
  view: placeholder(name),
  columns,
})

/** What the next stage has and this one has not must be given; the rest is carried on, unless it is given too. */
type Given<From extends string, To extends string> = Readonly<
  Record<Exclude<To, From>, string> & Partial<Record<To, string>>
>

const insert = <To extends string>(to: Stage<To>, values: Readonly<Partial<Record<To, string>>>): [string, string] => [
  `INSERT INTO ${to.view} (${to.columns.join(', ')})`,
  to.columns.map((column) => values[column] ?? `NEW.${column}`).join(',\n    '),
]

/** Hands one row on to the next stage. */
export const hand = <From extends string, To extends string>(
  _from: Stage<From>,
  to: Stage<To>,
  values: Given<From, To>,
): string => {
  const [into, list] = insert(to, values as Partial<Record<To, string>>)
  return `${into} VALUES (\n    ${list})`
}

/** The same with rows to read from. Dearer: an INSERT ... SELECT into a view fills a temporary table first. */
export const handFrom = <From extends string, To extends string>(
  _from: Stage<From>,
  to: Stage<To>,
  source: string,
  values: Given<From, To>,
): string => {
  const [into, list] = insert(to, values as Partial<Record<To, string>>)
  return `${into} SELECT\n    ${list}\n  ${source}`
}

/** What happens to a row that reaches a stage, if `when` holds. Columns of the row are `NEW.<column>`. */
export interface Step {
  readonly name: string
  readonly on: Stage
  readonly when?: string
  readonly run: readonly string[]
}

const viewSql = ({ view, columns }: Stage): string =>
  `CREATE VIEW ${view} AS SELECT ${columns.map((column) => `NULL AS ${column}`).join(', ')};`

const stepSql = ({ name, on, when, run }: Step): string =>
  `CREATE TRIGGER ${placeholder(name)} INSTEAD OF INSERT ON ${on.view}${when === undefined ? '' : `\nWHEN ${when}`}
BEGIN
  ${run.map((statement) => `${statement.trim()};`).join('\n  ')}
END;`

/** One part of the program, with what it is for. */
export interface Part {
  readonly title: string
  readonly stages?: readonly Stage[]
  /** Views that compute columns from tables instead of taking rows. */
  readonly views?: readonly { readonly name: string; readonly select: string }[]
  readonly steps?: readonly Step[]
}

/** SQL with placeholders for names. */
export const partSql = ({ title, stages = [], views = [], steps = [] }: Part): string =>
  [
    `-- ${title.replaceAll('\n', '\n-- ')}`,
    ...stages.map(viewSql),
    ...views.map(({ name, select }) => `CREATE VIEW ${placeholder(name)} AS ${select.trim()};`),
    ...steps.map(stepSql),
  ].join('\n\n')
