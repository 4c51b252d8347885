import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signed } from '../../scripts/lib/caller.ts'
import type { Described } from '../../scripts/lib/described.ts'
import { type Caller, held, type Voice } from '../../src/contracts/kit/examples.ts'
import { problem, written } from '../../src/contracts/v1/schemas.ts'
import { allDescribed } from '../support/contracts.ts'
import { compilerErrors, type GeneratedClient, generateClient } from './client.ts'
import { type ServedWorld, serveWorld } from './world.ts'

/** What a third party's generator makes of each contract's part of the document works against the app as it is. */

const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-clients-'))
let world: ServedWorld
const clients = new Map<string, GeneratedClient>()

beforeAll(async () => {
  world = await serveWorld(`file:${join(folder, 'clients.db')}`)
  for (const one of allDescribed) clients.set(one.contract.name, await generateClient(one, folder))
})
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true })
})

const clientOf = ({ contract }: Described): GeneratedClient => {
  const client = clients.get(contract.name)
  if (!client) throw new Error(`${contract.title} has no client`)
  return client
}

/** Our own contract has no voice among the others; this is it, as far as it is heard here. */
const ownVoice: Pick<Voice, 'assert' | 'read'> = {
  assert: (_caller, address, { last_name }) => ({
    method: 'PUT',
    path: '/v1/objects/people/records',
    body: { match: { emails: address }, values: { last_name, emails: [address] } },
  }),
  read(status, body) {
    if (status >= 300) return held(problem.parse(body).code, undefined, undefined)
    const { status: done, id } = written.parse(body)
    if (done === 'unchanged' || id === null) throw new Error(`A person was ${done}`)
    return { done, id }
  },
}

/** The contract's assert of a person through its client, and the answer read. */
const assert = async (described: Described, caller: Caller, address: string, lastName: string) => {
  const { voice = ownVoice } = described.examples
  const { method, path, body } = voice.assert(caller, address, { last_name: lastName })
  // Credentials in the body are the caller's to send; those in headers are the client's.
  const sent = signed({ method, path, body }, described.examples, caller).body
  const request = { baseUrl: world.baseUrl, key: caller.key, body: sent }
  const { data, error, response } = await clientOf(described).call(method, path, request)
  return { status: response.status, answer: voice.read(response.status, data ?? error) }
}

describe.each(allDescribed.map((one) => [one.contract.title, one] as const))('a client made for %s', (title, one) => {
  const address = `ada@${title.toLowerCase()}.example`

  it('creates a record, and finds it again', async () => {
    const { answer: created } = await assert(one, world.caller, address, 'Lovelace')
    expect(created).toEqual({ done: 'created', id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    const { answer: again } = await assert(one, world.caller, address, 'King')
    expect(again).toEqual({ ...created, done: 'updated' })
  })

  it('reads a refusal', async () => {
    const { status, answer } = await assert(one, { ...world.caller, key: 'none' }, address, 'Lovelace')
    expect([status, answer]).toEqual([401, expect.objectContaining({ refused: expect.stringMatching(/\w/) })])
  })
})

it('the clients of all contracts compile', () => {
  expect(clients.size).toBeGreaterThan(5)
  expect(compilerErrors([...clients.values()])).toBe('')
})
