import parsePhoneNumber, {
  type CountryCode,
  isSupportedCountry,
  Metadata,
  type NumberingPlan,
} from 'libphonenumber-js/core'
import { plans as metadata } from './phone-plans.ts'

/** The only file that knows the library of the world's numbers. It is loaded with its first use: see phone-library.ts. */

/** The library looks a name up in an object, where there is also a "constructor". */
const isCountry = (country: string): country is CountryCode =>
  /^[A-Z]{2}$/.test(country) && isSupportedCountry(country as CountryCode, metadata)

/** How long the national part of a number may be, and how it begins where it is written with a prefix too many. */
interface Plan {
  /** In every country of the calling code. */
  readonly certain: ReadonlySet<number>
  /** In some of them. */
  readonly possible: ReadonlySet<number>
  readonly prefixes: readonly RegExp[]
}

type CallingCode = keyof typeof metadata.country_calling_codes

const planOfCountry = (country: CountryCode) => {
  const known = new Metadata(metadata)
  known.selectNumberingPlan(country)
  // The library has this method, its types have not.
  const plan = known.numberingPlan as NumberingPlan & { nationalPrefixForParsing(): string | undefined }
  return { lengths: plan.possibleLengths(), prefix: plan.nationalPrefixForParsing() }
}

const makePlan = (code: CallingCode): Plan => {
  const countries = (metadata.country_calling_codes[code] as CountryCode[]).map(planOfCountry)
  const all = countries.flatMap(({ lengths }) => lengths)
  const prefixes = new Set(countries.flatMap(({ prefix }) => prefix ?? []))
  return {
    certain: new Set(all.filter((length) => countries.every(({ lengths }) => lengths.includes(length)))),
    possible: new Set(all),
    prefixes: [...prefixes].map((prefix) => new RegExp(`^(?:${prefix})`)),
  }
}

const plans = new Map<CallingCode, Plan>()

const planOf = (code: CallingCode): Plan => {
  let plan = plans.get(code)
  if (plan === undefined) {
    plan = makePlan(code)
    plans.set(code, plan)
  }
  return plan
}

/** No calling code is the beginning of another one. */
const callingCode = (digits: string): CallingCode | undefined => {
  for (let length = 1; length <= 3; length++) {
    const code = digits.slice(0, length)
    if (Object.hasOwn(metadata.country_calling_codes, code)) return code as CallingCode
  }
  return undefined
}

/**
 * Possible is what has as many digits as its country gives out, and not only the ranges in use: which those are changes
 * every month, and keys would change with them.
 */
const byLibrary = (number: string, country?: CountryCode): string | undefined => {
  const found = parsePhoneNumber(number, { extract: false, ...(country && { defaultCountry: country }) }, metadata)
  return found?.isPossible() ? found.number : undefined
}

/**
 * The same, where a number in international form has no prefix too many: then its length decides, which the library comes
 * to after ten times the work. A test holds the two against each other for all codes.
 */
const possible = (number: string, country?: CountryCode): string | undefined => {
  const code = number.startsWith('+') ? callingCode(number.slice(1)) : undefined
  if (code === undefined) return byLibrary(number, country)
  const national = number.slice(1 + String(code).length)
  const plan = planOf(code)
  if (plan.prefixes.some((prefix) => prefix.test(national))) return byLibrary(number, country)
  if (plan.certain.has(national.length)) return number
  return plan.possible.has(national.length) ? byLibrary(number, country) : undefined
}

/**
 * The library takes one prefix away at each reading. A number that was written with more of them (+49 00 171…) would have
 * a key whose own key is another one: so a key is read until it stays as it is, with a digit less each time.
 */
const settled = (number: string): string => {
  const again = possible(number)
  return again === undefined || again === number ? number : settled(again)
}

/**
 * E.164 of a dialled number, or undefined where no country knows it. Reading it again changes nothing.
 * @param country ISO 3166 code of where national forms are dialled
 */
export const e164 = (number: string, country: string | undefined): string | undefined => {
  const found =
    possible(number, country !== undefined && isCountry(country) ? country : undefined) ??
    // Most of the world dials 00 for +, and so writes it, even to who dials something else.
    (number.startsWith('00') ? possible(`+${number.slice(2)}`) : undefined)
  // A number that is read as it stands needs no second reading, which is nearly every one.
  return found === undefined || found === number ? found : settled(found)
}

export { byLibrary, isCountry }
