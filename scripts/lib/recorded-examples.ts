import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from '../../src/app.ts'
import { type DemoCredentials, setUpDemo } from '../../src/cli/demo.ts'
import type { Caller, ExampleRequest } from '../../src/contracts/kit/examples.ts'
import { openDatabase } from '../../src/node/database.ts'
import { migrate } from '../../src/storage/migrations.ts'
import { signed } from './caller.ts'
import { demoApp, PLACEHOLDERS } from './demo-app.ts'
import type { Described } from './described.ts'
import { filledRequest, idsFor, needsOf } from './filled.ts'
import { stable } from './stable.ts'

/**
 * The examples of the document are what the product answers: made by asking the demo, so they cannot be wrong, and work in
 * every demo as they are given.
 */

export interface Recorded {
  readonly operationId: string
  /** With what follows the question mark. */
  readonly path: string
  /** As somebody would send it, but for the secrets: words stand for those. */
  readonly request: unknown
  readonly status: number
  /** Of the response. */
  readonly type: string
  readonly response: unknown
}

const JSON_TYPE = /[/+]json$/

const ask = async (app: App, { path, method, headers, body }: ReturnType<typeof signed>) => {
  const response = await app.fetch(
    new Request(new URL(path, 'http://edge.example'), {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
  )
  const text = await response.text()
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';')
  const read: unknown = JSON_TYPE.test(type) ? JSON.parse(text) : text
  return { status: response.status, type, text, response: text === '' ? undefined : read }
}

const recordOf = async (app: App, demo: DemoCredentials, described: Described): Promise<Recorded[]> => {
  const { examples } = described
  const caller: Caller = { ...demo, key: demo.adminToken }
  const ids = idsFor(demo.organizationId, described)
  const recordOne = async (request: ExampleRequest, expected: 'answered' | 'refused'): Promise<Recorded> => {
    const { operationId, asOperator, method, path, headers, body } = filledRequest(request, ids)
    const sent = { method, path, ...(headers && { headers }), body }
    const as = asOperator ? { ...caller, key: demo.operatorSecret } : caller
    const { text, ...answer } = await ask(app, signed(sent, examples, as))
    if (answer.status < 400 !== (expected === 'answered') || answer.status >= 500)
      throw new Error(`The example of ${operationId} was not ${expected}: ${answer.status} ${text}`)
    const shown = signed(sent, examples, { ...caller, ...PLACEHOLDERS }).body
    return { operationId, path, request: shown, ...answer }
  }
  const recorded: Recorded[] = []
  for (const request of examples.requests)
    for (const one of request.twice ? [request, request] : [request])
      recorded.push(await recordOne(one, request.refused ? 'refused' : 'answered'))
  for (const request of examples.refusals ?? []) recorded.push(await recordOne(request, 'refused'))
  return recorded
}

/** Asks everything of a fresh demo; ids, times and secrets come out the same every time. */
export const recordExamples = async (described: readonly Described[]): Promise<readonly Recorded[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-upsert-examples-'))
  const { driver, close } = await openDatabase(`file:${join(folder, 'examples.db')}`)
  try {
    await migrate(driver)
    const demo = await setUpDemo(driver, {}, described.map(needsOf))
    const app = demoApp(driver, demo, described)
    const recorded: Recorded[] = []
    for (const one of described) recorded.push(...(await recordOf(app, demo, one)))
    const fixed = described.flatMap((one) => [...idsFor(demo.organizationId, one).values()])
    return stable(recorded, new Set([demo.memberId, ...fixed]))
  } finally {
    await close()
    rmSync(folder, { recursive: true })
  }
}
