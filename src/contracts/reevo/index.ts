import type { Contract } from '../../http/contract.ts'
import { mountAssertAccount } from './assert-account.ts'
import { mountAssertContact } from './assert-contact.ts'
import { renderError, statusOf } from './errors.ts'

/** docs/contracts/reevo.md */
export const reevo: Contract = {
  name: 'reevo',
  challenge: 'Bearer',
  renderError,
  statusOf,
  mount(app, services) {
    mountAssertContact(app, services)
    mountAssertAccount(app, services)
  },
}
