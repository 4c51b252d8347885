import parsePhoneNumber, { type CountryCode, isSupportedCountry } from 'libphonenumber-js/core'
import metadata from 'libphonenumber-js/metadata.min.json'

/** The only file that knows the library of the world's numbers. It is loaded with its first use: see phone-library.ts. */

/** The library looks a name up in an object, where there is also a "constructor". */
const isCountry = (country: string): country is CountryCode =>
  /^[A-Z]{2}$/.test(country) && isSupportedCountry(country as CountryCode, metadata)

/**
 * Possible is what has as many digits as its country gives out, and not only the ranges in use: which those are changes
 * every month, and keys would change with them.
 */
const possible = (number: string, country?: CountryCode): string | undefined => {
  const found = parsePhoneNumber(number, { extract: false, ...(country && { defaultCountry: country }) }, metadata)
  return found?.isPossible() ? found.number : undefined
}

/**
 * E.164 of a dialled number, or undefined where no country knows it.
 * @param country ISO 3166 code of where national forms are dialled
 */
export const e164 = (number: string, country: string | undefined): string | undefined =>
  possible(number, country !== undefined && isCountry(country) ? country : undefined) ??
  // Most of the world dials 00 for +, and so writes it, even to who dials something else.
  (number.startsWith('00') ? possible(`+${number.slice(2)}`) : undefined)

export { isCountry }
