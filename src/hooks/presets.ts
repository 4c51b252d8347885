import { TEXT_LIMIT } from '../schema/types/text.ts'
import { type HookDefinition, hookLimits } from './definition.ts'

/** An attribute that a preset writes to, and that an organisation has not got by itself. */
export interface OwnAttribute {
  readonly label: string
  readonly slug: string
  readonly type: 'text' | 'datetime'
  readonly unique?: true
}

/** Everything that a hook for one kind of event of one tool needs, but the secret. */
export interface HookPreset
  extends Pick<HookDefinition, 'object' | 'mapping' | 'verification' | 'options'>,
    Partial<Pick<HookDefinition, 'replayDays'>> {
  readonly title: string
  /** What to switch on at the sender. */
  readonly events: string
  readonly attributes: readonly OwnAttribute[]
}

/** Where somebody came from stays what it was said to be first. */
const write = { source: 'keep' } as const

/** The sender's own id of somebody, and when it last told of them: what is told late must not undo what came since. */
const told = (tool: string, title: string): readonly OwnAttribute[] => [
  { label: `${title} id`, slug: `${tool}_id`, type: 'text', unique: true },
  { label: `${title} told at`, slug: `${tool}_at`, type: 'datetime' },
]

/**
 * What the sender takes as it is typed: longer than a text of ours may be it is cut, since one value that is refused would have
 * its sender come again, and in the end the hook paused for all others.
 */
const cut = (text: string) => `(${text})[0:${TEXT_LIMIT}]`

/** Of a name in one piece the first word, and the others: of one that has none, those of a former name must not stay. */
const firstWord = (name: string) => cut(`${name} && split(trim(${name}), ' ')[0]`)
const otherWords = (name: string) => `${name} && or_clear(join(' ', split(trim(${name}), ' ')[1:])[0:${TEXT_LIMIT}])`

const stripe: HookPreset = {
  title: 'Stripe customers',
  events: 'customer.created and customer.updated',
  attributes: told('stripe', 'Stripe'),
  object: 'people',
  verification: { scheme: 'stripe' },
  options: { ifNewer: 'stripe_at', write },
  mapping: {
    when: 'contains(`["customer.created", "customer.updated"]`, body.type)',
    messageId: 'body.id',
    match: [{ stripe_id: 'body.data.object.id' }, { emails: 'body.data.object.email' }],
    values: {
      stripe_id: 'body.data.object.id',
      stripe_at: 'to_time(body.created)',
      emails: 'body.data.object.email && [body.data.object.email]',
      first_name: firstWord('body.data.object.name'),
      last_name: otherWords('body.data.object.name'),
      phone_number: 'to_phone(body.data.object.phone)',
      street_one: cut('body.data.object.address.line1'),
      city: cut('body.data.object.address.city'),
      zip_code: cut('body.data.object.address.postal_code'),
      country_code: cut('body.data.object.address.country'),
    },
    constants: { source: 'Stripe' },
  },
}

const github: HookPreset = {
  title: 'GitHub users',
  events: 'any: whoever has done what an event tells of',
  attributes: [
    { label: 'GitHub id', slug: 'github_id', type: 'text', unique: true },
    { label: 'GitHub login', slug: 'github_login', type: 'text' },
  ],
  object: 'people',
  verification: { scheme: 'github' },
  options: { write },
  // It signs no time and its events have none in common: by its digest alone an old one is known.
  replayDays: hookLimits.replayDays,
  mapping: {
    // GitHub sends a form with the JSON in its field `payload`, unless it is told otherwise.
    when: `(body.payload || body) | !zen && sender.type == 'User'`,
    // The id that GitHub gives a delivery, and the name of the event, are not signed.
    messageId: 'digest',
    match: [{ github_id: '(body.payload || body).sender.id | to_string(@)' }],
    values: {
      github_id: '(body.payload || body).sender.id | to_string(@)',
      github_login: '(body.payload || body).sender.login',
      avatar_url: '(body.payload || body).sender.avatar_url',
    },
    constants: { source: 'GitHub' },
  },
}

const calendly: HookPreset = {
  title: 'Calendly invitees',
  events: 'invitee.created',
  attributes: [{ label: 'Calendly told at', slug: 'calendly_at', type: 'datetime' }],
  object: 'people',
  verification: { scheme: 'calendly' },
  options: { ifNewer: 'calendly_at', write },
  mapping: {
    when: `body.event == 'invitee.created'`,
    messageId: `join(' ', [body.event, body.payload.uri])`,
    match: [{ emails: 'body.payload.email' }],
    values: {
      calendly_at: 'body.created_at',
      emails: '[body.payload.email]',
      first_name: cut(`body.payload.first_name || ${firstWord('body.payload.name')}`),
      last_name: `${cut('body.payload.last_name')} || ${otherWords('body.payload.name')}`,
      timezone: 'body.payload.timezone',
      phone_number: 'to_phone(body.payload.text_reminder_number)',
    },
    constants: { source: 'Calendly' },
  },
}

const typeform: HookPreset = {
  title: 'Typeform answers',
  events:
    'answers to a form that asks for an e-mail address; first_name and last_name are found by the reference of their question',
  attributes: [{ label: 'Typeform told at', slug: 'typeform_at', type: 'datetime' }],
  object: 'people',
  verification: { scheme: 'typeform' },
  options: { ifNewer: 'typeform_at', write },
  mapping: {
    when: `body.event_type == 'form_response' && body.form_response.answers[?type == 'email']`,
    messageId: 'body.event_id',
    match: [{ emails: `body.form_response.answers[?type == 'email'].email | [0]` }],
    values: {
      typeform_at: 'body.form_response.submitted_at',
      emails: `body.form_response.answers[?type == 'email'].email`,
      phone_number: `to_phone(body.form_response.answers[?type == 'phone_number'].phone_number | [0])`,
      first_name: cut(`body.form_response.answers[?field.ref == 'first_name'].text | [0]`),
      last_name: cut(`body.form_response.answers[?field.ref == 'last_name'].text | [0]`),
    },
    constants: { source: 'Typeform' },
  },
}

const cal: HookPreset = {
  title: 'Cal.com bookings',
  events: 'BOOKING_CREATED and BOOKING_RESCHEDULED',
  attributes: [{ label: 'Cal.com told at', slug: 'cal_at', type: 'datetime' }],
  object: 'people',
  verification: { scheme: 'cal' },
  options: { ifNewer: 'cal_at', write },
  mapping: {
    when: 'contains(`["BOOKING_CREATED", "BOOKING_RESCHEDULED"]`, body.triggerEvent)',
    messageId: `body.payload.uid && join(' ', [body.triggerEvent, body.payload.uid, body.createdAt])`,
    items: '$.body.payload.attendees[].{attendee: @, at: $.body.createdAt}',
    match: [{ emails: 'item.attendee.email' }],
    values: {
      cal_at: 'item.at',
      emails: '[item.attendee.email]',
      first_name: firstWord('item.attendee.name'),
      last_name: otherWords('item.attendee.name'),
      timezone: 'item.attendee.timeZone',
    },
    constants: { source: 'Cal.com' },
  },
}

const shopify: HookPreset = {
  title: 'Shopify customers',
  events: 'customers/create and customers/update',
  attributes: told('shopify', 'Shopify'),
  object: 'people',
  verification: { scheme: 'shopify' },
  options: { ifNewer: 'shopify_at', write },
  mapping: {
    // The topic, and the id of the delivery, are not signed: of the body a customer can be told.
    when: `body.updated_at && starts_with(body.admin_graphql_api_id || '', 'gid://shopify/Customer/')`,
    messageId: 'digest',
    // As a number the id may be larger than what a number of JSON can hold here.
    match: [{ shopify_id: 'body.admin_graphql_api_id' }, { emails: 'body.email' }],
    values: {
      shopify_id: 'body.admin_graphql_api_id',
      shopify_at: 'body.updated_at',
      emails: 'body.email && [body.email]',
      first_name: cut('body.first_name'),
      last_name: cut('body.last_name'),
      phone_number: 'to_phone(body.phone)',
      street_one: cut('body.default_address.address1'),
      city: cut('body.default_address.city'),
      zip_code: cut('body.default_address.zip'),
      country_code: cut('body.default_address.country_code'),
    },
    constants: { source: 'Shopify' },
  },
}

export const presets = {
  'stripe-customers': stripe,
  'github-users': github,
  'calendly-invitees': calendly,
  'typeform-answers': typeform,
  'cal-bookings': cal,
  'shopify-customers': shopify,
} as const satisfies Readonly<Record<string, HookPreset>>

export type PresetName = keyof typeof presets
export const presetNames = Object.keys(presets) as readonly PresetName[]
