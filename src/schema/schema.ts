/** What the rest of the product uses of the schema. */
export {
  type Attribute,
  asWanted,
  type Building,
  type BuildingCombination,
  type Combination,
  hasKeys,
  type KeptKeys,
  type ObjectSchema,
  type Option,
  optionIdOf,
  SLUG,
  slugOf,
} from './attribute.ts'
export {
  type HistoryMode,
  type HistorySettings,
  historyModes,
  isLeft,
  isQuiet,
  type KeyIndexes,
  keyIndexes,
  leftStatuses,
  listedStatuses,
  type Organization,
  type OrganizationStatus,
  organizationStatuses,
  quietStatuses,
  type Relations,
  relationsOf,
  servedStatuses,
  standings,
  type TenantStatus,
  tenantStatuses,
} from './organization.ts'
export { storedValue } from './parse.ts'
export { isIndexable, isUuid, parseOption, type TypeName, typeNames, typeOf, valueTypes } from './types/index.ts'
export { loadPhoneLibrary, NotLoadedError } from './types/phone-library.ts'
export {
  type Compound,
  combinationKeyText,
  elementsOf,
  keyText,
  type Scalar,
  type StoredValue,
  type Value,
} from './value.ts'
