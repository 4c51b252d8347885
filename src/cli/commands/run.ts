import type { Command } from 'commander'

/** What runs until it is stopped. Each is loaded when it is asked for: they are most of the product. */
export const addRunCommands = (program: Command): void => {
  program
    .command('serve')
    .description('serve on Node, as the environment says (docs/storage.md lists the variables)')
    .action(async () => (await import('../../serve.ts')).serve())
  program
    .command('start')
    .description('run the Worker of wrangler.toml with a local D1 and a demo in it')
    .action(async () => (await import('../start.ts')).start())
}
