import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issueCredential } from '../../src/admin/credentials.ts'
import { addMember } from '../../src/admin/members.ts'
import { createOrganization } from '../../src/admin/organizations.ts'
import { createApp } from '../../src/app.ts'
import { rateLimit } from '../../src/auth/rate-limit.ts'
import { createServices } from '../../src/deps.ts'
import { keyRequestsOf } from '../../src/env.ts'
import { openDatabase } from '../../src/node/database.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { type ExampleRequest, exampleRequests } from './example-requests.ts'
import { stable } from './stable.ts'

/** The examples of the document are what the product answers: made by asking it, so they cannot be wrong. */

export interface Recorded {
  readonly operationId: string
  readonly request: unknown
  readonly status: number
  readonly response: unknown
}

const ADDRESS = '192.0.2.10'
const OPERATOR = 'operator-secret-of-the-recorded-examples'

const open = async (databaseUrl: string) => {
  const { driver, close } = await openDatabase(databaseUrl)
  await migrate(driver)
  const organization = await createOrganization(driver, {
    name: 'Analytical Engines',
    crmMode: 'b2b',
    changeFeed: true,
  })
  const member = await addMember(driver, organization, { name: 'Ada Lovelace', email: 'ada@engine.example' })
  const scopes = ['crm:write', 'admin'] as const
  const key = await issueCredential(driver, organization, { kind: 'key', name: 'Administrator', scopes })
  const developer = await issueCredential(driver, organization, {
    kind: 'developer_secret',
    name: 'Developer',
    scopes: [],
    allowlist: [ADDRESS],
  })
  const app = createApp({
    services: createServices(() => driver, {
      requests: rateLimit(keyRequestsOf({})),
      operator: { secret: OPERATOR, create: () => driver },
    }),
    clientAddress: () => ADDRESS,
    serverTiming: false,
  })
  const credentials = {
    api_key: key.secret,
    developer_secret: developer.secret,
    org_id: organization,
    member_id: member,
  }
  return { app, close, organization, token: key.secret, credentials }
}

const recordIn = async (world: Awaited<ReturnType<typeof open>>): Promise<Recorded[]> => {
  const known = new Map([['organization', world.organization]])
  const ask = async ({
    operationId,
    method,
    path,
    as,
    body,
    headers,
    refused,
    keeps,
  }: ExampleRequest): Promise<Recorded> => {
    const request = as === 'body' ? { ...world.credentials, ...(body as object) } : body
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => known.get(name) ?? '')
    const response = await world.app.fetch(
      new Request(new URL(filled, 'http://edge.example'), {
        method,
        headers: {
          ...(as !== 'body' && { authorization: `Bearer ${as === 'operator' ? OPERATOR : world.token}` }),
          ...(request !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(request !== undefined && { body: JSON.stringify(request) }),
      }),
    )
    const text = await response.text()
    if (response.ok === (refused ?? false))
      throw new Error(`The example of ${operationId} was not answered as expected: ${text}`)
    const answer = text === '' ? undefined : (JSON.parse(text) as { id?: string })
    if (keeps && answer?.id) known.set(keeps, answer.id)
    return { operationId, request, status: response.status, response: answer }
  }
  const recorded: Recorded[] = []
  for (const request of exampleRequests) recorded.push(await ask(request))
  return recorded
}

/** Asks everything of a fresh database; ids, times and secrets come out the same every time. */
export const recordExamples = async (): Promise<readonly Recorded[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-examples-'))
  const world = await open(`file:${join(folder, 'examples.db')}`)
  try {
    return stable(await recordIn(world))
  } finally {
    await world.close()
    rmSync(folder, { recursive: true })
  }
}
