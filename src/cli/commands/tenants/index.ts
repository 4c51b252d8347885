import type { Command } from 'commander'
import { addDataCommands } from './data.ts'
import { addDeleteCommand } from './delete.ts'
import { addLifecycleCommands } from './lifecycle.ts'
import { addLookCommands } from './look.ts'
import { addMigrateCommand } from './migrate.ts'
import { addSettingsCommand } from './settings.ts'
import { addTakeOverCommand } from './take-over.ts'

/** The operator's API as commands: docs/tenants.md. */
export const addTenantCommands = (program: Command, withTarget: (command: Command) => Command): void => {
  const tenant = program
    .command('tenant')
    .description('tenants: organisations, as who operates the deployment sees them')
  const withReach = (command: Command) =>
    withTarget(command)
      .option('--api <url>', 'ask a running deployment instead of a database; needs OPERATOR_SECRET')
      .option('--json', 'one line of JSON for each result')
  addLookCommands(tenant, withReach)
  addLifecycleCommands(tenant, withReach)
  addDeleteCommand(tenant, withReach)
  addDataCommands(tenant, withReach)
  addMigrateCommand(tenant, withReach)
  addSettingsCommand(tenant, withReach)
  addTakeOverCommand(tenant, withReach)
}
