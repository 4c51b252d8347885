import type { Command } from 'commander'
import { type Administration, administration } from '../../admin/administration.ts'
import type { IssuedCredential } from '../../admin/credentials.ts'
import { type Scope, scopes } from '../../auth/directory.ts'
import { withOrganization } from '../open.ts'
import type { Target } from '../target.ts'

interface KeyOptions extends Target {
  readonly organization: string
}

interface IssueOptions extends KeyOptions {
  readonly name: string
  readonly scopes: string
  readonly allow?: readonly string[]
  readonly developerSecret?: boolean
  readonly memberId?: string
  readonly expires?: string
}

interface RotateOptions extends KeyOptions {
  readonly overlap: string
  readonly expires?: string
}

/** @throws Error naming what is no scope */
export const scopesSaid = (text: string): Scope[] =>
  text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const scope = scopes.find((s) => s === part)
      if (!scope) throw new Error(`There is no scope "${part}": use some of ${scopes.join(', ')}.`)
      return scope
    })

/** Milliseconds since 1970. @throws Error for what is no instant */
export const instantSaid = (text: string | undefined): { readonly expiresAt?: number } => {
  if (text === undefined) return {}
  const expiresAt = Date.parse(text)
  if (Number.isNaN(expiresAt))
    throw new Error(`--expires: "${text}" is no instant; write one such as 2027-01-01T00:00:00Z.`)
  return { expiresAt }
}

const secondsOf = (text: string): number => {
  const seconds = Number(text)
  if (!Number.isInteger(seconds) || seconds < 0)
    throw new Error(`--overlap: "${text}" is no number of seconds; write one such as 86400.`)
  return seconds
}

const asAdministrator = <T>(options: KeyOptions, work: (administrator: Administration) => Promise<T>): Promise<T> =>
  withOrganization(options, (authority) => work(administration(authority)))

const show = ({ id, secret }: IssuedCredential) =>
  console.log(`Id:     ${id}\nSecret: ${secret}\nThe secret is shown this once.`)

const issue = async (options: IssueOptions) => {
  const { name, scopes: text, allow: allowlist = [], developerSecret, memberId, expires } = options
  const credential = {
    kind: developerSecret ? ('developer_secret' as const) : ('key' as const),
    name,
    scopes: scopesSaid(text),
    allowlist,
    ...(memberId !== undefined && { memberId }),
    ...instantSaid(expires),
  }
  show(await asAdministrator(options, (administrator) => administrator.issueCredential(credential)))
}

const rotate = async (id: string, options: RotateOptions) => {
  const rotation = { overlap: secondsOf(options.overlap) * 1_000, ...instantSaid(options.expires) }
  show(await asAdministrator(options, (administrator) => administrator.rotateCredential(id, rotation)))
}

export const stateOf = ({
  revokedAt,
  expiresAt,
}: {
  readonly revokedAt: number | null
  readonly expiresAt: number | null
}) => (revokedAt !== null ? 'revoked' : expiresAt !== null && expiresAt <= Date.now() ? 'expired' : 'valid')

const PAGE = 500

const list = (options: KeyOptions) =>
  asAdministrator(options, async (administrator) => {
    let after: string | undefined
    do {
      const keys = await administrator.listCredentials({ after, limit: PAGE })
      for (const key of keys) console.log([key.id, key.kind, stateOf(key), key.scopes.join(','), key.name].join('\t'))
      after = keys.length === PAGE ? keys[keys.length - 1]?.id : undefined
    } while (after !== undefined)
  })

const revoke = async (id: string, options: KeyOptions) => {
  await asAdministrator(options, (administrator) => administrator.revokeCredential(id))
  console.log('Revoked. Its next request is refused.')
}

export const addKeyCommands = (program: Command, withTarget: (command: Command) => Command): void => {
  const key = program.command('key').description('keys and developer secrets of an organisation')
  const ofOrganization = (command: Command) =>
    withTarget(command).requiredOption('--organization <uuid>', 'id of the organisation')
  ofOrganization(key.command('issue'))
    .description('issue a key and print it')
    .requiredOption('--name <name>', 'what the key is for')
    .option('--scopes <list>', `of ${scopes.join(', ')}`, 'crm:read,crm:write')
    .option('--allow <address...>', 'addresses and CIDR ranges that may use it')
    .option('--developer-secret', 'a developer secret instead of a key')
    .option('--member-id <uuid>', 'the member that it acts for, and ends with')
    .option('--expires <instant>', 'when it ends, such as 2027-01-01T00:00:00Z')
    .action((_options, command: Command) => issue(command.optsWithGlobals()))
  ofOrganization(key.command('list'))
    .description('list all keys ever issued')
    .action((_options, command: Command) => list(command.optsWithGlobals()))
  ofOrganization(key.command('rotate').argument('<id>', 'id of the key'))
    .description('issue a successor and print it; the old key ends when the overlap is over')
    .option('--overlap <seconds>', 'for how long the old key stays valid', '86400')
    .option('--expires <instant>', 'when the successor ends; default: after as long as the old key was issued for')
    .action((id: string, _options, command: Command) => rotate(id, command.optsWithGlobals()))
  ofOrganization(key.command('revoke').argument('<id>', 'id of the key'))
    .description('revoke a key at once')
    .action((id: string, _options, command: Command) => revoke(id, command.optsWithGlobals()))
}
