import { type Command, Option } from 'commander'
import type { Answer, CallOptions, EdgeUpsert } from '../../client/index.ts'
import { hookStates } from '../../hooks/definition.ts'
import { type PresetName, presetNames, presets } from '../../hooks/presets.ts'
import { needsSecret } from '../../hooks/schemes.ts'
import { databaseName, isMissingFile } from '../../node/database-url.ts'
import { openJournal } from '../../node/journal-file.ts'
import { hooksJournalOf } from '../../node/settings.ts'
import { type ApiOptions, accessOf, clientAt, withApi } from '../api.ts'
import { urlUnder } from '../api-url.ts'
import { nextCommand } from '../next-command.ts'
import { note, wholeNumber } from '../output.ts'

/** Hooks of an organisation, by an administrator's key of it; and what waits on this machine for its database. */

interface AddOptions extends ApiOptions {
  readonly preset: PresetName
  readonly name?: string
  readonly keepPayload?: boolean
}

const reached = (options: ApiOptions) => {
  const access = accessOf(options, 'administer it (scope admin)')
  return { ...access, client: clientAt(access) }
}

const client = (options: ApiOptions): EdgeUpsert => reached(options).client

/** One secret, blanks within it included; undefined: none is given. */
const secretGiven = (): string | undefined => process.env.HOOK_SECRET?.trim() || undefined

const add = async ({ preset, name, keepPayload = false, ...options }: AddOptions) => {
  const { client, url, reach } = reached(options)
  const secret = secretGiven()
  const body = {
    preset,
    keepPayload,
    ...(name !== undefined && { name }),
    ...(secret !== undefined && { secrets: [secret] }),
  }
  const hook = await client.call('post', '/v1/hooks', { body })
  console.log(`Id:     ${hook.id}\nURL:    ${urlUnder(url, hook.path)}\nEvents: ${presets[preset].events}`)
  if (hook.secrets === 0)
    note(
      `It has no secret yet, so it takes nothing: HOOK_SECRET=… ${nextCommand(reach, 'hooks', 'secret', hook.id)} gives it one.`,
    )
}

type Hook = Answer<'get', '/v1/hooks/{id}'>

/** What keeps it from taking anything, in a few words. */
const standing = ({ state, pausedAt, secrets, verification }: Hook): string => {
  if (pausedAt !== null) return `${state} since ${pausedAt}, because it only failed`
  return secrets === 0 && needsSecret(verification) ? `${state}, without a secret: it takes nothing` : state
}

const list = async (options: ApiOptions) => {
  const { hooks } = await client(options).call('get', '/v1/hooks', {})
  for (const hook of hooks) console.log([hook.id, standing(hook), hook.path, hook.name].join('\t'))
}

const setSecret = async (id: string, { keep, ...options }: ApiOptions & { readonly keep: string }) => {
  const secret = secretGiven()
  if (secret === undefined) throw new Error('HOOK_SECRET is missing: set it to the secret that the sender signs with.')
  const body = { secret, keep: wholeNumber('--keep', keep, 0) }
  const { secrets } = await client(options).call('post', '/v1/hooks/{id}/secrets', { path: { id }, body })
  console.log(`The hook has ${secrets === 1 ? 'this secret' : `${secrets} secrets, this one first`}.`)
}

const show = async (id: string, options: ApiOptions) => {
  const { client, url } = reached(options)
  const hook = await client.call('get', '/v1/hooks/{id}', { path: { id } })
  console.log(JSON.stringify({ ...hook, url: urlUnder(url, hook.path) }, null, 2))
}

type State = (typeof hookStates)[number]

/** A hook that was paused because it only failed goes on with `on`, too. */
const setState = (state: State) => async (id: string, options: ApiOptions) => {
  const hook = await client(options).call('patch', '/v1/hooks/{id}', { path: { id }, body: { state } })
  console.log(`The hook is ${hook.state}.`)
}

const remove = async (id: string, options: ApiOptions) => {
  await client(options).call('delete', '/v1/hooks/{id}', { path: { id } })
  console.log('The hook is gone; what it has written stays.')
}

const stateCommands: Readonly<Record<State, { readonly name: string; readonly description: string }>> = {
  on: { name: 'on', description: 'have a hook take deliveries again' },
  paused: { name: 'pause', description: 'have the sender of a hook come again later' },
  off: { name: 'off', description: 'have a hook be as if it were not there' },
}

type Status = NonNullable<NonNullable<CallOptions<'get', '/v1/hooks/{id}/deliveries'>['query']>['status']>

interface DeliveriesOptions extends ApiOptions {
  readonly status?: Status
  readonly limit: string
}

/** Deliveries that one request asks for. */
const PAGE = 100

/** As many as are asked for, however many pages they stand on: by status, one may be empty though there are more. */
const deliveries = async (id: string, { status, limit, ...options }: DeliveriesOptions) => {
  const at = client(options)
  let left = wholeNumber('--limit', limit, 1)
  let cursor: string | null | undefined
  while (left > 0 && cursor !== null) {
    const query = { limit: Math.min(left, PAGE), ...(status && { status }), ...(cursor && { cursor }) }
    const page: Answer<'get', '/v1/hooks/{id}/deliveries'> = await at.call('get', '/v1/hooks/{id}/deliveries', {
      path: { id },
      query,
    })
    for (const { id: delivery, receivedAt, status: was, messageId, errors, unproven } of page.deliveries) {
      const why = [...(unproven && was !== 'rejected' ? ['Unproven.'] : []), errors[0]?.detail ?? ''].join(' ')
      console.log([receivedAt, was, delivery, messageId ?? '-', why].join('\t'))
    }
    left -= page.deliveries.length
    cursor = page.nextCursor
  }
}

/** All that failed, however many requests it takes. */
const redeliverAll = async (id: string, options: ApiOptions) => {
  const { client: at, reach } = reached(options)
  let cursor: string | null = null
  const counts = { done: 0, skipped: 0, repeated: 0, failed: 0, notKept: 0, unproven: 0 }
  do {
    const body: { cursor?: string } = cursor === null ? {} : { cursor }
    const page: Answer<'post', '/v1/hooks/{id}/redeliver'> = await at.call('post', '/v1/hooks/{id}/redeliver', {
      path: { id },
      body,
    })
    for (const name of ['done', 'skipped', 'repeated', 'failed', 'notKept', 'unproven'] as const)
      counts[name] += page[name]
    cursor = page.nextCursor
  } while (cursor !== null)
  const { done, skipped, repeated, failed, notKept, unproven } = counts
  console.log(`${done} were written, ${failed} failed again.`)
  if (skipped > 0) console.log(`${skipped} are skipped, as the hook is now.`)
  if (repeated > 0) console.log(`${repeated} had been written by another delivery of the same message.`)
  if (notKept > 0)
    console.log(`${notKept} were not run, since their payload was not kept: set keepPayload for those to come.`)
  if (unproven > 0)
    console.log(
      `${unproven} were not run, since they do not prove any more that they come from the sender: see ${nextCommand(reach, 'hooks', 'deliveries', id, '--status', 'failed')}, and run one by one those that do.`,
    )
}

const AGAIN = {
  done: 'It was written.',
  skipped: 'It is skipped, as the hook is now.',
  repeated: 'Another delivery of the same message was written before.',
  waiting: 'It waits for the database.',
} as const

const redeliver = async (id: string, delivery: string | undefined, options: ApiOptions) => {
  if (delivery === undefined) return redeliverAll(id, options)
  const { status } = await client(options).call('post', '/v1/hooks/{id}/deliveries/{delivery}/redeliver', {
    path: { id, delivery },
  })
  console.log(AGAIN[status])
}

interface JournalOptions {
  readonly again?: boolean
  readonly drop?: boolean
  readonly organization?: string
}

const journal = async ({ again = false, drop = false, organization }: JournalOptions) => {
  const url = hooksJournalOf(process.env)
  if (isMissingFile(url))
    throw new Error(`There is no journal ${databaseName(url)}: a server makes it with the first delivery that waits.`)
  const file = await openJournal(url)
  try {
    const owner = organization?.toLowerCase() ?? null
    for (const { address, id, givenUpAt } of await file.list(owner))
      console.log([id, givenUpAt ?? 'waits', `/hooks/${address}`].join('\t'))
    if (again) note(`${await file.takeUpAgain(owner)} wait again: the server takes them within ten seconds.`)
    if (drop) note(`${await file.drop(owner)} that were given up are gone for good.`)
  } finally {
    await file.close()
  }
}

export const addHookCommands = (program: Command): void => {
  const hooks = program
    .command('hooks')
    .description("where other tools deliver to an organisation, by an administrator's key of it (API_KEY)")
  withApi(hooks.command('add'))
    .description('create a hook with everything ready for one tool; HOOK_SECRET is what the tool signs with')
    .addOption(new Option('--preset <name>', 'tool and events').choices(presetNames).makeOptionMandatory())
    .option('--name <name>', 'default: as the preset')
    .option('--keep-payload', 'keep what was delivered, so that it can be delivered again')
    .action((options: AddOptions) => add(options))
  withApi(hooks.command('list'))
    .description('list all hooks')
    .action((options: ApiOptions) => list(options))
  withApi(hooks.command('show').argument('<id>', 'id of the hook'))
    .description('show a hook as JSON: its mapping, how its sender is known, its state')
    .action(show)
  for (const state of hookStates)
    withApi(hooks.command(stateCommands[state].name).argument('<id>', 'id of the hook'))
      .description(stateCommands[state].description)
      .action(setState(state))
  withApi(hooks.command('remove').argument('<id>', 'id of the hook')).description('delete a hook').action(remove)
  withApi(hooks.command('secret').argument('<id>', 'id of the hook'))
    .description('give a hook a new secret (HOOK_SECRET)')
    .option('--keep <count>', 'how many of the former secrets stay valid', '1')
    .action(setSecret)
  withApi(hooks.command('deliveries').argument('<id>', 'id of the hook'))
    .description('list what was delivered to a hook, newest first')
    .option('--status <status>', 'only done, skipped, failed or rejected')
    .option('--limit <count>', 'how many', '100')
    .action(deliveries)
  withApi(
    hooks.command('redeliver').argument('<id>', 'id of the hook').argument('[delivery]', 'default: all that failed'),
  )
    .description('run deliveries again whose payload was kept')
    .action(redeliver)
  hooks
    .command('journal')
    .description('list what waits on this machine for its database, or was given up (HOOKS_JOURNAL)')
    .option('--organization <id>', 'only what is of this organisation')
    .option('--again', 'have what was given up wait again')
    .addOption(new Option('--drop', 'remove what was given up, for good').conflicts('again'))
    .action(journal)
}
