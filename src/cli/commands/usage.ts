import type { Command } from 'commander'
import { type ApiOptions, clientOf, withApi } from '../api.ts'
import { note, type Output, print } from '../output.ts'

/** What an organisation has asked, by hour and contract: docs/operations.md. */

interface UsageOptions extends ApiOptions, Output {
  readonly from?: string
  readonly to?: string
}

const orUnknown = (count: number | null) => count ?? '-'

const usage = async ({ from, to, ...options }: UsageOptions): Promise<void> => {
  const query = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
  const told = await clientOf(options, 'administer it (scope admin)').call('get', '/v1/usage', { query })
  for (const one of told.hours) {
    const errors = `${one.clientErrors}+${one.serverErrors}`
    const cells = [one.hour, one.contract, one.requests, errors, one.calls]
    const rows = [one.rowsRead, one.rowsWritten, one.p50, one.p95].map(orUnknown)
    print(options, one, [...cells, ...rows].join('\t'))
  }
  if (!told.isCounted) note('This deployment counts nothing (USAGE_SECONDS=0).')
}

export const addUsageCommand = (program: Command): void => {
  withApi(program.command('usage'))
    .description(
      'tell what was asked: hour, contract, requests, errors (4xx+5xx), calls of the database, rows read, rows written, and what half and 95 % of the answers took, in milliseconds',
    )
    .option('--from <time>', 'from the hour of this time on; default: a day before --to')
    .option('--to <time>', 'to the end of the hour of this time; default: now')
    .option('--json', 'one line of JSON for each hour and contract')
    .action(usage)
}
