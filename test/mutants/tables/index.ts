import type { Mutant } from '../mutant.ts'
import { answer } from './answer.ts'
import { apart } from './apart.ts'
import { change } from './change.ts'
import { find } from './find.ts'
import { history } from './history.ts'
import { hooks } from './hooks.ts'
import { bringing } from './import.ts'
import { jobs } from './jobs.ts'
import { judge } from './judge.ts'
import { merge } from './merge.ts'
import { merging } from './merging.ts'
import { plan } from './plan.ts'
import { query } from './query.ts'
import { schema } from './schema.ts'
import { search } from './search.ts'
import { shortWay } from './short-way.ts'
import { undo } from './undo.ts'
import { write } from './write.ts'

/**
 * Every way to break what is tried, in the order in which an item goes through the program; behind it what else is tried. What would change the cost
 * only, or is guarded twice, is not here: nobody could notice.
 */
export const mutants: readonly Mutant[] = [
  ...plan,
  ...find,
  ...apart,
  ...shortWay,
  ...change,
  ...judge,
  ...write,
  ...answer,
  ...history,
  ...merge,
  ...merging,
  ...undo,
  ...query,
  ...search,
  ...jobs,
  ...schema,
  ...hooks,
  ...bringing,
]
