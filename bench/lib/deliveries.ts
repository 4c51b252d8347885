import { createHmac } from 'node:crypto'
import { administration } from '../../src/admin/administration.ts'
import { asOperator } from '../../src/admin/authority.ts'
import { addressOf } from '../../src/hooks/definition.ts'
import { newHookKey, secretBox } from '../../src/secrets/secret-box.ts'
import type { SqlDriver } from '../../src/storage/driver.ts'
import type { Target } from './load.ts'
import type { Population } from './people.ts'

/** The mixed work as deliveries to a hook: the same people, signed by a sender and mapped by expressions. */

/** What the Worker keeps the hook's secret with. */
export const hooksKey = newHookKey()

const SECRET = 'benchmark'

/** Every attribute of a person, as the plain assert writes it. */
const values = {
  first_name: 'body.person.firstName',
  last_name: 'body.person.lastName',
  salutation: 'body.person.salutation',
  emails: 'body.person.emails',
  job_title: 'body.person.jobTitle',
  description: 'body.person.description',
  phone_number: 'body.person.phoneNumber',
  primary_location: 'body.person.primaryLocation',
  linkedin_url: 'body.person.socials.linkedin',
  x_url: 'body.person.socials.twitter',
  department: 'body.person.department',
  external_id: 'body.person.external_id',
}

/** @returns the path that its sender posts to */
export const setUpHook = async (driver: SqlDriver, organizationId: string): Promise<string> => {
  const { value } = await administration(asOperator(driver, organizationId), secretBox([hooksKey])).createHook({
    name: 'Benchmark',
    object: 'people',
    verification: { scheme: 'github' },
    secrets: [SECRET],
    mapping: { messageId: 'body.id', match: [{ emails: 'body.person.emails[0]' }], values },
  })
  return `/hooks/${addressOf(organizationId, value.id)}`
}

export const signed = (target: Omit<Target, 'headersOf'>): Target => ({
  ...target,
  headersOf: (body) => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
  }),
})

let message = 0

/** As many deliveries, each a message of its own. */
export const deliveriesOf = (people: Population, count: number): string[] =>
  people.mixed(count).map(({ body }) => `{"id":"m${message++}","person":${body}}`)
