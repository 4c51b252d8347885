import { contractOf } from '../kit/operation.ts'
import { credentials, ownFirm } from './credentials.ts'
import { renderError, statusOf } from './errors.ts'
import { client, contact, entity } from './fields.ts'
import { operations } from './operations.ts'

export const contract = contractOf({
  name: 'anduin',
  title: 'Anduin',
  page: 'docs/contracts/anduin.md',
  matchesBy: 'tracking id, else e-mail',
  tags: [{ name: 'Anduin', description: 'For clients written for Anduin: contacts, clients and investment entities.' }],
  credentials,
  fields: { [contact.object]: contact.fields, [client.object]: client.fields, [entity.object]: entity.fields },
  renderError,
  statusOf,
  guards: [ownFirm],
  operations,
})
