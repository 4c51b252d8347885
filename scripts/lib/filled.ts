import { type ContractNeeds, idsOfNeeds } from '../../src/cli/needs.ts'
import type { ExampleRequest } from '../../src/contracts/kit/examples.ts'
import type { Described } from './described.ts'

/** Requests of examples as they are sent: with ids where the examples have names in braces. */

export const needsOf = ({ contract, examples }: Described): ContractNeeds => ({
  contract: contract.name,
  needs: examples.needs ?? {},
})

/** No organisation has anything of this id. */
const NOTHING = '01900000-0000-7000-8000-0000000de3ff'

/** What the names stand for in the requests of a contract. */
export const idsFor = (organizationId: string, described: Described): ReadonlyMap<string, string> =>
  new Map([['organization', organizationId], ['nothing', NOTHING], ...idsOfNeeds(organizationId, needsOf(described))])

const withIds = (text: string, ids: ReadonlyMap<string, string>): string =>
  text.replace(/\{(\w+)\}/g, (braces, name: string) => {
    const id = ids.get(name)
    if (id === undefined) throw new Error(`Nothing is needed under the name of ${braces}`)
    return id
  })

/**
 * In a body, only a text that is nothing but a name in braces is one.
 * @throws Error when nothing is needed under a name
 */
export const filledRequest = (request: ExampleRequest, ids: ReadonlyMap<string, string>): ExampleRequest => ({
  ...request,
  path: withIds(request.path, ids),
  ...(request.body !== undefined && {
    body: JSON.parse(JSON.stringify(request.body), (_, value: unknown) =>
      typeof value === 'string' && /^\{\w+\}$/.test(value) ? withIds(value, ids) : value,
    ) as unknown,
  }),
})
