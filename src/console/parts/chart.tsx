import { wholeNumber } from '../values/locale.ts'

/** Bars over time, drawn by hand: what one sees at a glance. Whoever wants numbers has a table beside it. */

export interface Series {
  readonly name: string
  /** As tokens call it. */
  readonly look: 'accent' | 'faint' | 'danger'
  /** One for each place, from the first to the last; undefined: nothing is known. */
  readonly values: readonly (number | undefined)[]
}

const HEIGHT = 40
/** Of a place, what its bar leaves free. */
const GAP = 0.15

/** All bars of a series are one path: a month of hours is one element. */
const barsOf = (values: Series['values'], highest: number): string =>
  values
    .map((value, i) => {
      if (!value) return ''
      // What there is at all is seen.
      const height = Math.max(0.6, (value / highest) * HEIGHT)
      return `M${i + GAP} ${HEIGHT}v${-height.toFixed(2)}h${1 - 2 * GAP}V${HEIGHT}z`
    })
    .join('')

const highestOf = (series: readonly Series[]): number =>
  series.reduce((highest, { values }) => values.reduce<number>((most, value) => Math.max(most, value ?? 0), highest), 0)

/**
 * @param series those in front last, in one scale
 * @param said in words what is seen, for whoever does not see it
 */
export const Chart = ({
  title,
  series,
  unit = '',
  said,
}: {
  readonly title: string
  readonly series: readonly Series[]
  readonly unit?: string
  readonly said: string
}) => {
  const highest = highestOf(series)
  const places = series[0]?.values.length ?? 0
  return (
    <figure class="chart">
      <figcaption>
        <strong>{title}</strong>
        <span class="quiet">
          up to {wholeNumber(highest)}
          {unit}
        </span>
      </figcaption>
      <svg viewBox={`0 0 ${places} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${title}: ${said}`}>
        {series.map(({ name, look, values }) => (
          <path key={name} class={look} d={barsOf(values, highest || 1)} />
        ))}
      </svg>
      {series.length > 1 && (
        <ul class="plain legend" aria-hidden="true">
          {series.map(({ name, look }) => (
            <li key={name} class={look}>
              {name}
            </li>
          ))}
        </ul>
      )}
    </figure>
  )
}
