import type { z } from '@hono/zod-openapi'
import { refuse } from '../../engine/errors.ts'
import type { StoredRecord } from '../../engine/record.ts'
import { fieldNames } from '../kit/fields.ts'
import type { Operation } from '../kit/operation.ts'
import { type Lookup, readOperation } from '../kit/read-operation.ts'
import { pathKeys } from './commands.ts'
import { client, contact, entity, type Resource } from './fields.ts'
import { clientOf, contactOf, entityOf } from './render.ts'
import {
  clientParams,
  clientRecord,
  contactParams,
  contactRecord,
  entityParams,
  entityRecord,
  getResponses,
} from './schemas.ts'

/** @throws RefusedError record_not_found */
const recordOf = async ({ object }: Resource, pathId: string, lookup: Lookup): Promise<StoredRecord> => {
  for (const { name, value } of pathKeys(pathId)) {
    const record = await (name === 'id' ? lookup.byId(object, value) : lookup.byKey(object, name, value))
    if (record) return record
  }
  throw refuse('record_not_found', undefined, '')
}

/** What the three do not have in common. */
interface Get<P extends z.ZodObject, A extends z.ZodType> {
  readonly path: string
  readonly operationId: string
  readonly resource: Resource
  readonly noun: string
  readonly params: P
  readonly pathId: (params: z.output<P>) => string
  readonly response: A
  readonly render: (record: StoredRecord) => z.input<A>
}

const get = <P extends z.ZodObject, A extends z.ZodType>(one: Get<P, A>): Operation => {
  const { path, operationId, resource, noun, params, pathId, response, render } = one
  const fieldName = fieldNames(resource.fields)
  return readOperation<P, z.ZodObject, z.ZodType, A>({
    method: 'get',
    path: `/api/v1/idm/{firmId}/${path}`,
    operationId,
    summary: `Get ${resource.noun}`,
    description: `The ${noun} that has this id or tracking id, as an upsert answers it.`,
    params,
    responses: getResponses(response, noun),
    fieldName: () => fieldName,
    read: async (asked, lookup) => render(await recordOf(resource, pathId(asked.params), lookup)),
  })
}

export const readOperations: readonly Operation[] = [
  get({
    path: 'contacts/{contactId}',
    operationId: 'anduinGetContact',
    resource: contact,
    noun: 'contact',
    params: contactParams,
    pathId: ({ contactId }) => contactId,
    response: contactRecord,
    render: contactOf,
  }),
  get({
    path: 'clients/{clientId}',
    operationId: 'anduinGetClient',
    resource: client,
    noun: 'client',
    params: clientParams,
    pathId: ({ clientId }) => clientId,
    response: clientRecord,
    render: clientOf,
  }),
  get({
    path: 'investment-entities/{investmentEntityId}',
    operationId: 'anduinGetInvestmentEntity',
    resource: entity,
    noun: 'investment entity',
    params: entityParams,
    pathId: ({ investmentEntityId }) => investmentEntityId,
    response: entityRecord,
    render: entityOf,
  }),
]
