import { contractOf } from '../kit/operation.ts'
import { credentials } from './credentials.ts'
import { renderError, statusOf } from './errors.ts'
import { CUSTOM_FIELDS, companyFields, personFields } from './fields.ts'
import { operations } from './operations.ts'

export const contract = contractOf({
  name: 'zyntro',
  title: 'Zyntro',
  page: 'docs/contracts/zyntro.md',
  matchesBy: 'e-mail, phone or id, by `lookup_by`',
  tags: [{ name: 'Zyntro', description: 'For clients written for Zyntro: a contact and its company in one request.' }],
  credentials,
  fields: { people: personFields, companies: companyFields },
  codedFields: { credentials: ['developer_secret'], content: ['contact', `${CUSTOM_FIELDS}.plan`] },
  renderError,
  statusOf,
  operations,
})
