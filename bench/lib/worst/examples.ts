import { type Operation, operations } from '../../../test/support/openapi.ts'
import { type Case, json, type Place, people } from './case.ts'

/** Makes what the example names. @returns what `{id}` in its path stands for */
const prepareExample = async ({ path }: Operation, { ask, organization }: Place): Promise<{ readonly id?: string }> => {
  if (path.includes('{objectSlug}')) {
    await ask('POST', '/v1/objects', { slug: 'products', singularName: 'Product', pluralName: 'Products' })
    await ask('POST', '/v1/objects/products/attributes', { label: 'SKU', type: 'text', unique: true })
    await ask('POST', '/v1/objects/products/attributes', { label: 'Region', type: 'text' })
  }
  await ask('POST', `/api/v1/idm/${organization}/clients/upsert`, { trackingId: 'crm-4711', name: 'N' })
  if (path.includes('/keys/')) return ask('POST', '/v1/keys', { name: 'k', scopes: [] })
  if (path.includes('/members/')) return ask('POST', '/v1/members', { name: 'M', email: 'other@w.example' })
  return ask('PUT', people, { values: { emails: ['ada@engine.example'], first_name: 'Ada' } })
}

/** What has no dear form that we know of is asked for what the document shows, so that every operation has a figure. */
export const examplesBut = (described: readonly Case[]): readonly Case[] =>
  operations
    .filter(({ id, credentials }) => credentials !== 'operator' && !described.some(({ operation }) => operation === id))
    .map((operation) => ({
      operation: operation.id,
      what: 'the example of the reference',
      sizes: [1],
      prepare: (place) => prepareExample(operation, place),
      request: (place, _size, made) => {
        const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
          if (name === 'firmId') return place.organization
          if (name === 'id') return (made as { id: string }).id
          return String(operation.parameters.find((one) => one.name === name)?.schema.example)
        })
        const query = operation.parameters.filter((one) => one.in === 'query' && one.required)
        const full =
          query.length === 0
            ? path
            : `${path}?${query.map(({ name, schema: one }) => `${name}=${one.example}`).join('&')}`
        return operation.body
          ? json(operation.method, full, operation.body.example)
          : { method: operation.method, path: full }
      },
    }))
