import type { Contract } from '../../http/contract.ts'
import { mountAdministration } from './administration.ts'
import { mountAssertMany } from './assert-many.ts'
import { mountAssertOne } from './assert-one.ts'
import { mountAttributes } from './attributes.ts'
import { mountChanges } from './changes.ts'
import { renderError, statusOf } from './errors.ts'
import { mountLifecycle } from './lifecycle.ts'
import { mountLimits } from './limits.ts'
import { mountObjects } from './objects.ts'
import { mountQuery } from './query.ts'
import { mountRecords } from './records.ts'
import { mountTenants } from './tenants.ts'

/** docs/contracts/v1.md */
export const v1: Contract = {
  name: 'v1',
  renderError,
  statusOf,
  mount(app, services) {
    mountAssertOne(app, services)
    mountAssertMany(app, services)
    mountQuery(app, services)
    mountLifecycle(app, services)
    mountRecords(app, services)
    mountObjects(app, services)
    mountAttributes(app, services)
    mountChanges(app, services)
    mountLimits(app, services)
    mountAdministration(app, services)
    mountTenants(app, services)
  },
}
