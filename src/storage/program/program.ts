import { createHash } from 'node:crypto'
import { answersPart } from './answers.ts'
import { type Part, partSql } from './builder.ts'
import { named } from './names.ts'
import { closingPart } from './stages/closing.ts'
import { entryPart } from './stages/entry.ts'
import { feedPart } from './stages/feed.ts'
import { guardPart } from './stages/guard.ts'
import { judgePart } from './stages/judge.ts'
import { keepPart } from './stages/keep.ts'
import { keysPart } from './stages/keys.ts'
import { mergePart } from './stages/merge.ts'
import { plainPart } from './stages/plain.ts'
import { writePart } from './stages/write.ts'

/** The whole program, in the order in which an item goes through it. */
export const parts: readonly Part[] = [
  answersPart,
  guardPart,
  entryPart,
  plainPart,
  mergePart,
  keysPart,
  judgePart,
  writePart,
  feedPart,
  keepPart,
  closingPart,
]

const text = parts.map(partSql).join('\n\n')

/** Eight hex digits of the program's own text. Every view and trigger bears it, so a batch can only meet its own program. */
export const programHash = createHash('sha256').update(text).digest('hex').slice(0, 8)

/** The program as SQL: what a migration creates. */
export const programSql = `${named(text, programHash)}\n`
