import { describe, expect, it } from 'vitest'
import { describedContracts } from '../../scripts/lib/described.ts'
import { document, type JsonSchema, resolved } from '../support/openapi.ts'

/** What a contract has a name for, it must show: named and not answered, an attribute would vanish from every answer. */

/** Fields that are answered as something else, or are a way to name a record. */
const ELSEWHERE: ReadonlyMap<string, string | null> = new Map([
  ['companyId', 'company'],
  ['entity', 'entity_id'],
  ['contactId', 'contact_id'],
])

/** Zyntro answers a company by its id only, and has no operation that reads one. */
const NOT_READ = new Set(['zyntro companies'])

const names = (schema: JsonSchema | undefined, into: Set<string>, seen = new Set<string>()): Set<string> => {
  if (!schema) return into
  if (schema.$ref) {
    if (seen.has(schema.$ref)) return into
    seen.add(schema.$ref)
  }
  const { properties = {}, anyOf = [], allOf = [], items } = resolved(schema)
  for (const [name, inner] of Object.entries(properties)) {
    into.add(name)
    names(inner, into, seen)
  }
  for (const inner of [...anyOf, ...allOf, items]) names(inner, into, seen)
  return into
}

/** Names in all answers of a contract that are no errors. */
const answered = (tags: readonly string[]): ReadonlySet<string> => {
  const found = new Set<string>()
  for (const methods of Object.values(document.paths))
    for (const { tags: of, responses } of Object.values(methods))
      if (of.some((tag) => tags.includes(tag)))
        for (const [status, { content = {} }] of Object.entries(responses))
          if (status.startsWith('2')) for (const { schema } of Object.values(content)) names(schema, found)
  return found
}

describe.each((await describedContracts()).filter(({ contract }) => Object.keys(contract.fields).length > 0))(
  '$contract.title',
  ({ contract }) => {
    const shown = answered(contract.tags.map(({ name }) => name))

    it.each(Object.keys(contract.fields).filter((object) => !NOT_READ.has(`${contract.name} ${object}`)))(
      'answers every field that it has for %s',
      (object) => {
        const fields = [...(contract.fields[object]?.keys() ?? [])].map((field) => field.split('.').at(-1) ?? field)
        expect(fields.filter((field) => !shown.has(ELSEWHERE.get(field) ?? field))).toEqual([])
        expect(fields.length).toBeGreaterThan(3)
      },
    )
  },
)
