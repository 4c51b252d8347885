import type { Command } from 'commander'
import { scopes } from '../../auth/directory.ts'
import { type ApiOptions, clientOf, withApi } from '../api.ts'
import { note, type Output, print, wholeNumber } from '../output.ts'
import { instantSaid, scopesSaid, stateOf } from './key.ts'

/** Keys of an organisation, by an administrator's key of it; `key` does the same for operators, on the database. */

const client = (options: ApiOptions) => clientOf(options, 'administer it (scope admin)')

interface IssueOptions extends ApiOptions, Output {
  readonly name: string
  readonly scopes: string
  readonly allow?: readonly string[]
  readonly memberId?: string
  readonly expires?: string
}

interface RotateOptions extends ApiOptions, Output {
  readonly overlap: string
  readonly expires?: string
}

const expiresAt = (text: string | undefined) => {
  const { expiresAt: instant } = instantSaid(text)
  return instant === undefined ? {} : { expiresAt: new Date(instant).toISOString() }
}

const show = (options: Output, issued: { readonly id: string; readonly secret: string }): void => {
  print(options, issued, `Id:     ${issued.id}\nSecret: ${issued.secret}`)
  note('The secret is shown this once.')
}

const issue = async ({ name, scopes: text, allow = [], memberId, expires, ...options }: IssueOptions) => {
  const about = { name, scopes: scopesSaid(text), allowlist: [...allow], ...expiresAt(expires) }
  const body = { ...about, ...(memberId !== undefined && { memberId }) }
  show(options, await client(options).call('post', '/v1/keys', { body }))
}

const rotate = async (id: string, { overlap, expires, ...options }: RotateOptions) => {
  const body = { overlapSeconds: wholeNumber('--overlap', overlap, 0), ...expiresAt(expires) }
  show(options, await client(options).call('post', '/v1/keys/{id}/rotate', { path: { id }, body }))
}

const millisecondsOf = (instant: string | null) => (instant === null ? null : Date.parse(instant))

const list = async (options: ApiOptions & Output) => {
  const at = client(options)
  for (let cursor: string | undefined; ; ) {
    const query: { cursor?: string } = cursor === undefined ? {} : { cursor }
    const { keys, nextCursor } = await at.call('get', '/v1/keys', { query })
    for (const key of keys) {
      const state = stateOf({ revokedAt: millisecondsOf(key.revokedAt), expiresAt: millisecondsOf(key.expiresAt) })
      const used = key.lastUsedAt === null ? 'not used' : `used ${key.lastUsedAt}`
      print(options, { ...key, state }, [key.id, key.kind, state, key.scopes.join(','), used, key.name].join('\t'))
    }
    if (nextCursor === null) return
    cursor = nextCursor
  }
}

const revoke = async (id: string, options: ApiOptions) => {
  await client(options).call('delete', '/v1/keys/{id}', { path: { id } })
  console.log('Revoked. Its next request is refused.')
}

export const addKeysCommands = (program: Command): void => {
  const keys = program.command('keys').description("keys of an organisation, by an administrator's key of it (API_KEY)")
  const printing = (command: Command) => withApi(command).option('--json', 'as JSON')
  printing(keys.command('issue'))
    .description('issue a key and print it')
    .requiredOption('--name <name>', 'what the key is for')
    .option('--scopes <list>', `of ${scopes.join(', ')}`, 'crm:read,crm:write')
    .option('--allow <address...>', 'addresses and CIDR ranges that may use it')
    .option('--member-id <uuid>', 'the member that it acts for, and ends with')
    .option('--expires <instant>', 'when it ends, such as 2027-01-01T00:00:00Z')
    .action(issue)
  printing(keys.command('list')).description('list all keys ever issued').action(list)
  printing(keys.command('rotate').argument('<id>', 'id of the key'))
    .description('issue a successor and print it; the old key ends when the overlap is over')
    .option('--overlap <seconds>', 'for how long the old key stays valid', '86400')
    .option('--expires <instant>', 'when the successor ends; default: after as long as the old key was issued for')
    .action(rotate)
  withApi(keys.command('revoke').argument('<id>', 'id of the key')).description('revoke a key at once').action(revoke)
}
