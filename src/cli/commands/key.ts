import type { Command } from 'commander'
import { issueCredential, listCredentials, revokeCredential } from '../../admin/credentials.ts'
import { organizationNow } from '../../admin/verify.ts'
import { type Scope, scopes } from '../../auth/directory.ts'
import { type Target, withDatabase } from '../open.ts'

interface KeyOptions extends Target {
  readonly organization: string
}

interface IssueOptions extends KeyOptions {
  readonly name: string
  readonly scopes: string
  readonly allow?: readonly string[]
  readonly developerSecret?: boolean
  readonly expires?: string
}

const scopesOf = (text: string): Scope[] =>
  text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const scope = scopes.find((s) => s === part)
      if (!scope) throw new Error(`There is no scope "${part}"; there are ${scopes.join(', ')}`)
      return scope
    })

const issue = async ({
  organization,
  name,
  scopes: text,
  allow = [],
  developerSecret,
  expires,
  ...target
}: IssueOptions) => {
  const expiresAt = expires === undefined ? undefined : Date.parse(expires)
  if (Number.isNaN(expiresAt)) throw new Error(`--expires: "${expires}" is no instant`)
  const issued = await withDatabase(target, async (driver) => {
    await organizationNow(driver, organization)
    return issueCredential(driver, organization, {
      kind: developerSecret ? 'developer_secret' : 'key',
      name,
      scopes: scopesOf(text),
      allowlist: allow,
      ...(expiresAt !== undefined && { expiresAt }),
    })
  })
  console.log(`Id:     ${issued.id}\nSecret: ${issued.secret}\nThe secret is shown this once.`)
}

const list = async ({ organization, ...target }: KeyOptions) => {
  const keys = await withDatabase(target, async (driver) => await listCredentials(driver, organization))
  for (const key of keys) {
    const state =
      key.revokedAt !== null ? 'revoked' : key.expiresAt !== null && key.expiresAt < Date.now() ? 'expired' : 'valid'
    console.log([key.id, key.kind, state, key.scopes.join(','), key.name].join('\t'))
  }
}

const revoke = async (id: string, { organization, ...target }: KeyOptions) => {
  await withDatabase(target, (driver) => revokeCredential(driver, organization, id))
  console.log('Revoked. Its next request is refused.')
}

export const addKeyCommands = (program: Command, withTarget: (command: Command) => Command): void => {
  const key = program.command('key').description('keys and developer secrets of an organisation')
  const withOrganization = (command: Command) =>
    withTarget(command).requiredOption('--organization <uuid>', 'id of the organisation')
  withOrganization(key.command('issue'))
    .description('issue a key and print it')
    .requiredOption('--name <name>', 'what the key is for')
    .option('--scopes <list>', `of ${scopes.join(', ')}`, 'crm:read,crm:write')
    .option('--allow <address...>', 'addresses and CIDR ranges that may use it')
    .option('--developer-secret', 'a developer secret instead of a key')
    .option('--expires <instant>', 'when it ends, such as 2027-01-01T00:00:00Z')
    .action((_options, command: Command) => issue(command.optsWithGlobals()))
  withOrganization(key.command('list'))
    .description('list all keys ever issued')
    .action((_options, command: Command) => list(command.optsWithGlobals()))
  withOrganization(key.command('revoke').argument('<id>', 'id of the key'))
    .description('revoke a key at once')
    .action((id: string, _options, command: Command) => revoke(id, command.optsWithGlobals()))
}
