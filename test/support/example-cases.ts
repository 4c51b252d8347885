import type { Described } from '../../scripts/lib/described.ts'
import { filledRequest, idsFor } from '../../scripts/lib/filled.ts'
import type { Caller, ExampleRequest } from '../../src/contracts/kit/examples.ts'
import type { Path } from '../../src/engine/errors.ts'
import { allDescribed, allEntries, describedFixture } from './contracts.ts'
import { addNeeds, callerOf } from './voices.ts'
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

export interface Stage extends World {
  readonly caller: Caller
  /** The accepted request, with its ids filled in. */
  readonly request: ExampleRequest
}

/** An organisation in which the request is accepted. */
export const stageOf = async (one: ExampleCase): Promise<Stage> => {
  const world = await createWorld({ contracts: allEntries })
  const caller = await callerOf(world)
  await addNeeds(world, one)
  return { ...world, caller, request: filledRequest(one.request, idsFor(world.organizationId, one)) }
}
