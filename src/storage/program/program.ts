import { answersPart } from './answers.ts'
import { type Part, partSql } from './builder.ts'
import { closingPart } from './stages/closing.ts'
import { entryPart } from './stages/entry.ts'
import { feedPart } from './stages/feed.ts'
import { guardPart } from './stages/guard.ts'
import { joinPart } from './stages/join.ts'
import { judgePart } from './stages/judge.ts'
import { keepPart } from './stages/keep.ts'
import { keysPart } from './stages/keys.ts'
import { mergePart } from './stages/merge.ts'
import { plainPart } from './stages/plain.ts'
import { writePart } from './stages/write.ts'
import { wordsPart } from './words.ts'

/** The whole program, in the order in which an item goes through it. */
export const parts: readonly Part[] = [
  answersPart,
  wordsPart,
  guardPart,
  entryPart,
  plainPart,
  mergePart,
  keysPart,
  judgePart,
  writePart,
  joinPart,
  feedPart,
  keepPart,
  closingPart,
]

/** The program as SQL, with placeholders for the names of its views and triggers. */
export const programText: string = parts.map(partSql).join('\n\n')
