import type { Contract } from '../../http/contract.ts'
import { mountAssertCompany } from './assert-company.ts'
import { mountAssertPerson } from './assert-person.ts'
import { mountAssertRecord } from './assert-record.ts'
import { renderError, statusOf } from './errors.ts'

/** docs/contracts/zeeg.md */
export const zeeg: Contract = {
  name: 'zeeg',
  challenge: 'Bearer',
  renderError,
  statusOf,
  mount(app, services) {
    mountAssertPerson(app, services)
    mountAssertCompany(app, services)
    mountAssertRecord(app, services)
  },
}
