import { historyModes } from '../../src/schema/schema.ts'
import type { Answer, Client } from './client.ts'
import type { Fault } from './oracle.ts'
import type { FuzzRequest } from './requests.ts'
import type { Role, World } from './world.ts'

/** Administration that goes on beside the fuzz: steps of which each says what it must be answered. */

export interface Step {
  readonly method: string
  readonly path: string
  /** A role, or the name under which an earlier step kept a secret. */
  readonly as: string
  readonly body?: object
  /** Remembers `id` and `secret` of the answer under this name: `{{name.id}}`, and `as`. */
  readonly keeps?: string
  readonly expect: readonly number[]
  /** What it means when it is answered otherwise. */
  readonly fault?: string
}

const step = (method: string, path: string, as: string, expect: readonly number[], rest: Partial<Step> = {}): Step => ({
  method,
  path,
  as,
  expect,
  ...rest,
})

const records = '/v1/objects/people/records'
const issue = (keeps: string, n: number, more: object = {}) =>
  step('POST', '/v1/keys', 'admin', [201], {
    keeps,
    body: { name: `${keeps} ${n}`, scopes: ['crm:write', 'admin'], ...more },
  })

/** Requests of which each needs the key to hold. */
const uses = (as: string, n: number, expect: readonly number[], fault?: string): Step => {
  const all: readonly (readonly [string, string, object?])[] = [
    ['GET', `${records}?limit=1`],
    ['GET', '/v1/keys'],
    [
      'PUT',
      records,
      { match: { emails: 'late@fuzz.example' }, values: { emails: ['late@fuzz.example'], note: `${n}` } },
    ],
    ['GET', '/v1/members'],
    ['PATCH', '/v1/organization', { name: 'Taken over' }],
    ['PUT', '/v2/crm/people?matchingAttribute=email', { firstName: 'Late', emails: ['late@fuzz.example'] }],
    ['POST', '/v1/keys', { name: 'taken over', scopes: ['admin'] }],
    ['GET', '/v1/objects'],
    [
      'POST',
      '/api/v2/contact/_assert',
      { match: { primary_email: 'late@fuzz.example' }, attributes: { first_name: 7 } },
    ],
    ['POST', '/v1/members', { name: 'Taken Over', email: 'taken@over.example' }],
    ['GET', '/v1/changes?limit=1'],
  ]
  const [method, path, body] = all[n % all.length] ?? ['GET', '/v1/keys']
  return step(method, path, as, expect, { ...(body && { body }), ...(fault && { fault }) })
}

/** The n-th of each; what is made is counted, so that it does not grow without end. */
export const scenarios: readonly ((n: number) => readonly Step[])[] = [
  (n) => [
    issue('key', n),
    uses('key', 0, [200]),
    step('DELETE', '/v1/keys/{{key.id}}', 'admin', [204]),
    uses('key', n, [401], 'a revoked key goes on'),
  ],
  (n) => [
    step('POST', '/v1/members', 'admin', [200, 201], {
      keeps: 'leaver',
      body: { name: 'L', email: `l${n}@fuzz.example` },
    }),
    issue('theirs', n, { memberId: '{{leaver.id}}' }),
    uses('theirs', 0, [200]),
    step('DELETE', '/v1/members/{{leaver.id}}', 'admin', [204]),
    uses('theirs', n, [401], 'the key of a removed member goes on'),
  ],
  (n) => [
    issue('old', n),
    uses('old', 0, [200]),
    step('POST', '/v1/keys/{{old.id}}/rotate', 'admin', [201], { keeps: 'new', body: { overlapSeconds: 0 } }),
    uses('new', 0, [200]),
    uses('old', n, [401], 'a key that was rotated away goes on'),
  ],
  (n) => [
    step('POST', '/v1/objects/people/attributes', 'admin', [200, 201], {
      keeps: 'attribute',
      body: { label: `Extra ${n % 12}`, slug: `extra_${n % 12}`, type: 'text' },
      fault: 'the same attribute cannot be added again',
    }),
    step('POST', '/api/v2/contact/_assert', 'write', [200, 201], {
      body: {
        match: { primary_email: `extra${n % 12}@fuzz.example` },
        attributes: { first_name: 'E', [`extra_${n % 12}`]: 'x' },
      },
      fault: 'a new attribute is refused',
    }),
  ],
  (n) => [
    step('PATCH', '/v1/organization', 'admin', [200], { body: { history: historyModes[n % 3] } }),
    step('PATCH', '/v1/objects/people/attributes/extra_0', 'admin', [200, 404, 422], {
      body: { indexed: n % 2 === 0 },
    }),
  ],
  // What requests have erased, removed and revoked, they need again.
  (n) => [
    step('PUT', records, 'admin', [200, 201], {
      keeps: 'a.person',
      body: { match: { badge: `R-${n}` }, values: { badge: `R-${n}`, first_name: 'Ada' } },
    }),
    step('PUT', records, 'admin', [200, 201, 409], {
      body: { match: { emails: 'ada@fuzz.example' }, values: { emails: ['ada@fuzz.example'] } },
    }),
    // Two that are there at once are more than a request can hope for.
    step('PUT', records, 'admin', [200, 201], { body: { match: { badge: `M-${n}` }, values: { badge: `M-${n}` } } }),
    step('POST', `${records}/{{a.person}}/merge`, 'admin', [200, 404, 409], { body: { loser: { badge: `M-${n}` } } }),
    step('POST', '/v1/members', 'admin', [200, 201], {
      keeps: 'a.leaver',
      body: { name: 'Leaver', email: `leaver${n}@fuzz.example` },
    }),
    step('POST', '/v1/keys', 'admin', [201], { keeps: 'a.key', body: { name: `spare ${n}`, scopes: ['crm:read'] } }),
  ],
  () => [
    step('POST', '/v1/keys', 'admin', [400, 403, 404, 422], {
      body: { name: 'theirs', scopes: ['crm:read'], memberId: '{{b.member}}' },
      fault: "a key is issued for another organisation's member",
    }),
  ],
]

export const requestOf = (one: Step): FuzzRequest => ({
  operation: 'administration',
  method: one.method,
  path: one.path,
  role: (one.as in ({ admin: 1, write: 1, read: 1, other: 1 } satisfies Partial<Record<Role, 1>>)
    ? one.as
    : 'none') as Role,
  headers: one.body ? { 'content-type': 'application/json' } : {},
  ...(one.body && { body: JSON.stringify(one.body) }),
  broken: [],
})

const replaced = (text: string, kept: Readonly<Record<string, string>>) =>
  text.replace(/\{\{(\w+\.(?:id|secret))\}\}/g, (whole, name: string) => kept[name] ?? whole)

/** Runs steps in order. @param told hears of every answer @returns the first that was answered otherwise than it must be */
export const runScenario = async (
  client: Client,
  world: World,
  steps: readonly Step[],
  told: (step: Step, answer: Answer) => void = () => undefined,
): Promise<Fault | undefined> => {
  const kept: Record<string, string> = {}
  for (const one of steps) {
    const request = requestOf(one)
    const secret = kept[`${one.as}.secret`] ?? world.secrets[request.role]
    const sent = {
      ...request,
      path: replaced(request.path, kept),
      ...(request.body !== undefined && { body: replaced(request.body, kept) }),
    }
    const answer = await client.send(sent, secret)
    told(one, answer)
    if (!one.expect.includes(answer.status)) {
      // Whoever administers at the same time may be told to try again: that is for the oracle of all answers.
      if (answer.status === 503 && answer.headers['retry-after'])
        return {
          kind: '503 while others administer',
          detail: `${one.method} ${one.path}: ${answer.text.slice(0, 200)}`,
        }
      return {
        kind: one.fault ?? 'administration fails',
        detail: `${one.method} ${one.path}: ${answer.status} ${answer.text.slice(0, 200)}`,
      }
    }
    if (one.keeps !== undefined) {
      const { id = '', secret: made = '' } = JSON.parse(answer.text) as { id?: string; secret?: string }
      if (one.keeps.startsWith('a.')) world.names[one.keeps] = id
      kept[`${one.keeps}.id`] = id
      kept[`${one.keeps}.secret`] = made
    }
  }
  return undefined
}
