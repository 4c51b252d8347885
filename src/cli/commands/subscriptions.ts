import type { Command } from 'commander'
import type { components } from '../../client/index.ts'
import { eventActions } from '../../engine/history.ts'
import { toldActions } from '../../subscriptions/definition.ts'
import { type ApiOptions, accessOf, clientAt, clientOf, withApi } from '../api.ts'
import { LostAnswers } from '../lost-answers.ts'
import { nextCommand } from '../next-command.ts'
import { note, wholeNumber } from '../output.ts'

/** Subscriptions of an organisation, by an administrator's key of it. */

const ADMINISTER = 'administer it (scope admin)'

const client = (options: ApiOptions) => clientOf(options, ADMINISTER)

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

interface FilterOptions extends ApiOptions {
  readonly objects?: string
  readonly actions?: string
  readonly attributes?: string
}

type Action = components['schemas']['ToldAction']

/** What is none of them is for the server to refuse, which names those that there are. */
const actionsOf = (text: string) => listOf(text) as Action[]

const filterOf = ({ objects, actions, attributes }: FilterOptions) => ({
  ...(objects !== undefined && { objects: listOf(objects) }),
  ...(actions !== undefined && { actions: actionsOf(actions) }),
  ...(attributes !== undefined && { attributes: listOf(attributes) }),
})

const add = async (url: string, { name, ...options }: FilterOptions & { readonly name: string }) => {
  const body = { name, url, ...filterOf(options) }
  const lost = new LostAnswers()
  const access = accessOf(options, ADMINISTER)
  const { id, secret } = await clientAt(access, lost.onRetry).call('post', '/v1/subscriptions', { body })
  console.log(`Id:     ${id}`)
  if (secret === null)
    note(
      `It was there already${lost.any ? ', or has been made just now by a request whose answer was lost' : ''}, and its secret is shown once only: ${nextCommand(access.reach, 'subscriptions', 'secret', id)} gives it another.`,
    )
  else console.log(`Secret: ${secret}`)
}

const list = async (options: ApiOptions) => {
  const { subscriptions } = await client(options).call('get', '/v1/subscriptions', {})
  for (const { id, state, failure, url, name } of subscriptions)
    console.log([id, failure === null ? state : `${state}: ${failure}`, url, name].join('\t'))
}

const get = async (id: string, options: ApiOptions) =>
  console.log(
    JSON.stringify(await client(options).call('get', '/v1/subscriptions/{id}', { path: { id } }), undefined, 2),
  )

interface ChangeOptions extends FilterOptions {
  readonly name?: string
  readonly url?: string
  readonly on?: boolean
  readonly off?: boolean
}

const change = async (id: string, { name, url, on, off, ...options }: ChangeOptions) => {
  if (on && off) throw new Error('Say --on or --off, not both.')
  const state = on ? 'on' : 'off'
  const body = {
    ...filterOf(options),
    ...(name !== undefined && { name }),
    ...(url !== undefined && { url }),
    ...((on || off) && ({ state } as const)),
  }
  if (Object.keys(body).length === 0) throw new Error('Say what to change: see --help.')
  const changed = await client(options).call('patch', '/v1/subscriptions/{id}', { path: { id }, body })
  console.log(`The subscription is ${changed.state}.`)
}

const remove = async (id: string, options: ApiOptions) => {
  await client(options).call('delete', '/v1/subscriptions/{id}', { path: { id } })
  console.log('The subscription is gone.')
}

const secret = async (id: string, { overlapHours, ...options }: ApiOptions & { readonly overlapHours: string }) => {
  const body = { overlapHours: wholeNumber('--overlap-hours', overlapHours, 0) }
  const rotated = await client(options).call('post', '/v1/subscriptions/{id}/secrets', { path: { id }, body })
  console.log(`Secret: ${rotated.secret}`)
}

const dead = async (id: string, { limit, ...options }: ApiOptions & { readonly limit: string }) => {
  const query = { limit: wholeNumber('--limit', limit, 1) }
  const page = await client(options).call('get', '/v1/subscriptions/{id}/dead-letters', { path: { id }, query })
  for (const { at, sequence, object, recordId, failure } of page.deadLetters)
    console.log([at, sequence, object, recordId, failure ?? 'behind another of its record'].join('\t'))
}

const redeliver = async (id: string, recordId: string | undefined, options: ApiOptions) => {
  const body = recordId === undefined ? {} : { recordId }
  const answer = await client(options).call('post', '/v1/subscriptions/{id}/redeliver', { path: { id }, body })
  const when = answer.state === 'on' ? '' : ` once it is on: it is ${answer.state}`
  console.log(
    `${answer.wanted} are sent again${when}. Each is tried once; what is not taken is listed by "dead" still.`,
  )
}

const resume = async (id: string, { skip = false, ...options }: ApiOptions & { readonly skip?: boolean }) => {
  const body = { skip }
  const { state } = await client(options).call('post', '/v1/subscriptions/{id}/resume', { path: { id }, body })
  console.log(state === 'off' ? 'It is off, and stays so: change it with --on.' : 'It goes on from where it stands.')
}

const ping = async (id: string, options: ApiOptions) => {
  const { taken, failure } = await client(options).call('post', '/v1/subscriptions/{id}/ping', { path: { id } })
  if (!taken) throw new Error(`The receiver did not take it: ${failure}`)
  console.log('The receiver has taken it.')
}

export const addSubscriptionCommands = (program: Command): void => {
  const subscriptions = program
    .command('subscriptions')
    .description("who is told of an organisation's changes, by an administrator's key of it (API_KEY)")
  const one = (name: string) => withApi(subscriptions.command(name).argument('<id>', 'id of the subscription'))
  const filtered = (command: Command) =>
    command
      .option('--objects <slugs>', 'only changes of these, separated by commas')
      .option(
        '--actions <actions>',
        `only these: ${toldActions.join(', ')}; default: all but ${eventActions.join(' and ')}`,
      )
      .option('--attributes <slugs>', 'of updates: only those that changed one of these')
  filtered(withApi(subscriptions.command('add').argument('<url>', 'where changes are posted to')))
    .description('have a URL told of changes; prints what they are signed with')
    .requiredOption('--name <name>', 'by which it is known')
    .action(add)
  withApi(subscriptions.command('list')).description('list all, and how they are doing').action(list)
  one('get').description('show one').action(get)
  filtered(one('change'))
    .description('change one, or switch it on or off')
    .option('--name <name>', 'by which it is known')
    .option('--url <url>', 'where changes are posted to')
    .option('--on', 'send again')
    .option('--off', 'send nothing, and pass nothing over')
    .action(change)
  one('ping').description('send a message of no change, now').action(ping)
  one('remove').description('delete one, with its dead letters').action(remove)
  one('secret')
    .description('give one a new secret, and print it')
    .option('--overlap-hours <hours>', 'for how long the former signs, too', '24')
    .action(secret)
  one('dead')
    .description('list what its receiver has refused for good, oldest first')
    .option('--limit <count>', 'how many', '100')
    .action(dead)
  one('redeliver')
    .argument('[record]', 'default: of all records')
    .description('send dead letters again, each once')
    .action(redeliver)
  one('resume')
    .description('go on with one that is paused or waits')
    .option('--skip', 'make the change that it stands at a dead letter first')
    .action(resume)
}
