import { faultsOf } from './oracle.ts'
import type { FuzzRequest } from './requests.ts'
import { runScenario, type Step } from './scenarios.ts'
import { type Started, start } from './start.ts'

/** Requests, or the steps of a scenario, that showed a fault. */
export type Story = readonly FuzzRequest[] | readonly Step[]

const isScenario = (story: Story): story is readonly Step[] => story[0] !== undefined && 'expect' in story[0]

/** @returns kinds of the faults that the story shows in this world */
export const tell = async (
  { client, world }: Started,
  story: Story,
  print = (_line: string) => {},
): Promise<string[]> => {
  const show = (request: { method: string; path: string }, status: number, text: string) =>
    print(`${request.method} ${request.path} -> ${status} ${text.slice(0, 500)}`)
  if (isScenario(story)) {
    const fault = await runScenario(client, world, story, (step, answer) => show(step, answer.status, answer.text))
    if (fault) print(`FAULT ${fault.kind}: ${fault.detail}`)
    return fault ? [fault.kind] : []
  }
  const kinds: string[] = []
  for (const request of story) {
    const answer = await client.send(request)
    show(request, answer.status, answer.text)
    for (const { kind, detail } of faultsOf(request, answer, world, { patience: Number.POSITIVE_INFINITY })) {
      print(`FAULT ${kind}: ${detail}`)
      kinds.push(kind)
    }
  }
  return kinds
}

/** Tells a story to a fresh server. The programs that the fuzzer prints call this. */
export const replay = async (target: 'node' | 'worker', story: Story): Promise<void> => {
  const started = await start(target)
  try {
    const kinds = await tell(started, story, console.log)
    if (kinds.length === 0)
      console.log('No fault: it needs what was sent before it. Run the fuzzer with the same seed.')
  } finally {
    await started.stop()
  }
}

/**
 * A program that shows the fault again; to be pasted into a shell in the project's folder. That it is a module, Node sees by
 * itself: said as an option, it would hold for the thread of the database too, which takes no such option.
 */
export const programOf = (target: 'node' | 'worker', story: Story): string => `npx node <<'PROGRAM'
import { replay } from './test/fuzz/replay.ts'
await replay('${target}', ${JSON.stringify(story)})
PROGRAM`
