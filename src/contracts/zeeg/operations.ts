import { z } from '@hono/zod-openapi'
import { written } from '../../engine/assert.ts'
import { objectOf } from '../../engine/names.ts'
import type { Written } from '../../engine/outcome.ts'
import { fieldNames } from '../kit/fields.ts'
import { type Operation, operation } from '../kit/operation.ts'
import { reading, recordId } from '../kit/reading.ts'
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
  readResponses,
  recordBody,
  recordResponse,
} from './schemas.ts'

const succeeded = <S extends 200 | 201, T extends object>(status: S, record: T) => ({
  success: true as const,
  status,
  ...record,
})

/** The answer to a write, with the record under the name of its kind. */
const answered = <T extends object>({ status: outcome }: Written, record: T) => {
  const status: 200 | 201 = outcome === 'created' ? 201 : 200
  return { status, body: succeeded(status, record) }
}

const personFieldName = fieldNames(personFields)
const companyFieldName = fieldNames(companyFields)

/** What a person shows of its company, read in the same call. */
const company = { attribute: 'company', object: 'companies' }

const byId = z.object({ id: recordId })
const objectParam = z.object({
  objectSlug: z
    .string()
    .openapi({ param: { name: 'objectSlug', in: 'path' }, description: 'Slug of the object, such as products.' }),
})

export const operations: readonly Operation[] = [
  operation({
    method: 'put',
    path: '/v2/crm/people',
    operationId: 'zeegAssertPerson',
    summary: 'Create or update a person',
    description: 'Finds a person by the attribute that the query names, with the value that the body holds for it.',
    query: matchingAttribute('Attribute to find the person by. `email` looks at every address of a person.'),
    body: personBody,
    responses: assertResponses(personResponse, 'person'),
    fieldName: () => personFieldName,
    translate: ({ body, query }, organization) => personCommand(body, query.matchingAttribute, organization),
    options: () => ({ include: company }),
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
    query: matchingAttribute('Companies can be found by `domain` only.'),
    body: companyBody,
    responses: assertResponses(companyResponse, 'company'),
    fieldName: () => companyFieldName,
    translate: ({ body, query }, organization) => companyCommand(body, query.matchingAttribute, organization),
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
    params: objectParam,
    query: matchingAttribute('Attribute to find the record by; its value must stand in the body.'),
    body: recordBody,
    responses: { ...assertResponses(recordResponse, 'record'), ...notFound },
    translate: ({ params, body, query }, organization) =>
      recordCommand(params.objectSlug, body, query.matchingAttribute, organization),
    answer: ({ outcomes, organization }, { params }) => {
      const outcome = written(outcomes[0])
      return answered(outcome, { record: renderRecord(outcome.record, objectOf(organization, params.objectSlug)) })
    },
  }),
  reading({
    path: '/v2/crm/people/{id}',
    operationId: 'zeegGetPerson',
    summary: 'Get a person',
    description: 'Answers the person of this id, with its company.',
    params: byId,
    responses: readResponses(personResponse, 'person'),
    object: () => 'people',
    include: company,
    archived: false,
    answer: ({ record, related }, organization) =>
      succeeded(200, { person: renderPerson(record, related, objectOf(organization, 'people')) }),
  }),
  reading({
    path: '/v2/crm/companies/{id}',
    operationId: 'zeegGetCompany',
    summary: 'Get a company',
    description: 'Answers the company of this id.',
    params: byId,
    responses: readResponses(companyResponse, 'company'),
    object: () => 'companies',
    archived: false,
    answer: ({ record }, organization) =>
      succeeded(200, { company: renderCompany(record, objectOf(organization, 'companies')) }),
  }),
  reading({
    path: '/v2/crm/{objectSlug}/{id}',
    operationId: 'zeegGetRecord',
    summary: 'Get a record of a custom object',
    description: 'Answers the record of this id, with every attribute of its object.',
    params: objectParam.extend({ id: recordId }),
    responses: readResponses(recordResponse, 'record'),
    object: ({ objectSlug }) => objectSlug,
    archived: false,
    answer: ({ record }, organization, { objectSlug }) =>
      succeeded(200, { record: renderRecord(record, objectOf(organization, objectSlug)) }),
  }),
]
