import type { Command } from 'commander'
import { withOperatorApi } from '../../operator-api.ts'
import { type Output, print } from '../../output.ts'
import type { Reach } from '../../target.ts'

interface TakeOverOptions extends Reach, Output {
  readonly from: string
}

const takeOver = ({ from, ...options }: TakeOverOptions) =>
  withOperatorApi(options, async (api) => {
    const { id } = await api.takeOver(from)
    print(options, { id, from }, `The directory ${id} has the tenants now.`)
  })

export const addTakeOverCommand = (tenant: Command, withReach: (command: Command) => Command): void => {
  withReach(tenant.command('take-over'))
    .description('have the directory of this deployment be that of its tenants from now on; nothing is copied')
    .requiredOption('--from <identity>', 'of the directory that has them until now, as a refusal names it')
    .action((_options, command: Command) => takeOver(command.optsWithGlobals()))
}
