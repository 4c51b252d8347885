import { contracts } from '../../src/contracts/index.ts'
import type { Examples } from '../../src/contracts/kit/examples.ts'
import type { Contract, ContractEntry } from '../../src/http/contract.ts'

/** A contract with all that it says of itself: what documents, the OpenAPI document and the common suites are made of. */
export interface Described {
  readonly entry: ContractEntry
  readonly contract: Contract
  readonly examples: Examples
}

/** @param examples the module beside the contract's own; default: the one in its folder */
export const describe = async (
  entry: ContractEntry,
  examples: () => Promise<{ readonly examples: Examples }> = () =>
    import(`../../src/contracts/${entry.name}/examples.ts`),
): Promise<Described> => {
  const [{ contract }, module] = await Promise.all([entry.load(), examples()])
  return { entry, contract, examples: module.examples }
}

/** Every contract of the registry, in its order. */
export const describedContracts = (): Promise<readonly Described[]> =>
  Promise.all(contracts.map((entry) => describe(entry)))
