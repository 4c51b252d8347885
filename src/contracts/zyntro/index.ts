import type { Contract } from '../../http/contract.ts'
import { mountAddContact } from './add-contact.ts'
import { renderError, statusOf } from './errors.ts'

/** docs/contracts/zyntro.md */
export const zyntro: Contract = {
  name: 'zyntro',
  renderError,
  statusOf,
  mount: mountAddContact,
}
