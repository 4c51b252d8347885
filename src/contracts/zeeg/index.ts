import { bearer } from '../kit/credentials.ts'
import { contractOf } from '../kit/operation.ts'
import { renderError, statusOf } from './errors.ts'
import { companyFields, personFields } from './fields.ts'
import { operations } from './operations.ts'

export const contract = contractOf({
  name: 'zeeg',
  title: 'Zeeg',
  page: 'docs/contracts/zeeg.md',
  matchesBy: 'the attribute that the query names',
  tags: [{ name: 'Zeeg', description: 'For clients written for Zeeg: people, companies and records.' }],
  credentials: bearer,
  fields: { people: personFields, companies: companyFields },
  othersBySlug: true,
  renderError,
  statusOf,
  operations,
})
