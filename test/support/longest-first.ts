import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** They take a minute or more each, of work or of waiting. */
const LONG = [
  'edge/refusals',
  'edge/storage',
  'node/fuzz',
  'node/rate-limit',
  'node/tenant-commands',
  'node/commands',
  'edge/move',
  'node/move',
  'node/package',
  'node/start',
  'node/storage',
]

/**
 * What takes long begins first, and what is short fills the gaps: else one file begins last, and the run is as long as it
 * takes while a core has nothing to do. Where nothing is known of earlier runs, as on a clean checkout, Vitest goes by
 * the size of a file, which says nothing of its time.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((name) => moduleId.endsWith(`/${name}.test.ts`))
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}
