import { v5 } from 'uuid'
import { type Attribute, isUuid, type Option, type Organization } from '../../schema/schema.ts'
import { isJsonObject } from '../kit/json.ts'

/** Options have UUIDs and api_names in this contract; both are made from our id, so they outlive a renaming. */
const uuidOf = (option: Option, attribute: Attribute, organization: Organization) =>
  v5(`${attribute.slug} ${option.id}`, organization.id)
const apiNameOf = (id: string) => id.replace(/^opt_/, '')

/** An option by id, api_name or display_value, alone or in an object. What is none of them is left to be refused. */
export const readOption = (input: unknown, attribute: Attribute, organization: Organization): unknown => {
  const named = isJsonObject(input) ? (input.id ?? input.api_name ?? input.display_value ?? input) : input
  const isNamed = isUuid(named)
    ? (option: Option) => uuidOf(option, attribute, organization) === named.toLowerCase()
    : (option: Option) => apiNameOf(option.id) === named
  return attribute.options.find(isNamed)?.id ?? named
}

/** An option that the attribute no longer has is answered by its api_name alone. */
export const renderOption = (id: string, attribute: Attribute, organization: Organization): object => {
  const option = attribute.options.find((o) => o.id === id)
  return {
    id: option ? uuidOf(option, attribute, organization) : null,
    display_value: option?.value ?? null,
    api_name: apiNameOf(id),
    color: option?.color ?? null,
  }
}
