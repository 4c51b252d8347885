import { contractOf } from '../kit/operation.ts'
import { credentials } from './credentials.ts'
import { renderError, statusOf } from './errors.ts'
import { account, contact, fieldTableOf } from './fields.ts'
import { operations } from './operations.ts'

export const contract = contractOf({
  name: 'reevo',
  title: 'Reevo',
  page: 'docs/contracts/reevo.md',
  matchesBy: 'e-mail, domain or id, in `match`',
  tags: [{ name: 'Reevo', description: 'For clients written for Reevo: contacts and accounts.' }],
  credentials,
  fields: { [contact.object]: fieldTableOf(contact), [account.object]: fieldTableOf(account) },
  renderError,
  statusOf,
  operations,
})
