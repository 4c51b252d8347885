import type { Described } from '../../scripts/lib/described.ts'
import type { Caller, ExampleRequest } from '../../src/contracts/kit/examples.ts'
import type { Path } from '../../src/engine/errors.ts'
import { allDescribed, allEntries, describedFixture } from './contracts.ts'
import { addNeeds, callerOf, sendAs } from './voices.ts'
import { createWorld, type World } from './world.ts'

/** The examples of all contracts that hold a text, each as a request that is accepted and can be spoiled. */

export interface ExampleCase extends Described {
  readonly title: string
  readonly request: ExampleRequest
  /** Where the text stands. */
  readonly text: Path
}

export const exampleCases: readonly ExampleCase[] = allDescribed.flatMap((described) =>
  described.examples.requests.flatMap((request) =>
    request.text
      ? [{ ...described, request, text: request.text, title: `${described.contract.title}: ${request.operationId}` }]
      : [],
  ),
)

/** Those of the made-up contract, which no document tells of. */
export const fixtureCases = exampleCases.filter(({ contract }) => contract === describedFixture.contract)

/** The same body with another value at one place. */
export const withValue = (body: unknown, [name, ...rest]: Path, value: unknown): Record<string, unknown> => {
  const whole = body as Record<string, unknown>
  if (name === undefined) return whole
  return { ...whole, [name]: rest.length === 0 ? value : withValue(whole[name], rest, value) }
}

const pathIn = ({ organizationId }: World, { path }: ExampleRequest) => path.replace('{organization}', organizationId)

export interface Stage extends World {
  readonly caller: Caller
  /** The accepted request, with its path filled in. */
  readonly request: ExampleRequest
}

/** An organisation in which the request is accepted: the objects that it needs, and the records of the examples before it. */
export const stageOf = async (one: ExampleCase): Promise<Stage> => {
  const world = await createWorld({ contracts: allEntries })
  const caller = await callerOf(world)
  await addNeeds(world, one)
  for (const request of one.examples.requests.slice(0, one.examples.requests.indexOf(one.request)))
    await sendAs(world, caller, one.examples, { ...request, path: pathIn(world, request) })
  return { ...world, caller, request: { ...one.request, path: pathIn(world, one.request) } }
}
