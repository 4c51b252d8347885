import { useMemo } from 'preact/hooks'
import type { components } from '../../../client/index.ts'
import { ask } from '../../calls/question.ts'
import { useAnswer } from '../../calls/use-answer.ts'
import { address, changeQuery } from '../../frame/address.ts'
import { Chart } from '../../parts/chart.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Problem } from '../../parts/problem.tsx'
import { RequestBox } from '../../parts/request.tsx'
import { time, wholeNumber } from '../../values/locale.ts'
import { atMost, contractsIn, hoursOf, inAll, type UsageHour, valuesOf } from './usage-hours.ts'

const SPANS = [
  { days: 1, title: 'The last day' },
  { days: 7, title: 'The last week' },
  { days: 30, title: 'The last 30 days' },
] as const

const [FIRST] = SPANS

type Places = readonly (UsageHour | undefined)[]

const errorsOf = ({ clientErrors, serverErrors }: UsageHour) => clientErrors + serverErrors

const Charts = ({ places }: { readonly places: Places }) => {
  const of = (value: (hour: UsageHour) => number | null) => valuesOf(places, value)
  const requests = of((hour) => hour.requests)
  const errors = of(errorsOf)
  const calls = of((hour) => hour.calls)
  const read = of((hour) => hour.rowsRead)
  const rowsWritten = of((hour) => hour.rowsWritten)
  const [p50, p95] = [of((hour) => hour.p50), of((hour) => hour.p95)]
  const areRowsTold = read.some((value) => value !== undefined)
  return (
    <div class="charts">
      <Chart
        title="Requests"
        said={`${inAll(requests, 'request')}, ${inAll(errors, 'error')}`}
        series={[
          { name: 'all', look: 'faint', values: requests },
          { name: 'refused or failed', look: 'danger', values: errors },
        ]}
      />
      <Chart
        title="Latency"
        unit=" ms"
        said={`of half of the requests ${atMost(p50)}, of 95 % ${atMost(p95)}`}
        series={[
          { name: '95 %', look: 'faint', values: p95 },
          { name: 'half', look: 'accent', values: p50 },
        ]}
      />
      <Chart
        title="Calls of the database"
        said={inAll(calls, 'call')}
        series={[{ name: 'calls', look: 'accent', values: calls }]}
      />
      {areRowsTold ? (
        <>
          <Chart
            title="Rows read"
            said={inAll(read, 'row')}
            series={[{ name: 'read', look: 'accent', values: read }]}
          />
          <Chart
            title="Rows written"
            said={inAll(rowsWritten, 'row')}
            series={[{ name: 'written', look: 'accent', values: rowsWritten }]}
          />
        </>
      ) : (
        <p class="quiet">This database does not tell which rows it reads and writes.</p>
      )}
    </div>
  )
}

const orNothing = (value: number | null) => (value === null ? '' : wholeNumber(value))

const Row = ({ hour }: { readonly hour: UsageHour }) => (
  <tr>
    <th scope="row">{time(hour.hour)}</th>
    <td class="number">{wholeNumber(hour.requests)}</td>
    <td class="number">{wholeNumber(hour.clientErrors)}</td>
    <td class="number">{wholeNumber(hour.serverErrors)}</td>
    <td class="number">{wholeNumber(hour.calls)}</td>
    <td class="number">{orNothing(hour.rowsRead)}</td>
    <td class="number">{orNothing(hour.rowsWritten)}</td>
    <td class="number">{orNothing(hour.p50)}</td>
    <td class="number">{orNothing(hour.p95)}</td>
  </tr>
)

const COLUMNS = ['Hour', 'Requests', 'Refused', 'Failed', 'Calls', 'Rows read', 'Rows written', 'p50, ms', 'p95, ms']

const Table = ({ places }: { readonly places: Places }) => (
  <details>
    <summary>As a table</summary>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
    <section class="wide" tabIndex={0} aria-label="Usage by hour">
      <table>
        <thead>
          <tr>
            {COLUMNS.map((column, i) => (
              <th key={column} class={i === 0 ? undefined : 'number'}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{places.toReversed().map((hour) => hour && <Row key={hour.hour} hour={hour} />)}</tbody>
      </table>
    </section>
  </details>
)

const NotAnything = ({ isCounted, days }: { readonly isCounted: boolean; readonly days: number }) => {
  if (!isCounted)
    return (
      <Empty title="This deployment counts nothing.">
        <p>Its operator has set USAGE_SECONDS to 0.</p>
      </Empty>
    )
  return (
    <Empty title="Nothing was asked in this time.">
      {days === 1 && (
        <button type="button" onClick={() => changeQuery({ days: '7' })}>
          Look a week back
        </button>
      )}
    </Empty>
  )
}

const Counted = ({ usage }: { readonly usage: components['schemas']['Usage'] }) => {
  const contracts = contractsIn(usage)
  const wanted = address.value.query.contract
  const contract = contracts.find((one) => one === wanted) ?? contracts[0] ?? ''
  const places = hoursOf(usage, contract)
  return (
    <>
      <label class="choice">
        Contract
        <select value={contract} onChange={(event) => changeQuery({ contract: event.currentTarget.value })}>
          {contracts.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <Charts places={places} />
      <p class="quiet">
        From {time(usage.from)} to {time(usage.to)}, a bar for each hour. Requests that no key has let in are not
        counted.
      </p>
      <Table places={places} />
    </>
  )
}

/** What was asked, what it cost and what failed, by contract and hour. */
export const UsageOfOrganization = () => {
  const { days } = SPANS.find((span) => String(span.days) === address.value.query.days) ?? FIRST
  const from = useMemo(() => new Date(Date.now() - days * 86_400_000).toISOString(), [days])
  const question = ask('get', '/v1/usage', { query: { from } })
  const { data, error, again } = useAnswer(question)
  return (
    <>
      <div class="bar">
        <select
          aria-label="Time"
          value={String(days)}
          onChange={(event) => changeQuery({ days: event.currentTarget.value })}
        >
          {SPANS.map((span) => (
            <option key={span.days} value={String(span.days)}>
              {span.title}
            </option>
          ))}
        </select>
        <button type="button" onClick={again}>
          Ask again
        </button>
        <RequestBox of="this usage" question={question} command={['usage', '--from', from]} />
      </div>
      <Problem error={error} onAgain={again} />
      {data && data.hours.length === 0 && <NotAnything isCounted={data.isCounted} days={days} />}
      {data && data.hours.length > 0 && <Counted usage={data} />}
    </>
  )
}
