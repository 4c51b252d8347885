import { createWorld, type Reply, type World } from './world.ts'

/** The four vendors' contracts as four voices: the same wish in each one's words, and its answer in ours. */

/** A person as all four know it; `tracking_id` and `badge` are unique, and no contract knows both but Zeeg and Reevo. */
export interface Person {
  readonly last_name: string
  readonly tracking_id?: string
  readonly badge?: string
}

export interface Request {
  readonly method: string
  readonly path: string
  readonly token?: null
  readonly body: object
}

/** What became of a request; `refused` has the code on the wire. */
export type Answer =
  | { readonly done: 'created' | 'updated'; readonly id: string }
  | { readonly refused: string; readonly field: unknown; readonly value: unknown; readonly holder: unknown }

export interface Voice {
  readonly name: string
  /** Creates or updates the person who has this address. */
  readonly assert: (world: VoiceWorld, email: string, person: Person) => Request
  /** Tries to give an address to someone else: to a new person where the contract can, else to the `other`. */
  readonly take: (world: VoiceWorld, email: string, other: { id: string; tag: string }) => Request
  readonly read: (reply: Reply) => Answer
  /** Which of the unique attributes it knows besides the address. */
  readonly uniques: readonly ('tracking_id' | 'badge')[]
  /** How it calls them in errors. */
  readonly names: Readonly<Record<string, string>>
  readonly conflictCode: string
}

export const voiceWorld = async () => {
  const world = await createWorld({ crmMode: 'b2b' })
  await world.addAttribute('people', { label: 'Badge', type: 'text', unique: true })
  const { secret } = await world.issue({ kind: 'developer_secret', scopes: [], allowlist: ['192.0.2.10'] })
  const credentials = {
    api_key: world.token,
    developer_secret: secret,
    org_id: world.organizationId,
    member_id: world.memberId,
  }
  return { ...world, credentials, say: (request: Request) => send(world, request) }
}

export type VoiceWorld = Awaited<ReturnType<typeof voiceWorld>>

/** @param through the world itself, or an isolate of its own */
export const send = (
  through: Pick<World, 'send'>,
  { method, path, ...call }: Request,
  token?: string,
): Promise<Reply> => through.send(method, path, token === undefined ? call : { token, ...call })

const FIRST = 'Same'
const held = (refused: string, conflict: Record<string, unknown> | undefined, id: string): Answer => ({
  refused,
  field: conflict?.field,
  value: conflict?.value,
  holder: conflict?.[id],
})

const zeegRequest = (matchingAttribute: string, body: object): Request => ({
  method: 'PUT',
  path: `/v2/crm/people?matchingAttribute=${matchingAttribute}`,
  body: { firstName: FIRST, ...body },
})

const zeeg: Voice = {
  name: 'Zeeg',
  assert: (_world, email, { last_name: lastName, ...uniques }) =>
    zeegRequest('email', { lastName, emails: [email], ...uniques }),
  take: (_world, email, { tag }) => zeegRequest('tracking_id', { emails: [email], tracking_id: `zeeg-${tag}` }),
  read: ({ status, body }) =>
    status < 300
      ? { done: status === 201 ? 'created' : 'updated', id: body.person.id }
      : held(body.code, body.conflict, 'recordId'),
  uniques: ['tracking_id', 'badge'],
  names: { emails: 'emails', tracking_id: 'tracking_id', badge: 'badge' },
  conflictCode: 'unique_conflict',
}

const reevoRequest = (match: object, attributes: object): Request => ({
  method: 'POST',
  path: '/api/v2/contact/_assert',
  body: { match, attributes },
})

const reevo: Voice = {
  name: 'Reevo',
  assert: (_world, primary_email, person) => reevoRequest({ primary_email }, { first_name: FIRST, ...person }),
  // It creates by address only, so a second person cannot even be asked for.
  take: (_world, email, { id }) => reevoRequest({ id }, { primary_email: email }),
  read: ({ status, body }) =>
    status < 300
      ? { done: body.meta.action, id: body.data.id }
      : held(body.error.code, body.error.conflict, 'record_id'),
  uniques: ['tracking_id', 'badge'],
  names: { emails: 'primary_email', tracking_id: 'tracking_id', badge: 'badge' },
  conflictCode: 'unique_conflict',
}

const anduinRequest = ({ organizationId }: VoiceWorld, body: object): Request => ({
  method: 'POST',
  path: `/api/v1/idm/${organizationId}/contacts/upsert`,
  body: { firstName: FIRST, ...body },
})

const anduin: Voice = {
  name: 'Anduin',
  assert: (world, email, { last_name: lastName, tracking_id: trackingId }) =>
    anduinRequest(world, { email, lastName, ...(trackingId && { trackingId }) }),
  take: (world, email, { tag }) => anduinRequest(world, { email, lastName: 'Taker', trackingId: `anduin-${tag}` }),
  read: ({ status, body }) =>
    status < 300 ? { done: body.result, id: body.id } : held(body.error.code, body.error.conflict, 'recordId'),
  uniques: ['tracking_id'],
  names: { emails: 'email', tracking_id: 'trackingId' },
  conflictCode: 'unique_conflict',
}

const zyntroRequest = ({ credentials }: VoiceWorld, contact: object, options: object = {}): Request => ({
  method: 'POST',
  path: '/apis/v2/public/crm/addContactsFull',
  token: null,
  body: { ...credentials, ...options, contact: { firstName: FIRST, ...contact } },
})

const zyntro: Voice = {
  name: 'Zyntro',
  assert: (world, primaryEmail, { last_name: lastName, badge }) =>
    zyntroRequest(world, { primaryEmail, lastName, ...(badge && { customFields: { badge } }) }),
  take: (world, primaryEmail, { tag }) =>
    zyntroRequest(world, { primaryEmail, primaryPhone: `+1 555 01 ${tag}` }, { lookup_by: 'phone' }),
  read: ({ body }) =>
    body.status === 'success'
      ? { done: body.data.action, id: body.data.contact_id }
      : held(body.code, body.conflict, 'contact_id'),
  uniques: ['badge'],
  names: { emails: 'contact.primaryEmail', badge: 'contact.customFields.badge' },
  conflictCode: 'UNIQUE_CONFLICT',
}

export const voices = { zeeg, reevo, anduin, zyntro }
export const requests = { zeeg: zeegRequest, reevo: reevoRequest, anduin: anduinRequest, zyntro: zyntroRequest }
