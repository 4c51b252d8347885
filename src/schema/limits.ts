/**
 * How much an organisation may define. An isolate keeps the schema in memory and every batch carries its indexes, so
 * both are bounded here, for HTTP and commands alike. Lengths are in characters, counts in what is current.
 */
export const definitionLimits = {
  /** Custom objects of an organisation. */
  objects: 100,
  /** Attributes of one object, its standard ones included. */
  attributesPerObject: 300,
  /** Custom attributes of an organisation, and changed standard ones. */
  attributes: 2_000,
  combinationsPerObject: 20,
  attributesPerCombination: 5,
  optionsPerAttribute: 500,
  /** Of all attributes of an organisation together. */
  options: 10_000,
  label: 100,
  option: 255,
} as const

/** Days that changes can be kept for, at most, if not for good. */
export const HISTORY_DAYS = 3_650

/** Who may be in an organisation, and how they are named. */
export const accessLimits = {
  members: 1_000,
  keys: 1_000,
  allowlistEntries: 100,
  name: 200,
} as const
