import { describe, describedContracts } from '../../scripts/lib/described.ts'
import type { ContractEntry } from '../../src/http/contract.ts'

/** The line of a made-up contract, whose folder is test/fixtures/contract. */
const fixture: ContractEntry = {
  name: 'lumen',
  prefixes: ['/lumen/v1/'],
  load: () => import('../fixtures/contract/index.ts'),
}

export const describedFixture = await describe(fixture, () => import('../fixtures/contract/examples.ts'))

/** Every contract, and one more: what holds for all of them holds for the next one. */
export const allDescribed = [...(await describedContracts()), describedFixture]
export const allEntries: readonly ContractEntry[] = allDescribed.map(({ entry }) => entry)
