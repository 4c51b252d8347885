import type { Contract } from '../../http/contract.ts'
import { renderError, statusOf } from './errors.ts'
import { mountUpsertClient } from './upsert-client.ts'
import { mountUpsertContact } from './upsert-contact.ts'
import { mountUpsertInvestmentEntity } from './upsert-investment-entity.ts'

/** docs/contracts/anduin.md */
export const anduin: Contract = {
  name: 'anduin',
  challenge: 'Bearer',
  renderError,
  statusOf,
  mount(app, services) {
    app.openAPIRegistry.registerComponent('securitySchemes', 'anduinKey', {
      type: 'apiKey',
      in: 'header',
      name: 'Authorization',
      description: 'The key alone, without a scheme in front of it.',
    })
    mountUpsertContact(app, services)
    mountUpsertClient(app, services)
    mountUpsertInvestmentEntity(app, services)
  },
}
