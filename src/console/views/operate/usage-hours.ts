import type { components } from '../../../client/index.ts'
import { counted, wholeNumber } from '../../values/locale.ts'

/** What was asked through one contract, hour by hour, as charts show it. */

export type UsageHour = components['schemas']['UsageHour']
type Usage = components['schemas']['Usage']

const HOUR_MS = 3_600_000

export const contractsIn = ({ hours }: Usage): readonly string[] => {
  const requests = new Map<string, number>()
  for (const hour of hours) requests.set(hour.contract, (requests.get(hour.contract) ?? 0) + hour.requests)
  return [...requests].sort(([, one], [, other]) => other - one).map(([contract]) => contract)
}

/** Of one contract, a place for each hour of the time that is told; undefined where nothing was asked. */
export const hoursOf = ({ from, to, hours }: Usage, contract: string): readonly (UsageHour | undefined)[] => {
  const first = Date.parse(from)
  const places = new Array<UsageHour | undefined>(Math.round((Date.parse(to) - first) / HOUR_MS)).fill(undefined)
  for (const hour of hours)
    if (hour.contract === contract) places[Math.round((Date.parse(hour.hour) - first) / HOUR_MS)] = hour
  return places
}

export const valuesOf = (
  places: readonly (UsageHour | undefined)[],
  value: (hour: UsageHour) => number | null,
): readonly (number | undefined)[] => places.map((hour) => (hour && value(hour)) ?? undefined)

const sumOf = (values: readonly (number | undefined)[]): number =>
  values.reduce<number>((sum, one) => sum + (one ?? 0), 0)

/** In words, as a sum. */
export const inAll = (values: readonly (number | undefined)[], name: string): string => counted(sumOf(values), name)

/** In words, as the highest. */
export const atMost = (values: readonly (number | undefined)[]): string =>
  `at most ${wholeNumber(values.reduce<number>((most, one) => Math.max(most, one ?? 0), 0))} ms`
