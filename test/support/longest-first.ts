import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** They take fifteen seconds or more each on a quiet machine, of work or of waiting, the longest first. */
const LONG = [
  'edge/storage',
  'edge/refusals',
  'node/placing-races',
  'edge/move',
  'node/fuzz',
  'edge/tenant-operations',
  'node/tenant-commands',
  'node/storage',
  'node/start',
  'edge/tenants',
  'node/instances',
  'node/package',
  'node/rate-limit',
  'node/database-away',
  'node/subscription-storm',
  'node/move',
  'edge/upkeep',
  'node/serve-failures',
  'node/hook-storm',
  'node/crash',
  'node/commands',
]

/**
 * What takes long begins first, and what is short fills the gaps: else one file begins last, and the run is as long as it
 * takes while a core has nothing to do. Where nothing is known of earlier runs, as on a clean checkout, Vitest goes by
 * the size of a file, which says nothing of its time.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
    const sorted = await super.sort(files)
    const long = sorted.filter((file) => place(file) >= 0).sort((a, b) => place(a) - place(b))
    return [...long, ...sorted.filter((file) => place(file) < 0)]
  }
}
