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
  type SearchIndex,
  SLUG,
  slugOf,
} from './attribute.ts'
export {
  type HistoryMode,
  type HistorySettings,
  historyModes,
  isEnded,
  isHidden,
  isLeft,
  isQuiet,
  isServed,
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
export { loadPhoneLibrary } from './types/load-phone-library.ts'
export { NotLoadedError } from './types/phone-library.ts'
export { phoneInE164 } from './types/phone-number.ts'
export {
  type Compound,
  combinationKeyText,
  elementsOf,
  keyText,
  type Scalar,
  type StoredValue,
  type Value,
} from './value.ts'
