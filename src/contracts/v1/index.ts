import { resumeWith } from '../../hooks/backlog.ts'
import type { Contract } from '../../http/contract.ts'
import { refuseUnknownParameters } from '../../http/unknown-parameters.ts'
import { bearer } from '../kit/credentials.ts'
import { operatorSchemes } from './access.ts'
import { mountAssertMany } from './assert-many.ts'
import { mountAssertOne } from './assert-one.ts'
import { mountAttributes } from './attributes.ts'
import { mountChangeMany } from './change-many.ts'
import { mountChanges } from './changes.ts'
import { renderError, statusOf } from './errors.ts'
import { mountExport } from './export.ts'
import { mountHooks } from './hooks/index.ts'
import { mountReceive } from './hooks/receive.ts'
import { commandsOf } from './hooks/run.ts'
import { mountJobs } from './jobs.ts'
import { mountKeys } from './keys.ts'
import { mountLifecycle } from './lifecycle.ts'
import { mountLimits } from './limits.ts'
import { mountList } from './list.ts'
import { mountMembers } from './members.ts'
import { mountMerging } from './merging.ts'
import { mountObjects } from './objects.ts'
import { mountOrganization } from './organization.ts'
import { mountOwnKey } from './own-key.ts'
import { mountPhoneNumbers } from './phone-numbers.ts'
import { mountQuery } from './query.ts'
import { mountRecordHistory } from './record-history.ts'
import { mountRecords } from './records.ts'
import { mountReverting } from './reverting.ts'
import { mountSchema } from './schema.ts'
import { mountSubscriptions } from './subscriptions/index.ts'
import { mountTenants } from './tenants/index.ts'
import { mountUndoing } from './undoing.ts'
import { mountUsage } from './usage.ts'

export const contract: Contract = {
  name: 'v1',
  title: 'v1',
  page: 'docs/contracts/v1.md',
  matchesBy: 'any attribute, several in order, combinations',
  tags: [
    { name: 'Records', description: 'Create, update, find, archive and erase records; one or many.' },
    { name: 'Schema', description: 'Objects, their attributes, and which of these may be matched.' },
    { name: 'Changes', description: 'What was changed, in order.' },
    { name: 'Administration', description: 'The organisation, its members and its keys.' },
    { name: 'Hooks', description: 'Where other tools deliver their events, and what becomes of them.' },
    { name: 'Subscriptions', description: 'Who is told of changes, and what could not be delivered.' },
    { name: 'Tenants', description: 'For the operator of the deployment: the organisations that live in it.' },
    { name: 'Limits', description: 'What one request may ask for.' },
  ],
  credentials: bearer,
  otherSchemes: operatorSchemes,
  fields: {},
  renderError,
  statusOf,
  resume: ({ hooks }) => resumeWith(hooks.reopen, hooks.box, commandsOf),
  mount(app, services) {
    mountReceive(app, services)
    refuseUnknownParameters(app)
    mountAssertOne(app, services)
    mountAssertMany(app, services)
    mountList(app, services)
    mountQuery(app, services)
    mountExport(app, services)
    mountChangeMany(app, services)
    mountLifecycle(app, services)
    mountMerging(app, services)
    mountRecords(app, services)
    mountRecordHistory(app, services)
    mountPhoneNumbers(app, services)
    mountObjects(app, services)
    mountAttributes(app, services)
    mountSchema(app, services)
    mountChanges(app, services)
    mountReverting(app, services)
    mountUndoing(app, services)
    mountLimits(app, services)
    mountOrganization(app, services)
    mountMembers(app, services)
    mountJobs(app, services)
    mountOwnKey(app, services)
    mountKeys(app, services)
    mountUsage(app, services)
    mountHooks(app, services)
    mountSubscriptions(app, services)
    mountTenants(app, services)
  },
}
