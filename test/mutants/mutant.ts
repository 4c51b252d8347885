/** One way to break the code: a change of its text, which some test must notice. */
export interface Mutant {
  /** What must hold, and does not hold any more. */
  readonly rule: string
  /** What was done to it. */
  readonly broken: string
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** Files of tests that it is held against; absent: those of the assert program. */
  readonly tests?: readonly string[]
}

type Way = readonly [broken: string, find: string, replace: string]

/** @param file below `src` */
export const breaking = (rule: string, file: string, ...ways: readonly Way[]): Mutant[] =>
  ways.map(([broken, find, replace]) => ({ rule, broken, file: `src/${file}`, find, replace }))
