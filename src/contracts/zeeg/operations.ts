import { z } from '@hono/zod-openapi'
import { written } from '../../engine/assert.ts'
import type { Written } from '../../engine/outcome.ts'
import { fieldNames } from '../kit/fields.ts'
import { type Operation, operation } from '../kit/operation.ts'
import { objectOf } from '../kit/read-back.ts'
import { companyCommand, personCommand, recordCommand } from './commands.ts'
import { companyFields, personFields } from './fields.ts'
import { renderCompany, renderPerson, renderRecord } from './render.ts'
import {
  assertResponses,
  companyBody,
  companyResponse,
  matchingAttribute,
  notFound,
  personBody,
  personResponse,
  recordBody,
  recordResponse,
} from './schemas.ts'

/** The answer to a write, with the record under the name of its kind. */
const answered = <T extends object>({ status: outcome }: Written, record: T) => {
  const status: 200 | 201 = outcome === 'created' ? 201 : 200
  return { status, body: { success: true as const, status, ...record } }
}

const personFieldName = fieldNames(personFields)
const companyFieldName = fieldNames(companyFields)

export const operations: readonly Operation[] = [
  operation({
    method: 'put',
    path: '/v2/crm/people',
    operationId: 'zeegAssertPerson',
    summary: 'Create or update a person',
    description: 'Finds a person by the attribute that the query names, with the value that the body holds for it.',
    query: matchingAttribute('Attribute to find the person by. `email` looks at every address of a person.', 'email'),
    body: personBody,
    responses: assertResponses(personResponse, 'person'),
    fieldName: () => personFieldName,
    translate: ({ body, query }) => personCommand(body, query.matchingAttribute),
    options: () => ({ include: { attribute: 'company', object: 'companies' } }),
    answer: ({ outcomes, organization }) => {
      const outcome = written(outcomes[0])
      const person = renderPerson(outcome.record, outcome.related, objectOf(organization, 'people'))
      return answered(outcome, { person })
    },
  }),
  operation({
    method: 'put',
    path: '/v2/crm/companies',
    operationId: 'zeegAssertCompany',
    summary: 'Create or update a company',
    description: 'Finds a company by its domain.',
    query: matchingAttribute('Companies can be found by `domain` only.', 'domain'),
    body: companyBody,
    responses: assertResponses(companyResponse, 'company'),
    fieldName: () => companyFieldName,
    translate: ({ body, query }) => companyCommand(body, query.matchingAttribute),
    answer: ({ outcomes, organization }) => {
      const outcome = written(outcomes[0])
      return answered(outcome, { company: renderCompany(outcome.record, objectOf(organization, 'companies')) })
    },
  }),
  operation({
    method: 'put',
    path: '/v2/crm/{objectSlug}',
    operationId: 'zeegAssertRecord',
    summary: 'Create or update a record of a custom object',
    description:
      'Finds a record by the attribute that the query names. The attribute need not be unique: of several records the oldest is taken.',
    params: z.object({
      objectSlug: z.string().openapi({ param: { name: 'objectSlug', in: 'path' }, example: 'products' }),
    }),
    query: matchingAttribute('Attribute to find the record by; its value must stand in the body.', 'sku'),
    body: recordBody,
    responses: { ...assertResponses(recordResponse, 'record'), ...notFound },
    translate: ({ params, body, query }) => recordCommand(params.objectSlug, body, query.matchingAttribute),
    answer: ({ outcomes, organization }, { params }) => {
      const outcome = written(outcomes[0])
      return answered(outcome, { record: renderRecord(outcome.record, objectOf(organization, params.objectSlug)) })
    },
  }),
]
