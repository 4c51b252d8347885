/** What the rest of the product uses of the schema. */
export {
  type Attribute,
  type Combination,
  type ObjectSchema,
  type Option,
  optionIdOf,
  SLUG,
  slugOf,
} from './attribute.ts'
export { type KeyIndexes, keyIndexes, type Organization } from './organization.ts'
export { isUuid, type TypeName, typeNames, typeOf, valueTypes } from './types/index.ts'
export { type Compound, combinationKeyText, keyText, type Scalar, type Value } from './value.ts'
