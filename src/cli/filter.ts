import type { EdgeUpsert, Filter } from '../client/index.ts'
import { UsageError } from './exit-errors.ts'

/** What `--filter` says: a filter of the API as JSON, or an attribute and its value. All that was said must hold. */

export interface SaidFilter {
  readonly equal: readonly (readonly [attribute: string, value: string])[]
  readonly where: Filter | undefined
}

/** Of a condition, or of several that must all hold. */
const all = ([first, ...others]: readonly Filter[]): Filter | undefined =>
  first && others.length > 0 ? { and: [first, ...others] } : first

const parsed = (text: string): Filter => {
  try {
    return JSON.parse(text) as Filter
  } catch (error) {
    throw new Error(
      `--filter: ${text} is no JSON: write it as {"attribute": "city", "operator": "eq", "value": "Berlin"}.`,
      { cause: error },
    )
  }
}

const equalOf = (text: string): readonly [string, string] => {
  const at = text.indexOf('=')
  if (at < 1)
    throw new Error(`--filter: "${text}" must be an attribute and a value, such as city=Berlin, or a filter as JSON.`)
  return [text.slice(0, at), text.slice(at + 1)]
}

const isJson = (text: string) => text.trimStart().startsWith('{')

/** @throws Error when it is neither */
export const filterSaid = (texts: readonly string[] = []): SaidFilter => ({
  equal: texts.filter((text) => !isJson(text)).map(equalOf),
  where: all(texts.filter(isJson).map(parsed)),
})

const typed = (type: string | undefined, text: string): unknown => {
  if (type === 'number' || type === 'rating' || type === 'currency') {
    const number = text.trim() === '' ? Number.NaN : Number(text)
    // As a number of JSON it would be null, which is another filter.
    if (!Number.isFinite(number)) throw new UsageError(`--filter: "${text}" is no number, such as 1.5.`)
    return number
  }
  return type === 'checkbox' && (text === 'true' || text === 'false') ? text === 'true' : text
}

/** All of it as a filter of the API, where values are not texts. Undefined: nothing was said. */
export const filterOf = async (
  client: EdgeUpsert,
  object: string,
  { equal, where }: SaidFilter,
): Promise<Filter | undefined> => {
  if (equal.length === 0) return where
  const { objects } = await client.call('get', '/v1/objects', {})
  const attributes = objects.find(({ slug }) => slug === object)?.attributes
  const conditions = equal.map(([attribute, text]): Filter => {
    const type = attributes?.find(({ slug }) => slug === attribute)?.type
    return { attribute, operator: 'eq', value: typed(type, text) }
  })
  return all([...conditions, ...(where ? [where] : [])])
}
