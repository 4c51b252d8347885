import { signed, type Unsigned } from '../../scripts/lib/caller.ts'
import type { Described } from '../../scripts/lib/described.ts'
import { needsOf } from '../../scripts/lib/filled.ts'
import { meetNeeds } from '../../src/cli/needs.ts'
import type { Answer, Caller, Examples, Person, Voice } from '../../src/contracts/kit/examples.ts'
import { allDescribed, allEntries } from './contracts.ts'
import { createWorld, type Reply, type World } from './world.ts'

/** Every contract that writes people, as a voice: the same wish in each one's words, and its answer in ours. */

export interface Speaker extends Voice {
  readonly name: string
  readonly title: string
  readonly sign: Pick<Examples, 'sign'>
}

export const speakers: readonly Speaker[] = allDescribed.flatMap(({ contract, examples }) => {
  const { voice, sign } = examples
  return voice ? [{ ...voice, name: contract.name, title: contract.title, sign: sign ? { sign } : {} }] : []
})

/** What the world shows of itself to be let in; the developer secret is made here. */
export const callerOf = async (world: World): Promise<Caller> => {
  const { secret } = await world.issue({ kind: 'developer_secret', scopes: [], allowlist: ['192.0.2.10'] })
  return { organizationId: world.organizationId, memberId: world.memberId, key: world.token, developerSecret: secret }
}

/** Makes what the examples of a contract need. */
export const addNeeds = ({ driver, organizationId }: World, described: Described): Promise<void> =>
  meetNeeds(driver, organizationId, needsOf(described))

/** @param through the world itself, or an isolate of its own */
export const sendAs = (
  through: Pick<World, 'send'>,
  caller: Caller,
  sign: Pick<Examples, 'sign'>,
  request: Unsigned,
): Promise<Reply> => {
  const { method, path, headers, body } = signed(request, sign, caller)
  return through.send(method, path, { token: null, headers, body })
}

/** An organisation in which all voices are heard. */
export const voiceWorld = async () => {
  const world = await createWorld({ crmMode: 'b2b', contracts: allEntries })
  await world.addAttribute('people', { label: 'Badge', type: 'text', unique: true })
  const caller = await callerOf(world)
  const say = (speaker: Speaker, request: Unsigned, through: Pick<World, 'send'> = world) =>
    sendAs(through, caller, speaker.sign, request)
  return {
    ...world,
    caller,
    say,
    /** Creates or updates the person who has this address. */
    assert: async (speaker: Speaker, email: string, person: Person, through?: Pick<World, 'send'>): Promise<Answer> => {
      const { status, body } = await say(speaker, speaker.assert(caller, email, person), through)
      return speaker.read(status, body)
    },
  }
}

export type VoiceWorld = Awaited<ReturnType<typeof voiceWorld>>
