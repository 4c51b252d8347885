/** The time of day behind a day, and where on earth it is meant. */

const INSTANT =
  /^(?<day>.+?)(?:T|,? +)(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<part>\d{1,9}))?)?\s*(?:(?<half>[ap])\.?m\.?)?\s*(?<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i

export interface TimeText {
  /** What stands before the time. */
  readonly day: string
  /** Of 24 hours: 09:30:00.000. */
  readonly time: string
  /** `Z` or +02:00; undefined where none is said. */
  readonly zone: string | undefined
}

const hourOf = (hour: string, half: string | undefined): number | undefined => {
  const number = Number(hour)
  if (half === undefined) return number < 24 ? number : undefined
  if (number < 1 || number > 12) return undefined
  return (number % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
}

const zoneOf = (zone: string): string => (/^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(-2)}` : 'Z')

/** Undefined where there is no time of day. */
export const timeParts = (text: string): TimeText | undefined => {
  const { day = '', hour = '', minute = '', second = '00', part = '', half, zone } = INSTANT.exec(text)?.groups ?? {}
  const hours = hourOf(hour, half)
  if (day === '' || hours === undefined || Number(minute) > 59 || Number(second) > 59) return undefined
  const time = `${String(hours).padStart(2, '0')}:${minute}:${second}.${part.slice(0, 3).padEnd(3, '0')}`
  return { day, time, zone: zone === undefined ? undefined : zoneOf(zone) }
}

export const MIDNIGHT = '00:00:00.000'

/** Milliseconds that a zone is ahead of UTC at an instant. */
const aheadAt = (format: Intl.DateTimeFormat, instant: number): number => {
  const part = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]))
  const shown = `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}Z`
  return Date.parse(shown) - Math.floor(instant / 1_000) * 1_000
}

const DAY_MS = 86_400_000

/** @returns ISO 8601 in UTC; undefined for a time that the zone has twice in that night, or not at all */
export type ToInstant = (day: string, time: string) => string | undefined

/** @returns undefined for what is no zone: `Europe/Berlin`, `+02:00`, `UTC` */
export const timeZone = (zone: string): ToInstant | undefined => {
  if (/^(Z|UTC|GMT|[+-]\d{2}:?\d{2})$/i.test(zone)) return (day, time) => `${day}T${time}${zoneOf(zone)}`
  let format: Intl.DateTimeFormat
  try {
    const numbers = {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    } as const
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', ...numbers })
  } catch {
    return undefined
  }
  return (day, time) => {
    const asUtc = Date.parse(`${day}T${time}Z`)
    const ahead = new Set([asUtc - DAY_MS, asUtc + DAY_MS].map((instant) => aheadAt(format, instant)))
    const instants = [...ahead]
      .map((one) => asUtc - one)
      .filter((instant) => instant + aheadAt(format, instant) === asUtc)
    const [instant] = instants
    return instant === undefined || instants.length > 1 ? undefined : new Date(instant).toISOString()
  }
}
