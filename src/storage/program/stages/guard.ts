import { type Part, stage } from '../builder.ts'
import { guardOf } from '../lookups.ts'

/** What reads and administration insert first; the assert carries its guard in its first item. */
export const guard = stage('guard', ['organization_id', 'revision'])

export const guardPart: Part = {
  title: 'The guard of reads and administration: what an isolate knows is true as long as the revision stands.',
  stages: [guard],
  steps: [
    {
      name: 'guard_check',
      on: guard,
      run: [guardOf()],
    },
  ],
}
