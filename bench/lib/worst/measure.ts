import { Agent, request } from 'node:http'
import { administration } from '../../../src/admin/administration.ts'
import { asOperator } from '../../../src/admin/authority.ts'
import { createOrganization } from '../../../src/admin/organizations.ts'
import { startProbe } from '../probe.ts'
import { processWith } from '../processes.ts'
import type { Server } from '../servers.ts'
import type { Ask, Case, Place, Sent } from './case.ts'

/** Sends one dear request to an organisation of its own, and looks at the server and at the others meanwhile. */

/** A request that takes longer is given up, and the server with it. */
const PATIENCE_MS = 30_000

interface Answer {
  readonly status: number
  readonly bytes: number
  readonly timing: string
  readonly text: string
}

export interface Measured {
  readonly size: number
  readonly status: number | 'none'
  readonly cpu: number
  readonly seconds: number
  readonly bytes: number
  readonly rows: string
  readonly othersWait: number
}

export const agent = new Agent({ keepAlive: true })

/** @param keep whether to keep the text of the answer, and not only its length */
const send = (origin: string, token: string, { method, path, body, headers }: Sent, keep: boolean): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const options = {
      agent,
      method,
      timeout: PATIENCE_MS,
      headers: {
        authorization: `Bearer ${token}`,
        // As the platform would tell the Worker; a developer secret is let in from an address only.
        'cf-connecting-ip': '192.0.2.1',
        ...headers,
        ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
      },
    }
    const call = request(origin + path, options, (response) => {
      let bytes = 0
      let text = ''
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.byteLength
        if (keep) text += chunk
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          bytes,
          text,
          timing: String(response.headers['server-timing'] ?? ''),
        }),
      )
    })
    call.on('timeout', () => call.destroy(new Error('timeout')))
    call.on('error', reject)
    call.end(body)
  })

const ADDRESSES = ['0.0.0.0/0', '::/0']

const placeOn = (server: Server): Promise<Place> =>
  server.withDatabase(async (driver) => {
    const { value: organization } = await createOrganization(driver, { name: 'Worst', history: 'values' })
    const operator = administration(asOperator(driver, organization))
    const { value: member } = await operator.addMember({ name: 'M', email: 'm@w.example' })
    const { secret } = await operator.issueCredential({ kind: 'key', name: 'k', scopes: ['crm:write', 'admin'] })
    const developer = await operator.issueCredential({
      kind: 'developer_secret',
      name: 'd',
      scopes: [],
      allowlist: ADDRESSES,
    })
    const ask: Ask = async (method, path, body) => {
      const sent = {
        method,
        path,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }
      const { status, text } = await send(server.origin, secret, sent, true)
      if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text.slice(0, 300)}`)
      return JSON.parse(text || '{}') as { id?: string }
    }
    return { organization, member, secret, developerSecret: developer.secret, ask }
  })

const rowsIn = (timing: string): string => {
  const figure = (name: string) => new RegExp(`${name};desc="(\\d+)"`).exec(timing)?.[1]
  const [read, written] = [figure('db-rows-read'), figure('db-rows-written')]
  return read === undefined ? '-' : `${read} / ${written ?? '-'}`
}

export const measure = async (server: Server, one: Case, size: number): Promise<Measured> => {
  const place = await placeOn(server)
  const other = await placeOn(server)
  const made = await one.prepare?.(place, size)
  // Warm, for the dear request and for the small one.
  await place.ask('GET', '/v1/objects/people/records?limit=1')
  await other.ask('GET', '/v1/objects/people/records?limit=1')
  const sent = one.request(place, size, made)
  const stop = startProbe(`${server.origin}/v1/objects/people/records?limit=1`, other.secret)
  const cpu = processWith(server.pid).cpuSeconds
  const started = performance.now()
  let answer: Answer | undefined
  try {
    answer = await send(server.origin, place.secret, sent, false)
  } catch {
    // Given up: the figures tell how long it was waited for.
  }
  const seconds = (performance.now() - started) / 1_000
  const spent = processWith(server.pid).cpuSeconds - cpu
  const othersWait = await stop()
  return {
    size,
    status: answer?.status ?? 'none',
    cpu: spent,
    seconds,
    bytes: answer?.bytes ?? 0,
    rows: rowsIn(answer?.timing ?? ''),
    othersWait,
  }
}
