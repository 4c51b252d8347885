import metadata from 'libphonenumber-js/metadata.min.json'
import { generated } from './generated.ts'

/**
 * `npm run phones`: the world's numbering plans without the formats in which numbers are written, which the product never
 * does: they are half of the library's data, and every Worker would carry them. `--check` only compares, so that an update
 * of the library is an update of the plans too.
 */

/** Where the library's list of a country has the formats. */
const FORMATS = 4

const withoutFormats = Object.entries(metadata.countries).map(([country, plan]) => [
  country,
  plan.map((part, index) => (index === FORMATS ? 0 : part)),
])

const plans = { ...metadata, countries: Object.fromEntries(withoutFormats) }

generated(
  'src/schema/types/phone-plans.ts',
  `// Made by scripts/phone-plans.ts from libphonenumber-js, without its formats. Do not edit.
import type { MetadataJson } from 'libphonenumber-js/core'

export const plans: MetadataJson = ${JSON.stringify(plans)}
`,
  'npm run phones',
)
